import { useId, useState } from "react";
import type { Me } from "../../protocol";
import type { OpenTo as Openness } from "../../sdk";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";

const CHOICES: readonly Openness[] = ["everyone", "shared", "nobody"];

/** Who may write to me and add me to groups without a request. */
export function OpenTo({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsText);
  const id = useId();
  const [saving, save] = useSave();
  /** The choice that is being saved. */
  const [pending, setPending] = useState<Openness | null>(null);
  const choose = async (openTo: Openness) => {
    // Saves one choice at a time. Disabled inputs would lose the focus.
    if (saving.state === "busy") return;
    setPending(openTo);
    await save(() => client.accounts.changeProfile({ openTo }));
    setPending(null);
  };
  return (
    <Section title={words.openTo} hint={words.openToHint}>
      <fieldset className="choices">
        <legend className="unseen">{words.openTo}</legend>
        {CHOICES.map((choice) => (
          <label key={choice} className="choice">
            <input
              type="radio"
              name={id}
              aria-label={words.openToChoices[choice]}
              aria-describedby={`${id}-${choice}`}
              checked={(pending ?? me.openTo) === choice}
              onChange={() => void choose(choice)}
            />
            <span>
              <strong>{words.openToChoices[choice]}</strong>
              <span id={`${id}-${choice}`}>{words.openToHints[choice]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
    </Section>
  );
}
