// Deletes what a person sent lately: in the channel where a moderator met them, or in all channels.
import { useState } from "react";
import type { GuildHandle } from "../../sdk";
import { purgeText } from "../../text/purge";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { SelectField } from "../controls/select-field";
import { MeasureDialog } from "./measure-dialog";
import { ReasonField } from "./reason-field";

const HOURS = [1, 24, 168] as const;

interface PurgeDialogProps {
  handle: GuildHandle;
  user: string;
  name: string;
  /** Where the person was met; left out outside of channels. */
  channel?: string;
  onClose(): void;
}

export function PurgeDialog({ handle, user, name, channel, onClose }: PurgeDialogProps) {
  const words = useWords(purgeText);
  const [isHere, setIsHere] = useState(channel !== undefined);
  const [hours, setHours] = useState("1");
  const [reason, setReason] = useState("");
  const [result, setResult] = useState<{ messages: number; channels: number; left: number } | null>(null);

  const confirm = async () => {
    const place = isHere && channel !== undefined ? { channel } : {};
    setResult(await handle.moderation.purge(user, { hours: Number(hours), reason, ...place }));
  };

  if (result)
    return (
      <Modal title={words.title(name)} className="modal-small" onClose={onClose}>
        <div className="modal-body" role="status">
          <p>{result.messages === 0 ? words.none : words.done(result.messages, result.channels)}</p>
          {result.left > 0 && <p className="modal-hint">{words.left(result.left)}</p>}
        </div>
        <footer className="modal-foot">
          <Button look="primary" onClick={onClose}>
            {words.close}
          </Button>
        </footer>
      </Modal>
    );
  return (
    <MeasureDialog
      title={words.title(name)}
      hint={words.hint}
      action={words.action}
      reason={reason}
      onConfirm={confirm}
      onClose={onClose}
    >
      {channel !== undefined && (
        <SelectField
          label={words.where}
          value={isHere ? "here" : "everywhere"}
          onChange={(event) => setIsHere(event.target.value === "here")}
        >
          <option value="here">{words.here}</option>
          <option value="everywhere">{words.everywhere}</option>
        </SelectField>
      )}
      <SelectField label={words.when} value={hours} onChange={(event) => setHours(event.target.value)}>
        {HOURS.map((count) => (
          <option key={count} value={count}>
            {words.last(count)}
          </option>
        ))}
      </SelectField>
      <ReasonField value={reason} onChange={setReason} />
    </MeasureDialog>
  );
}
