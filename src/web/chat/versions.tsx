import { useEffect, useState } from "react";
import type { ChannelHandle, MessageView } from "../../sdk";
import { fullTime } from "../../text/times";
import { explain } from "../app/explain";
import { useLocale, useText } from "../app/use-text";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { Prose } from "../markdown/prose";
import { FileNames } from "./file-names";

type Version = Awaited<ReturnType<ChannelHandle["versions"]>>[number];
type LoadedVersions =
  | { state: "loading" }
  | { state: "found"; versions: readonly Version[] }
  | { state: "failed"; thrown: unknown };

interface VersionsProps {
  handle: ChannelHandle;
  message: MessageView;
  onClose(): void;
}

/** The earlier versions of a message, newest first. */
export function Versions({ handle, message, onClose }: VersionsProps) {
  const text = useText();
  const locale = useLocale();
  const [found, setFound] = useState<LoadedVersions>({ state: "loading" });
  const { seq } = message;

  useEffect(() => {
    if (seq === null) return;
    let current = true;
    handle.versions(seq).then(
      (versions) => current && setFound({ state: "found", versions }),
      (thrown: unknown) => current && setFound({ state: "failed", thrown }),
    );
    return () => {
      current = false;
    };
  }, [handle, seq]);

  const earlier =
    found.state === "found" ? found.versions.toReversed().filter(({ text }) => text !== message.text) : [];
  return (
    <Modal title={text.message.versions} onClose={onClose}>
      <div className="modal-body versions">
        {found.state === "loading" && <div className="session-skeleton" />}
        {found.state === "failed" && <Notice tone="danger">{explain(found.thrown, text)}</Notice>}
        {found.state === "found" && (
          <ol>
            <li>
              <p className="version-when">{text.message.versionNow}</p>
              <div className="prose">
                <Prose text={message.text} />
              </div>
              <FileNames attachments={message.attachments} />
            </li>
            {earlier.map((version, index) => (
              <li key={version.version}>
                <p className="version-when">
                  {index === earlier.length - 1 && `${text.message.versionFirst} · `}
                  <time dateTime={new Date(version.at).toISOString()}>{fullTime(version.at, locale)}</time>
                </p>
                <div className="prose">
                  <Prose text={version.text} />
                </div>
                <FileNames attachments={version.attachments ?? []} />
              </li>
            ))}
          </ol>
        )}
        {found.state === "found" && earlier.length === 0 && <p className="modal-hint">{text.message.versionsNone}</p>}
      </div>
    </Modal>
  );
}
