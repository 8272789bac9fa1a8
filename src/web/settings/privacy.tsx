import { useId } from "react";
import type { Me } from "../../protocol";
import { client } from "../app/client";
import { Notice } from "../controls/notice";
import { useText } from "../text/language";
import { explain } from "../text/problem";
import { Section } from "./section";
import { useSaving } from "./use-saving";

export function Privacy({ me }: { me: Me }) {
  const text = useText();
  const id = useId();
  const [saving, save] = useSaving();
  return (
    <Section title={text.settings.privacy}>
      <label className="switch">
        <span>
          <strong>{text.settings.receipts}</strong>
          <span id={`${id}-hint`}>{text.settings.receiptsHint}</span>
        </span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={me.receipts}
          aria-label={text.settings.receipts}
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
