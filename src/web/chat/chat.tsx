// The open channel: header, messages, composer, and one panel beside them.
import { Hourglass } from "lucide-react";
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { channelKinds, type Me } from "../../protocol";
import type { Dictionary } from "../../text/dictionary";
import type { Panel } from "../app/address";
import { lazyPart } from "../app/lazy-part";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";
import { useNarrow } from "../app/viewport";
import { CallNote } from "../calls/call-note";
import { useAnswer } from "../calls/use-answer";
import { Composer } from "../composer/composer";
import { Notice } from "../controls/notice";
import { DropZone } from "../files/drop-zone";
import { stopPlayback } from "../files/playback";
import { useTray } from "../files/use-tray";
import { formerGuildOf } from "../guild/last-channels";
import { type ChannelFace, faceOf } from "../people/channel-face";
import { ChannelContextProvider, useChannelContextOf } from "./channel-context";
import { ChatHeader } from "./chat-header";
import { ComposerClosed } from "./composer-closed";
import { DeleteDialog } from "./delete-dialog";
import { GoneChat } from "./gone-chat";
import { Log } from "./log";
import { Skeleton } from "./skeleton";
import { UnsentTexts } from "./unsent-texts";
import { useChannel, useInboxEntry } from "./use-channel";
import { useComposerTask } from "./use-composer-task";
import type { Target } from "./use-jump";
import { useStartPosition } from "./use-start-position";

const Details = lazyPart(() => import("../details/details").then((module) => module.Details));
const ChannelFilesPanel = lazyPart(() =>
  import("../channel-files/channel-files").then((module) => module.ChannelFilesPanel),
);
const ThreadPanel = lazyPart(() => import("../thread/thread-panel").then((module) => module.ThreadPanel));

function placeholderOf(face: ChannelFace | null, text: Dictionary): string {
  if (face === null) return "";
  if (face.kind === "group" || face.kind === "channel") return text.groups.placeholder(face.name);
  return face.kind === "notes" ? text.composer.placeholderNotes : text.composer.placeholder(face.name);
}

export function Chat({ id, panel, me }: { id: string; panel: Panel; me: Me }) {
  const text = useText();
  const narrow = useNarrow();
  const { open, leaveTo, mark, visit } = useRoute();
  const isOfThread = panel?.kind === "thread";
  const { handle, view } = useChannel(id);
  useAnswer(id);
  const entry = useInboxEntry(id);
  const isReady = useStartPosition(handle, view, entry, me.id, isOfThread ? null : mark);
  const context = useChannelContextOf(entry, me.id, view.permissions);
  const composer = useRef<HTMLTextAreaElement>(null);
  const tray = useTray();
  const compose = useComposerTask(handle, composer, () => handle.view.get().messages);
  const [target, setTarget] = useState<Target | null>(null);
  // Each visit of an address with a message goes to the message, also a second visit of the same
  // one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: closing the panel is no visit.
  const visited = useMemo(() => (mark === null ? null : { seq: mark, isOfThread }), [mark, visit]);
  useEffect(() => {
    if (visited && !visited.isOfThread) setTarget(visited);
  }, [visited]);
  // The sounds of a chat end with it. Rows come and go while a sound plays.
  useEffect(() => stopPlayback, []);
  const focusComposer = useCallback(() => composer.current?.focus(), []);
  const openThread = useCallback((seq: number) => open(routes.thread(id, seq)), [open, id]);
  const closePanel = useCallback(() => leaveTo(routes.chat(id)), [leaveTo, id]);
  const jumpTo = useCallback((seq: number) => setTarget({ seq }), []);
  const showInLog = useCallback(
    (seq: number) => {
      if (narrow) closePanel();
      jumpTo(seq);
    },
    [narrow, closePanel, jumpTo],
  );

  const face = entry && faceOf(entry, me.id, text);
  const name = useRef<string | null>(null);
  name.current = face?.name ?? name.current;
  if (view.phase === "gone")
    return (
      <GoneChat
        handle={handle}
        view={view}
        me={me.id}
        name={name.current}
        guild={formerGuildOf(id)}
        onLeave={leaveTo}
      />
    );

  /** Edits of messages that are not loaded, and replies in threads that are not open. */
  const hidden = view.refused.filter(({ seq, thread }) =>
    seq === null
      ? thread !== null && !(panel?.kind === "thread" && panel.root === thread)
      : !view.messages.some((message) => message.seq === seq),
  );
  const { task } = compose;
  const isOtherGone = face?.isGone === true;
  // Only the roles of a guild know this permission.
  const mayAttach = entry?.guild == null || view.permissions.length === 0 || context.may("attach");
  const isBlocking = face?.kind === "person" && context.isBlocked(face.id);
  const canWrite = !isOtherGone && !isBlocking && (view.permissions.length === 0 || context.may("send"));

  return (
    <ChannelContextProvider value={context}>
      <div className="chat-frame" data-panel={panel?.kind}>
        <DropZone
          className="chat"
          label={face?.name}
          isInert={narrow && panel !== null}
          onFiles={canWrite && mayAttach ? tray.add : null}
        >
          <ChatHeader id={id} face={face} entry={entry} catchingUp={view.phase === "catching-up"} panel={panel} />
          {entry === null || !isReady ? (
            <Skeleton />
          ) : (
            <Log
              handle={handle}
              view={view}
              entry={entry}
              me={me}
              target={target}
              onEdit={compose.edit}
              onDelete={compose.setDeleting}
              onReply={compose.reply}
              onThread={openThread}
              onJump={jumpTo}
              onLeave={focusComposer}
            />
          )}
          {entry &&
            channelKinds[entry.kind].roster === "pair" &&
            entry.pending.length > 0 &&
            face?.isGone === false && (
              <div className="chat-note">
                <Notice icon={Hourglass} tone="calm">
                  {text.chats.pendingNote(face.name)}
                </Notice>
              </div>
            )}
          {entry && <CallNote entry={entry} />}
          {hidden.length > 0 && <UnsentTexts handle={handle} texts={hidden} />}
          {canWrite ? (
            <Composer
              id="composer"
              box={composer}
              channel={id}
              thread={null}
              me={me.id}
              label={text.composer.label}
              placeholder={placeholderOf(face, text)}
              task={task}
              slowMode={view.slowMode}
              typing={view.typing}
              onTyping={() => handle.typing()}
              tray={mayAttach ? tray : null}
              onSend={(content, replyTo, files) =>
                void handle.send(content, {
                  ...(replyTo !== undefined && { replyTo }),
                  ...(files.length > 0 && { files }),
                })
              }
              onEdit={(...edit) => handle.edit(...edit)}
              onEditLast={() => compose.editLast(me.id)}
              onReplyTo={compose.replyTo}
              onEnd={compose.end}
              onDelete={compose.setDeleting}
              onShow={jumpTo}
            />
          ) : (
            <ComposerClosed view={view} entry={entry} isOtherGone={isOtherGone} />
          )}
        </DropZone>
        {panel !== null && entry !== null && (
          <Suspense fallback={<aside className="panel" />}>
            {panel.kind === "details" ? (
              <Details entry={entry} handle={handle} me={me} onJump={showInLog} onClose={closePanel} />
            ) : panel.kind === "files" ? (
              <ChannelFilesPanel handle={handle} onJump={showInLog} onClose={closePanel} />
            ) : (
              <ThreadPanel
                key={panel.root}
                root={panel.root}
                target={visited?.isOfThread ? visited : null}
                entry={entry}
                handle={handle}
                view={view}
                me={me}
                onJump={showInLog}
                onClose={closePanel}
              />
            )}
          </Suspense>
        )}
      </div>
      <DeleteDialog handle={handle} compose={compose} />
    </ChannelContextProvider>
  );
}
