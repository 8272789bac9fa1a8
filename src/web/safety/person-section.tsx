import { safetyText } from "../../text/safety";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Section } from "../controls/section";
import { usePersonSafety } from "./use-person-safety";

/** In the details of a chat between two people: to block and to report the other one. */
export function PersonSection({ id, name, me }: { id: string; name: string; me: string }) {
  const words = useWords(safetyText);
  const { choices, dialog } = usePersonSafety({ id, name }, me, null);
  return (
    <Section title={words.person}>
      <div className="form-actions">
        {choices.map(({ icon: Icon, label, run }) => (
          <Button key={label} look="quiet" onClick={run}>
            <Icon aria-hidden />
            {label}
          </Button>
        ))}
      </div>
      {dialog}
    </Section>
  );
}
