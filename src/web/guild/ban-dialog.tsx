// Bans a person from a guild: why, for how long, and whether their last messages are deleted.
import { useState } from "react";
import type { GuildHandle } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { useWords } from "../app/use-text";
import { SelectField } from "../controls/select-field";
import { MeasureDialog } from "./measure-dialog";
import { ReasonField } from "./reason-field";

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** For how many days a ban may last. */
const LENGTHS = [1, 7, 30, 365] as const;
/** Of how many last hours messages may be deleted. */
const DELETIONS = [1, DAY_HOURS, 3 * DAY_HOURS, 7 * DAY_HOURS] as const;
/** The value of a ban without an end. */
const FOREVER = "";

interface BanDialogProps {
  handle: GuildHandle;
  user: string;
  name: string;
  onClose(): void;
}

export function BanDialog({ handle, user, name, onClose }: BanDialogProps) {
  const words = useWords(moderationText);
  const [reason, setReason] = useState("");
  const [days, setDays] = useState(FOREVER);
  const [deleteHours, setDeleteHours] = useState("0");

  const confirm = async () => {
    const forMs = days === FOREVER ? null : Number(days) * DAY_HOURS * HOUR_MS;
    const options = { reason, forMs, deleteHours: Number(deleteHours) };
    await handle.moderation.ban(user, options);
    onClose();
  };

  return (
    <MeasureDialog
      title={words.ban.title(name)}
      hint={words.ban.hint}
      action={words.ban.action}
      reason={reason}
      onConfirm={confirm}
      onClose={onClose}
    >
      <ReasonField value={reason} onChange={setReason} />
      <SelectField label={words.ban.length} value={days} onChange={(event) => setDays(event.target.value)}>
        <option value={FOREVER}>{words.forever}</option>
        {LENGTHS.map((count) => (
          <option key={count} value={count}>
            {words.days(count)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={words.ban.delete}
        value={deleteHours}
        onChange={(event) => setDeleteHours(event.target.value)}
      >
        <option value="0">{words.ban.deleteNone}</option>
        {DELETIONS.map((hours) => (
          <option key={hours} value={hours}>
            {words.ban.deleteLast(hours < DAY_HOURS ? words.hours(hours) : words.days(hours / DAY_HOURS))}
          </option>
        ))}
      </SelectField>
    </MeasureDialog>
  );
}
