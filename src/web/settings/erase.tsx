import { useState } from "react";
import type { Me } from "../../protocol";
import { Button } from "../controls/button";
import { useWords } from "../text/language";
import { EraseDialog } from "./erase-dialog";
import { Section } from "./section";
import { accountWords } from "./words";

export function Erase({ me }: { me: Me }) {
  const words = useWords(accountWords);
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
