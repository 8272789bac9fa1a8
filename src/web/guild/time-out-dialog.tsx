// Times a member of a guild out, for one of a few lengths.
import { useState } from "react";
import type { GuildHandle } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { useWords } from "../app/use-text";
import { SelectField } from "../controls/select-field";
import { MeasureDialog } from "./measure-dialog";
import { ReasonField } from "./reason-field";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** For how many minutes a member may be timed out. */
const LENGTHS = [5, 10, HOUR_MINUTES, DAY_MINUTES, WEEK_MINUTES, 4 * WEEK_MINUTES] as const;

interface TimeOutDialogProps {
  handle: GuildHandle;
  user: string;
  name: string;
  onClose(): void;
}

export function TimeOutDialog({ handle, user, name, onClose }: TimeOutDialogProps) {
  const words = useWords(moderationText);
  const [minutes, setMinutes] = useState(String(HOUR_MINUTES));
  const [reason, setReason] = useState("");

  const spanOf = (length: number) => {
    if (length < HOUR_MINUTES) return words.minutes(length);
    if (length < DAY_MINUTES) return words.hours(length / HOUR_MINUTES);
    return length < WEEK_MINUTES ? words.days(length / DAY_MINUTES) : words.weeks(length / WEEK_MINUTES);
  };
  const confirm = async () => {
    await handle.moderation.timeOut(user, { reason, forMs: Number(minutes) * MINUTE_MS });
    onClose();
  };

  return (
    <MeasureDialog
      title={words.timeOut.title(name)}
      hint={words.timeOut.hint}
      action={words.timeOut.action}
      reason={reason}
      onConfirm={confirm}
      onClose={onClose}
    >
      <SelectField label={words.timeOut.length} value={minutes} onChange={(event) => setMinutes(event.target.value)}>
        {LENGTHS.map((length) => (
          <option key={length} value={length}>
            {spanOf(length)}
          </option>
        ))}
      </SelectField>
      <ReasonField value={reason} onChange={setReason} />
    </MeasureDialog>
  );
}
