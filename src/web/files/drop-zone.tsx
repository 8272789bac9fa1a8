// Takes files that are dropped anywhere on a chat, and says so while they hover.
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { filesText } from "../../text/files";
import { useWords } from "../app/use-text";

interface DropZoneProps {
  className: string;
  label: string | undefined;
  isInert: boolean;
  /** Null if files cannot be sent here. */
  onFiles: ((files: File[]) => void) | null;
  children: ReactNode;
}

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files");

export function DropZone({ className, label, isInert, onFiles, children }: DropZoneProps) {
  const words = useWords(filesText);
  const [isOver, setOver] = useState(false);
  /** Entering a child comes before leaving its parent. */
  const depth = useRef(0);
  const leave = (left: number) => {
    depth.current = left;
    if (left <= 0) setOver(false);
  };
  return (
    <section
      className={className}
      aria-label={label}
      inert={isInert}
      onDragEnter={(event) => {
        if (!onFiles || !hasFiles(event)) return;
        depth.current++;
        setOver(true);
      }}
      onDragLeave={(event) => hasFiles(event) && leave(depth.current - 1)}
      // A file that is dropped elsewhere would replace the page.
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        leave(0);
        onFiles?.([...event.dataTransfer.files]);
      }}
    >
      {children}
      {isOver && (
        <div className="drop-overlay" aria-hidden>
          <p>{words.drop}</p>
        </div>
      )}
    </section>
  );
}
