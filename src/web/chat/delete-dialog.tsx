import type { ChannelHandle } from "../../sdk";
import { useText } from "../app/use-text";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { messageLine } from "../people/content-line";
import type { ComposerTaskState } from "./use-composer-task";

const PREVIEW_LENGTH = 160;

interface DeleteDialogProps {
  handle: ChannelHandle;
  compose: ComposerTaskState;
}

/** Asks before the message in `compose.deleting` is deleted. */
export function DeleteDialog({ handle, compose }: DeleteDialogProps) {
  const text = useText();
  const { deleting: message } = compose;
  if (!message) return null;
  const onClose = () => compose.setDeleting(null);
  const onConfirm = () => {
    if (message.seq !== null) handle.remove(message.seq);
    onClose();
    compose.end();
  };
  return (
    <Modal title={text.chat.deleteTitle} className="modal-small" onClose={onClose}>
      <div className="modal-body">
        <blockquote className="delete-preview" dir="auto">
          {messageLine(message, PREVIEW_LENGTH, text)}
        </blockquote>
        <p className="modal-hint">{text.chat.deleteHint}</p>
      </div>
      <footer className="modal-foot">
        <Button onClick={onClose}>{text.app.cancel}</Button>
        <Button look="danger" onClick={onConfirm}>
          {text.chat.deleteConfirm}
        </Button>
      </footer>
    </Modal>
  );
}
