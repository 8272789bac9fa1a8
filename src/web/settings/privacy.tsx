import { useId } from "react";
import type { Me } from "../../protocol";
import { client } from "../app/client";
import { Notice } from "../controls/notice";
import { useText, useWords } from "../text/language";
import { explain } from "../text/problem";
import { Section } from "./section";
import { useSaving } from "./use-saving";
import { settingsWords } from "./words";

export function Privacy({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsWords);
  const id = useId();
  const [saving, save] = useSaving();
  return (
    <Section title={words.privacy}>
      <label className="switch">
        <span>
          <strong>{words.receipts}</strong>
          <span id={`${id}-hint`}>{words.receiptsHint}</span>
        </span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={me.receipts}
          aria-label={words.receipts}
          aria-describedby={`${id}-hint`}
          checked={me.receipts}
          disabled={saving.state === "busy"}
          onChange={({ target }) => {
            const receipts = target.checked;
            void save(() => client.accounts.changeProfile({ receipts }));
          }}
        />
      </label>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
    </Section>
  );
}
