// The third pane: beside the chat on a wide screen, over it on a narrow one.
import { ChevronLeft, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { IconButton } from "../controls/icon-button";
import { useText } from "./use-text";
import { useNarrow } from "./viewport";

interface PanelFrameProps {
  title: string;
  hint?: string;
  closeLabel: string;
  actions?: ReactNode;
  onClose(): void;
  children: ReactNode;
}

export function PanelFrame({ title, hint, closeLabel, actions, onClose, children }: PanelFrameProps) {
  const text = useText();
  const narrow = useNarrow();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const isFree = event.target instanceof Element && event.target.closest("textarea, input, dialog, article") === null;
    if (event.key === "Escape" && !event.defaultPrevented && isFree) onClose();
  };
  return (
    <aside className="panel" aria-label={title} onKeyDown={onKeyDown}>
      <header className="panel-head">
        {narrow && <IconButton icon={ChevronLeft} label={text.app.back} onClick={onClose} />}
        <div className="chat-title">
          <h2 ref={heading} tabIndex={-1}>
            {title}
          </h2>
          {hint && <p dir="auto">{hint}</p>}
        </div>
        {actions}
        {!narrow && <IconButton icon={X} label={closeLabel} onClick={onClose} />}
      </header>
      {children}
    </aside>
  );
}
