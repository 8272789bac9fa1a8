// A dialog element that is open while it is mounted. The browser traps the focus and returns it.
import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../app/use-text";
import { IconButton } from "./icon-button";
import { dismissLightly } from "./light-dismiss";

interface ModalProps {
  title: string;
  className?: string;
  /** Called for Escape, the backdrop and the close button. The owner unmounts the dialog. */
  onClose(): void;
  children: ReactNode;
}

export function Modal({ title, className, onClose, children }: ModalProps) {
  const text = useText();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    element.showModal();
    // Focuses the dialog instead of its close button. A dialog with a field moves the focus there.
    element.focus();
    const stopDismissing = dismissLightly(element, () => close.current());
    return () => {
      stopDismissing();
      // The focus returns only if the dialog closes before it leaves the document.
      element.close();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      className={className ? `modal ${className}` : "modal"}
      aria-labelledby={id}
      closedby="any"
      onCancel={(event) => {
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className="modal-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon={X} label={text.app.close} onClick={onClose} />
      </div>
      {children}
    </dialog>
  );
}
