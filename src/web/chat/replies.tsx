import { ChevronRight, MessagesSquare } from "lucide-react";
import type { Replies as RepliesData } from "../../protocol";
import { listTime } from "../../text/times";
import { useToday } from "../app/today";
import { useLocale, useText } from "../app/use-text";
import { Avatar } from "../people/avatar";
import { useChannelContext } from "./channel-context";
import { useActions } from "./message-actions";

const FACES = 3;

/** Below the root of a thread: the number of replies, who wrote them, and the time of the last. */
export function Replies({ seq, replies, isTabbable }: { seq: number; replies: RepliesData; isTabbable: boolean }) {
  const text = useText();
  const locale = useLocale();
  const today = useToday();
  const { openThread } = useActions();
  const { fullName, isGone, unseenReplies } = useChannelContext();
  const unseen = unseenReplies(seq);
  if (!openThread) return null;
  const when = replies.lastAt && listTime(replies.lastAt, Math.max(today, replies.lastAt), locale, text.chat.yesterday);
  return (
    <button type="button" className="replies" tabIndex={isTabbable ? 0 : -1} onClick={() => openThread(seq)}>
      <span className="faces">
        {replies.participants.slice(0, FACES).map((user) => (
          <Avatar key={user} id={user} name={fullName(user)} size="xs" isGone={isGone(user)} />
        ))}
      </span>
      <strong>{text.message.replies(replies.count)}</strong>
      {unseen > 0 && <span className="badge">{text.message.newReplies(unseen)}</span>}
      {when && <span>{text.message.lastReply(when)}</span>}
      <ChevronRight aria-hidden />
    </button>
  );
}

/** Below a reply that the channel itself shows: leads to its thread. */
export function ThreadLink({ root, isTabbable }: { root: number; isTabbable: boolean }) {
  const text = useText();
  const { openThread } = useActions();
  if (!openThread) return null;
  return (
    <button type="button" className="replies" tabIndex={isTabbable ? 0 : -1} onClick={() => openThread(root)}>
      <MessagesSquare aria-hidden />
      <span>{text.message.ofThread}</span>
      <ChevronRight aria-hidden />
    </button>
  );
}
