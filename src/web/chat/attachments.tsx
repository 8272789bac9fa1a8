// The attachments of a message: pictures as a grid, players of videos and sounds, rows of files.
import { FileText } from "lucide-react";
import { useState } from "react";
import type { Attachment, MessageView } from "../../sdk";
import { filesText } from "../../text/files";
import { useLocale, useWords } from "../app/use-text";
import { addressOf, kindOfFile, variantOf } from "../files/file-address";
import { Lightbox } from "../files/lightbox";
import { OutgoingFiles } from "../files/outgoing-files";
import { Placeholder } from "../files/placeholder";
import { VoicePlayer } from "../files/voice-player";

interface AttachmentsProps extends Pick<MessageView, "attachments" | "files"> {
  messageKey: string;
  isTabbable: boolean;
}

export function Attachments({ attachments, files, messageKey, isTabbable }: AttachmentsProps) {
  const [shown, setShown] = useState<string | null>(null);
  if (files && files.length > 0) return <OutgoingFiles files={files} messageKey={messageKey} />;
  if (attachments.length === 0) return null;
  const pictures = attachments.filter((one) => kindOfFile(one) === "image");
  const others = attachments.filter((one) => kindOfFile(one) !== "image");
  return (
    <div className="attachments">
      {pictures.length > 0 && (
        <div className="pictures" data-count={Math.min(pictures.length, 4)}>
          {pictures.map((picture) => (
            <Picture
              key={picture.id}
              picture={picture}
              isAlone={pictures.length === 1}
              isTabbable={isTabbable}
              onShow={() => setShown(picture.id)}
            />
          ))}
        </div>
      )}
      {others.map((one) => (
        <OtherFile key={one.id} file={one} isTabbable={isTabbable} />
      ))}
      {shown !== null && <Lightbox pictures={pictures} first={shown} onClose={() => setShown(null)} />}
    </div>
  );
}

interface PictureProps {
  picture: Attachment;
  /** Whether the picture has its own shape. Several are squares. */
  isAlone: boolean;
  isTabbable: boolean;
  onShow(): void;
}

function Picture({ picture, isAlone, isTabbable, onShow }: PictureProps) {
  const words = useWords(filesText);
  const { width = 4, height = 3, thumbhash } = picture;
  const description = picture.alt ?? picture.name;
  return (
    <button
      type="button"
      className="picture"
      tabIndex={isTabbable ? 0 : -1}
      aria-label={words.open(description)}
      // The place is that of the picture before a byte of it has arrived.
      style={isAlone ? { aspectRatio: `${width} / ${height}`, width: `${Math.min(width, 400)}px` } : undefined}
      onClick={onShow}
    >
      <Placeholder thumbhash={thumbhash} />
      <img
        src={addressOf(picture, variantOf(picture, "view"))}
        alt={picture.alt ?? ""}
        loading="lazy"
        decoding="async"
      />
    </button>
  );
}

function OtherFile({ file, isTabbable }: { file: Attachment; isTabbable: boolean }) {
  const words = useWords(filesText);
  const locale = useLocale();
  const kind = kindOfFile(file);
  const source = addressOf(file, "original");
  const { width = 16, height = 9 } = file;
  const tabIndex = isTabbable ? 0 : -1;
  const poster = variantOf(file, "poster");
  if (kind === "video")
    return (
      // biome-ignore lint/a11y/useMediaCaption: people's videos have no captions.
      <video
        className="player"
        controls
        preload="none"
        poster={poster === "original" ? undefined : addressOf(file, poster)}
        src={source}
        tabIndex={tabIndex}
        aria-label={file.alt ?? file.name}
        style={{ aspectRatio: `${width} / ${height}` }}
      />
    );
  if (kind === "audio" && file.waveform && file.durationMs !== undefined)
    return (
      <VoicePlayer source={source} waveform={file.waveform} durationMs={file.durationMs} isTabbable={isTabbable} />
    );
  if (kind === "audio")
    // biome-ignore lint/a11y/useMediaCaption: people's recordings have no captions.
    return <audio className="player" controls preload="none" src={source} tabIndex={tabIndex} aria-label={file.name} />;
  return (
    <a className="file-row" href={source} download={file.name} tabIndex={tabIndex}>
      <FileText aria-hidden />
      <span dir="auto">{file.name}</span>
      <small>{words.size(file.size, locale)}</small>
    </a>
  );
}
