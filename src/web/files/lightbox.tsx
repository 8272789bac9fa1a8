// A picture in the whole window: arrows, zoom, download, and Escape.
import { ChevronLeft, ChevronRight, Download, MessageSquareText, X, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Attachment } from "../../sdk";
import { filesText } from "../../text/files";
import { useText, useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { addressOf } from "./file-address";

interface LightboxProps {
  pictures: readonly Attachment[];
  first: string;
  onClose(): void;
  /** Shows the message of a picture. */
  onJump?: (id: string) => void;
}

export function Lightbox({ pictures, first, onClose, onJump }: LightboxProps) {
  const text = useText();
  const words = useWords(filesText);
  const dialog = useRef<HTMLDialogElement>(null);
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      pictures.findIndex(({ id }) => id === first),
    ),
  );
  const [isZoomed, setZoomed] = useState(false);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.focus();
    return () => element?.close();
  }, []);
  const picture = pictures[Math.min(at, pictures.length - 1)];
  useEffect(() => {
    if (!picture) close.current();
  }, [picture]);
  if (!picture) return null;
  const go = (step: number) => {
    setZoomed(false);
    setAt((known) => Math.min(pictures.length - 1, Math.max(0, known + step)));
  };
  const description = picture.alt ?? picture.name;
  return (
    <dialog
      ref={dialog}
      className="lightbox"
      aria-label={description}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={({ key }) => {
        if (key === "ArrowLeft") go(-1);
        else if (key === "ArrowRight") go(1);
      }}
    >
      <div className="lightbox-bar">
        {onJump && <IconButton icon={MessageSquareText} label={words.jump} onClick={() => onJump(picture.id)} />}
        <IconButton
          icon={isZoomed ? ZoomOut : ZoomIn}
          label={isZoomed ? words.zoomOut : words.zoomIn}
          onClick={() => setZoomed(!isZoomed)}
        />
        <a
          className="icon-button"
          href={addressOf(picture, "original")}
          download={picture.name}
          title={words.download}
          aria-label={words.download}
        >
          <Download aria-hidden />
        </a>
        <IconButton icon={X} label={text.app.close} onClick={onClose} />
      </div>
      <div className="lightbox-stage" data-zoomed={isZoomed || undefined}>
        <img key={picture.id} src={addressOf(picture, "original")} alt={description} />
      </div>
      {picture.alt && (
        <p className="lightbox-alt" dir="auto">
          {picture.alt}
        </p>
      )}
      {at > 0 && <IconButton icon={ChevronLeft} label={words.previous} onClick={() => go(-1)} />}
      {at < pictures.length - 1 && <IconButton icon={ChevronRight} label={words.next} onClick={() => go(1)} />}
    </dialog>
  );
}
