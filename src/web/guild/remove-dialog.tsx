// Removes a member from a guild, with the reason for the audit log.
import { useState } from "react";
import type { GuildHandle } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { useWords } from "../app/use-text";
import { MeasureDialog } from "./measure-dialog";
import { ReasonField } from "./reason-field";

interface RemoveDialogProps {
  handle: GuildHandle;
  user: string;
  name: string;
  onClose(): void;
}

export function RemoveDialog({ handle, user, name, onClose }: RemoveDialogProps) {
  const { members: words } = useWords(guildRolesText);
  const [reason, setReason] = useState("");

  const confirm = async () => {
    await handle.removeMember(user, reason.trim());
    onClose();
  };

  return (
    <MeasureDialog
      title={words.removeTitle(name)}
      hint={words.removeHint}
      action={words.remove}
      reason={reason}
      onConfirm={confirm}
      onClose={onClose}
    >
      <ReasonField value={reason} onChange={setReason} />
    </MeasureDialog>
  );
}
