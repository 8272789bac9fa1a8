import type { MessageView } from "../../sdk";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { plainText } from "../markdown/plain";
import { useText } from "../text/language";

const PREVIEW_LENGTH = 160;

interface DeleteDialogProps {
  message: MessageView;
  onConfirm(): void;
  onClose(): void;
}

export function DeleteDialog({ message, onConfirm, onClose }: DeleteDialogProps) {
  const text = useText();
  return (
    <Modal title={text.chat.deleteTitle} className="modal-small" onClose={onClose}>
      <div className="modal-body">
        <blockquote className="delete-preview" dir="auto">
          {plainText(message.text ?? "", PREVIEW_LENGTH)}
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
