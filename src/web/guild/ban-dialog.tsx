// Bans a person from a guild: why, for how long, and whether their last messages are deleted.
import { type FormEvent, useState } from "react";
import type { GuildHandle } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { useSave } from "../controls/use-save";
import { isReason, ReasonField } from "./reason-field";

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
  const text = useText();
  const words = useWords(moderationText);
  const [reason, setReason] = useState("");
  const [days, setDays] = useState(FOREVER);
  const [deleteHours, setDeleteHours] = useState("0");
  const [saving, save] = useSave();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReason(reason) || saving.state === "busy") return;
    const forMs = days === FOREVER ? null : Number(days) * DAY_HOURS * HOUR_MS;
    const options = { reason, forMs, deleteHours: Number(deleteHours) };
    void save(async () => {
      await handle.moderation.ban(user, options);
      onClose();
    });
  };

  return (
    <Modal title={words.ban.title(name)} className="modal-small" onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <div className="modal-body form">
          <p className="modal-hint">{words.ban.hint}</p>
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
          {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        </div>
        <footer className="modal-foot">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="danger" busy={saving.state === "busy"} disabled={!isReason(reason)}>
            {words.ban.action}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
