import { useState } from "react";
import type { Me } from "../../protocol";
import { accountText } from "../../text/account";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Section } from "../controls/section";
import { EraseDialog } from "./erase-dialog";

export function Erase({ me }: { me: Me }) {
  const words = useWords(accountText);
  const [isAsking, setAsking] = useState(false);
  return (
    <Section title={words.erase} hint={words.eraseHint}>
      <Button look="danger" className="settings-action" aria-haspopup="dialog" onClick={() => setAsking(true)}>
        {words.erase}
      </Button>
      {isAsking && <EraseDialog me={me} onClose={() => setAsking(false)} />}
    </Section>
  );
}
