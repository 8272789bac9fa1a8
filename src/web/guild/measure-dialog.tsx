// The form of a moderator's measure against a person: what it does, its fields, and its failure.
import type { FormEvent, ReactNode } from "react";
import { explain } from "../app/explain";
import { useText } from "../app/use-text";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { isReason } from "./reason-field";

interface MeasureDialogProps {
  title: string;
  hint: string;
  /** What the button says. */
  action: string;
  /** What stands in the `ReasonField` among the fields. One that is too long cannot be sent. */
  reason: string;
  /** The fields. */
  children: ReactNode;
  /** Takes the measure. A rejection is shown, and the person may try again. */
  onConfirm(): Promise<void>;
  onClose(): void;
}

export function MeasureDialog({ title, hint, action, reason, children, onConfirm, onClose }: MeasureDialogProps) {
  const text = useText();
  const [saving, save] = useSave();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReason(reason) || saving.state === "busy") return;
    void save(onConfirm);
  };
  return (
    <Modal title={title} className="modal-small" onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <div className="modal-body form">
          <p className="modal-hint">{hint}</p>
          {children}
          {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        </div>
        <footer className="modal-foot">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="danger" busy={saving.state === "busy"} disabled={!isReason(reason)}>
            {action}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
