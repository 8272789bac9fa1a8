// Times a member of a guild out, for one of a few lengths.
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
  const text = useText();
  const words = useWords(moderationText);
  const [minutes, setMinutes] = useState(String(HOUR_MINUTES));
  const [reason, setReason] = useState("");
  const [saving, save] = useSave();

  const spanOf = (length: number) => {
    if (length < HOUR_MINUTES) return words.minutes(length);
    if (length < DAY_MINUTES) return words.hours(length / HOUR_MINUTES);
    return length < WEEK_MINUTES ? words.days(length / DAY_MINUTES) : words.weeks(length / WEEK_MINUTES);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReason(reason) || saving.state === "busy") return;
    void save(async () => {
      await handle.moderation.timeOut(user, { reason, forMs: Number(minutes) * MINUTE_MS });
      onClose();
    });
  };

  return (
    <Modal title={words.timeOut.title(name)} className="modal-small" onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <div className="modal-body form">
          <p className="modal-hint">{words.timeOut.hint}</p>
          <SelectField
            label={words.timeOut.length}
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          >
            {LENGTHS.map((length) => (
              <option key={length} value={length}>
                {spanOf(length)}
              </option>
            ))}
          </SelectField>
          <ReasonField value={reason} onChange={setReason} />
          {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        </div>
        <footer className="modal-foot">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="danger" busy={saving.state === "busy"} disabled={!isReason(reason)}>
            {words.timeOut.action}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
