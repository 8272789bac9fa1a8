// A thread beside its channel: its root, the replies, and a composer.
import { Bell, BellOff } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { channelKinds, type Me } from "../../protocol";
import type { ChannelHandle, ChannelView, InboxEntry } from "../../sdk";
import { useStore } from "../app/client";
import { PanelFrame } from "../app/panel";
import { useText } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { DeleteDialog } from "../chat/delete-dialog";
import { useComposerTask } from "../chat/use-composer-task";
import type { Target } from "../chat/use-jump";
import { Composer } from "../composer/composer";
import { Button } from "../controls/button";
import { useTray } from "../files/use-tray";
import { faceOf } from "../people/channel-face";
import { ThreadLog } from "./thread-log";
import { useSeenReplies } from "./use-seen-replies";

interface ThreadPanelProps {
  root: number;
  /** The reply to go to. */
  target: Target | null;
  entry: InboxEntry;
  handle: ChannelHandle;
  view: ChannelView;
  me: Me;
  /** Shows a message of the channel itself. */
  onJump(seq: number): void;
  onClose(): void;
}

export function ThreadPanel({ root: seq, target, entry, handle, view, me, onJump, onClose }: ThreadPanelProps) {
  const text = useText();
  const { kind, may } = useChannelContext();
  const mayReply = may("send") && (channelKinds[kind].roster !== "by_view" || may("thread"));
  const mayAttach = channelKinds[kind].roster !== "by_view" || may("attach");
  const tray = useTray();
  const thread = useMemo(() => handle.thread(seq), [handle, seq]);
  const { root, messages, moreBefore, phase, typing } = useStore(thread.view);
  const composer = useRef<HTMLTextAreaElement>(null);
  const compose = useComposerTask(handle, composer, () => thread.view.get().messages);
  const { task } = compose;

  useEffect(() => {
    // Rejects when the channel is gone or the session has ended, which the page shows.
    thread.open().catch(() => {});
    return () => thread.release();
  }, [thread]);

  const [toChannel, setToChannel] = useState(false);
  useSeenReplies(handle, entry, seq, messages);

  const follows = root?.replies.followers.includes(me.id) ?? false;
  // Rejects like `open`.
  const loadBefore = useCallback(() => void Promise.resolve(thread.loadBefore()).catch(() => {}), [thread]);
  const Icon = follows ? Bell : BellOff;

  return (
    <PanelFrame
      title={text.message.thread}
      hint={text.message.threadIn(faceOf(entry, me.id, text).name)}
      closeLabel={text.message.closeThread}
      onClose={onClose}
      actions={
        root && (
          <Button
            look="quiet"
            className="panel-toggle"
            aria-pressed={follows}
            title={text.message.followHint}
            onClick={() => (follows ? handle.unfollow(seq) : handle.follow(seq))}
          >
            <Icon aria-hidden />
            {follows ? text.message.following : text.message.follow}
          </Button>
        )
      }
    >
      <ThreadLog
        handle={handle}
        root={root}
        messages={messages}
        target={target}
        moreBefore={moreBefore}
        isLoading={phase === "loading" && messages.length === 0}
        marks={view}
        me={me.id}
        onEarlier={loadBefore}
        onEdit={compose.edit}
        onReply={compose.reply}
        onDelete={compose.setDeleting}
        onJump={onJump}
      />
      {mayReply && (
        <label className="thread-to-channel">
          <input type="checkbox" checked={toChannel} onChange={(event) => setToChannel(event.target.checked)} />
          {text.message.toChannel}
        </label>
      )}
      {mayReply && (
        <Composer
          id="thread-composer"
          box={composer}
          channel={entry.id}
          thread={seq}
          me={me.id}
          label={text.message.threadMessage}
          placeholder={text.message.threadPlaceholder}
          task={task}
          slowMode={view.slowMode}
          typing={typing}
          onTyping={() => thread.typing()}
          isMain={false}
          tray={mayAttach ? tray : null}
          onSend={(content, replyTo, files) => {
            thread.send(content, {
              ...(replyTo !== undefined && { replyTo }),
              ...(toChannel && { toChannel }),
              ...(files.length > 0 && { files }),
            });
            setToChannel(false);
          }}
          onEdit={(...edit) => handle.edit(...edit)}
          onEditLast={() => compose.editLast(me.id)}
          onReplyTo={compose.replyTo}
          onEnd={compose.end}
          onDelete={compose.setDeleting}
          onShow={onJump}
        />
      )}
      <DeleteDialog handle={handle} compose={compose} />
    </PanelFrame>
  );
}
