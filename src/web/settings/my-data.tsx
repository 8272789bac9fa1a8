import { Download } from "lucide-react";
import type { Me } from "../../protocol";
import { accountText } from "../../text/account";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";
import { exportName } from "./export-name";

/** After this time the browser has read the file. */
const TAKEN_MS = 60_000;

function offer(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
}

export function MyData({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(accountText);
  const [saving, save] = useSave();
  const download = async () => offer(await client.accounts.export(), exportName(me.handle, Date.now()));
  return (
    <Section title={words.data} hint={words.dataHint}>
      <Button className="settings-action" busy={saving.state === "busy"} onClick={() => void save(download)}>
        <Download aria-hidden />
        {words.download}
      </Button>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <p className="saved" role="status">
        {saving.state === "saved" && words.downloaded}
      </p>
    </Section>
  );
}
