// The files of a message that is edited: each can be removed, and what a picture shows can be said
// in other words.
import { FileText, Undo2, X } from "lucide-react";
import { useState } from "react";
import { type KeptAttachment, limits } from "../../protocol";
import type { MessageView } from "../../sdk";
import { filesText } from "../../text/files";
import { useLocale, useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { addressOf, kindOfFile, variantOf } from "./file-address";

interface FileChanges {
  /** The message that they concern. */
  key: string;
  removed: ReadonlySet<string>;
  /** What pictures show, in words, by attachment. */
  alts: Readonly<Record<string, string>>;
}

const unchanged: FileChanges = { key: "", removed: new Set(), alts: {} };

/** Returns what a person changes of the files of a message while they edit it. */
export function useEditedFiles(message: MessageView | null) {
  const [changes, setChanges] = useState<FileChanges>(unchanged);
  const { removed, alts } = message && changes.key === message.key ? changes : unchanged;
  const files = message?.attachments ?? [];
  const change = (next: Partial<FileChanges>) => message && setChanges({ key: message.key, removed, alts, ...next });
  /** The attachments that the message keeps, as the edit says it. */
  const kept: KeptAttachment[] = files
    .filter(({ id }) => !removed.has(id))
    .map(({ id, alt = "" }) => {
      const said = alts[id]?.trim() ?? alt;
      return said === alt ? { id } : { id, alt: said };
    });
  return {
    files,
    removed,
    alts,
    kept,
    isChanged: kept.length < files.length || kept.some(({ alt }) => alt !== undefined),
    toggle: (id: string) => {
      const next = new Set(removed);
      if (!next.delete(id)) next.add(id);
      change({ removed: next });
    },
    describe: (id: string, alt: string) => change({ alts: { ...alts, [id]: alt } }),
    forget: () => setChanges(unchanged),
  };
}

export function EditedFiles({ edited }: { edited: ReturnType<typeof useEditedFiles> }) {
  const words = useWords(filesText);
  const locale = useLocale();
  if (edited.files.length === 0) return null;
  return (
    <div className="tray">
      <ul aria-label={words.edited}>
        {edited.files.map((file) => {
          const isPicture = kindOfFile(file) === "image";
          const isRemoved = edited.removed.has(file.id);
          return (
            <li key={file.id} data-removed={isRemoved || undefined}>
              {isPicture ? (
                <img src={addressOf(file, variantOf(file, "thumbnail", "view"))} alt="" />
              ) : (
                <FileText aria-hidden />
              )}
              <div className="tray-facts">
                <span dir="auto">{file.name}</span>
                <small>{isRemoved ? words.willBeRemoved : words.size(file.size, locale)}</small>
                {isPicture && !isRemoved && (
                  <input
                    type="text"
                    value={edited.alts[file.id] ?? file.alt ?? ""}
                    maxLength={limits.altCodePoints}
                    placeholder={words.alt}
                    aria-label={words.altOf(file.name)}
                    onChange={(event) => edited.describe(file.id, event.target.value)}
                  />
                )}
              </div>
              <IconButton
                icon={isRemoved ? Undo2 : X}
                label={isRemoved ? words.keep(file.name) : words.remove(file.name)}
                onClick={() => edited.toggle(file.id)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
