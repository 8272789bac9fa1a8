import { type ReactNode, useId, useState } from "react";
import { explain } from "../app/explain";
import { useText } from "../app/use-text";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";

interface Choice<T> {
  value: T;
  label: string;
  hint: string;
  /** Shown before the label. */
  mark?: ReactNode;
}

interface ProfileChoiceProps<T> {
  title: string;
  hint: string;
  choices: readonly Choice<T>[];
  /** The saved choice. */
  current: T;
  save(value: T): Promise<unknown>;
}

/** A part of my profile with a few choices. A choice is saved when it is made. */
export function ProfileChoice<T extends string>({ title, hint, choices, current, save }: ProfileChoiceProps<T>) {
  const text = useText();
  const id = useId();
  const [saving, run] = useSave();
  /** The choice that is being saved. */
  const [pending, setPending] = useState<T | null>(null);
  const choose = async (value: T) => {
    // Saves one choice at a time. Disabled inputs would lose the focus.
    if (saving.state === "busy") return;
    setPending(value);
    await run(() => save(value));
    setPending(null);
  };
  return (
    <Section title={title} hint={hint}>
      <fieldset className="choices">
        <legend className="unseen">{title}</legend>
        {choices.map((choice) => (
          <label key={choice.value} className="choice">
            <input
              type="radio"
              name={id}
              aria-label={choice.label}
              aria-describedby={`${id}-${choice.value}`}
              checked={(pending ?? current) === choice.value}
              onChange={() => void choose(choice.value)}
            />
            {choice.mark}
            <span>
              <strong>{choice.label}</strong>
              <span id={`${id}-${choice.value}`}>{choice.hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
    </Section>
  );
}
