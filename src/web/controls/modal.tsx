// A dialog element that is open as long as it is mounted. The browser traps the focus and gives it back.
import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../text/use-text";
import { IconButton } from "./icon-button";
import { dismissLightly } from "./light-dismiss";

interface ModalProps {
  title: string;
  className?: string;
  /** Asked for by Esc, the backdrop or the close button; the owner unmounts it. */
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
    // The dialog itself comes first, not its close button; what has a field to fill in takes the focus from here.
    element.focus();
    const stopDismissing = dismissLightly(element, () => close.current());
    return () => {
      stopDismissing();
      // Closing before the element leaves the document is what returns the focus.
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
      <header className="modal-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon={X} label={text.app.close} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
