// The tray above the composer: a preview of each file, what it shows in words, and its removal.
import { FileText, X } from "lucide-react";
import { limits } from "../../protocol";
import { filesText } from "../../text/files";
import { useLocale, useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { useObjectUrl } from "./use-object-url";
import type { Tray, TrayFile } from "./use-tray";

export function TrayList({ tray }: { tray: Tray }) {
  const words = useWords(filesText);
  if (tray.files.length === 0 && tray.problem === null) return null;
  return (
    <div className="tray">
      {tray.problem && (
        <p className="composer-problem" role="alert">
          {words.problems[tray.problem]}
        </p>
      )}
      <ul aria-label={words.tray}>
        {tray.files.map((file) => (
          <TrayItem key={file.key} file={file} tray={tray} />
        ))}
      </ul>
    </div>
  );
}

function TrayItem({ file: { key, file, alt, video }, tray }: { file: TrayFile; tray: Tray }) {
  const words = useWords(filesText);
  const locale = useLocale();
  const url = useObjectUrl(file);
  const isPicture = file.type.startsWith("image/");
  return (
    <li>
      {isPicture && url ? <img src={url} alt="" /> : <FileText aria-hidden />}
      <div className="tray-facts">
        <span dir="auto">{file.name}</span>
        <small>
          {words.size(file.size, locale)}
          {video?.state === "smaller" && ` → ${words.size(video.bytes, locale)}`}
          {video?.state === "original" && ` · ${words.asItIs}`}
        </small>
        {video?.state === "running" && (
          <div className="tray-video">
            <progress value={video.progress} max={1} aria-label={words.shrinking(file.name)} />
            <small>{words.shrinkingShort(Math.round(video.progress * 100))}</small>
            <button type="button" onClick={() => tray.keepOriginal(key)}>
              {words.sendOriginal}
            </button>
          </div>
        )}
        {isPicture && (
          <input
            type="text"
            value={alt}
            maxLength={limits.altCodePoints}
            placeholder={words.alt}
            aria-label={words.altOf(file.name)}
            onChange={(event) => tray.describe(key, event.target.value)}
          />
        )}
      </div>
      <IconButton icon={X} label={words.remove(file.name)} onClick={() => tray.remove(key)} />
    </li>
  );
}
