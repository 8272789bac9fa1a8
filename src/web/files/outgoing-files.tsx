// The files of a message that is on its way: their previews and how far they have come.
import { FileText, X } from "lucide-react";
import type { OutgoingFileView } from "../../sdk";
import { filesText } from "../../text/files";
import { useLocale, useWords } from "../app/use-text";
import { useActions } from "../chat/message-actions";
import { IconButton } from "../controls/icon-button";
import { useObjectUrl } from "./use-object-url";
import { VoicePlayer } from "./voice-player";

interface OutgoingFilesProps {
  files: readonly OutgoingFileView[];
  messageKey: string;
}

export function OutgoingFiles({ files, messageKey }: OutgoingFilesProps) {
  const words = useWords(filesText);
  const actions = useActions();
  const isUploading = files.some(({ isComplete }) => !isComplete);
  return (
    <div className="attachments">
      {files.map((file, at) => (
        // The files of a message on its way never change their order.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above.
        <OutgoingFile key={at} file={file} />
      ))}
      {isUploading && <IconButton icon={X} label={words.cancel} onClick={() => actions.discard(messageKey)} />}
    </div>
  );
}

function OutgoingFile({ file }: { file: OutgoingFileView }) {
  const words = useWords(filesText);
  const locale = useLocale();
  const url = useObjectUrl(file.bytes);
  const { width = 4, height = 3, waveform, durationMs = 0 } = file.measured ?? {};
  const isPicture = file.type.startsWith("image/");
  return (
    <div className="outgoing-file">
      {waveform && url ? (
        <VoicePlayer source={url} waveform={waveform} durationMs={durationMs} />
      ) : isPicture && url ? (
        <span className="picture" style={{ aspectRatio: `${width} / ${height}`, width: `${Math.min(width, 400)}px` }}>
          <img src={url} alt={file.alt ?? ""} />
        </span>
      ) : (
        <span className="file-row">
          <FileText aria-hidden />
          <span dir="auto">{file.name}</span>
          <small>{words.size(file.bytes.size, locale)}</small>
        </span>
      )}
      {!file.isComplete && <progress value={file.sent} max={file.bytes.size} aria-label={words.uploading(file.name)} />}
    </div>
  );
}
