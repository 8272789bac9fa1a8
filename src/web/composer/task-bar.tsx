import { CornerUpLeft, Pencil, X } from "lucide-react";
import { useText } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import type { ComposerTask } from "../chat/use-composer-task";
import { IconButton } from "../controls/icon-button";
import { messageLine } from "../people/content-line";

interface TaskBarProps {
  task: NonNullable<ComposerTask>;
  /** Goes to the message. */
  onShow(seq: number): void;
  onCancel(): void;
}

/** Above the textarea: the message that is edited or answered. */
export function TaskBar({ task, onShow, onCancel }: TaskBarProps) {
  const text = useText();
  const { me, name } = useChannelContext();
  const { kind, message } = task;
  const isEdit = kind === "edit";
  const Icon = isEdit ? Pencil : CornerUpLeft;
  const reply = message.author === me ? text.message.replyingToSelf : text.message.replyingTo(name(message.author));
  return (
    <div className="task-bar">
      <Icon aria-hidden />
      <button type="button" onClick={() => message.seq !== null && onShow(message.seq)}>
        <strong dir="auto">{isEdit ? text.composer.editing : reply}</strong>
        <span dir="auto">{message.state === "deleted" ? text.chat.deleted : messageLine(message, 120, text)}</span>
      </button>
      <IconButton icon={X} label={isEdit ? text.composer.cancelEdit : text.message.cancelReply} onClick={onCancel} />
    </div>
  );
}
