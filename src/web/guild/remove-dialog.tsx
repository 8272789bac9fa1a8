// Removes a member from a guild, with the reason for the audit log.
import { type FormEvent, useState } from "react";
import type { GuildHandle } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { isReason, ReasonField } from "./reason-field";

interface RemoveDialogProps {
  handle: GuildHandle;
  user: string;
  name: string;
  onClose(): void;
}

export function RemoveDialog({ handle, user, name, onClose }: RemoveDialogProps) {
  const text = useText();
  const { members: words } = useWords(guildRolesText);
  const [reason, setReason] = useState("");
  const [saving, save] = useSave();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReason(reason) || saving.state === "busy") return;
    void save(async () => {
      await handle.removeMember(user, reason.trim());
      onClose();
    });
  };

  return (
    <Modal title={words.removeTitle(name)} className="modal-small" onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <div className="modal-body form">
          <p className="modal-hint">{words.removeHint}</p>
          <ReasonField value={reason} onChange={setReason} />
          {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        </div>
        <footer className="modal-foot">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="danger" busy={saving.state === "busy"} disabled={!isReason(reason)}>
            {words.remove}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
