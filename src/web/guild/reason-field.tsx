import { countCodePoints, limits } from "../../protocol";
import { moderationText } from "../../text/moderation";
import { useWords } from "../app/use-text";
import { Field } from "../controls/field";

export const isReason = (text: string): boolean => countCodePoints(text.trim()) <= limits.reasonCodePoints;

/** Why a moderator does something. */
export function ReasonField({ value, onChange }: { value: string; onChange(value: string): void }) {
  const words = useWords(moderationText);
  return (
    <Field
      label={words.reason}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={words.reasonHint}
      error={isReason(value) ? undefined : words.reasonInvalid(limits.reasonCodePoints)}
      autoComplete="off"
    />
  );
}
