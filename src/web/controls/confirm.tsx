import { useState } from "react";
import { explain } from "../app/explain";
import { useText } from "../app/use-text";
import { Button } from "./button";
import { Modal } from "./modal";
import { Notice } from "./notice";

interface ConfirmProps {
  title: string;
  hint: string;
  action: string;
  /** The owner closes the dialog on success. A failure is shown in the dialog. */
  onConfirm(): Promise<unknown>;
  onClose(): void;
}

/** A confirmation for actions that the person cannot undo. */
export function Confirm({ title, hint, action, onConfirm, onClose }: ConfirmProps) {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
    } catch (thrown) {
      setProblem(explain(thrown, text));
      setBusy(false);
    }
  };

  return (
    <Modal title={title} className="modal-small" onClose={onClose}>
      <div className="modal-body">
        <p className="modal-hint">{hint}</p>
        {problem && <Notice tone="danger">{problem}</Notice>}
      </div>
      <footer className="modal-foot">
        <Button onClick={onClose}>{text.app.cancel}</Button>
        <Button look="danger" busy={busy} onClick={confirm}>
          {action}
        </Button>
      </footer>
    </Modal>
  );
}
