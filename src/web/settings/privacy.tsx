import type { Me } from "../../protocol";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";
import { Switch } from "./switch";

export function Privacy({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsText);
  const [saving, save] = useSave();
  return (
    <Section title={words.privacy}>
      <Switch
        label={words.receipts}
        hint={words.receiptsHint}
        isOn={me.receipts}
        disabled={saving.state === "busy"}
        onTurn={(receipts) => void save(() => client.accounts.changeProfile({ receipts }))}
      />
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
    </Section>
  );
}
