import { AtSign, MessagesSquare } from "lucide-react";
import type { UnseenMessage } from "../../protocol";
import { useText } from "../app/use-text";

interface UnseenNoteProps {
  unseen: readonly UnseenMessage[];
  /** Goes to a message of the channel itself. */
  onJump(seq: number): void;
  onThread(root: number): void;
}

/**
 * Names what the read mark has passed and the person has not seen, and leads to the first of it: a
 * mention if there is one, otherwise a reply in a thread.
 */
export function UnseenNote({ unseen, onJump, onThread }: UnseenNoteProps) {
  const text = useText();
  const first = unseen.find(({ mention }) => mention) ?? unseen[0];
  if (first === undefined) return null;
  const { seq, thread, mention } = first;
  const Icon = mention ? AtSign : MessagesSquare;
  return (
    <button
      type="button"
      className="jump"
      data-place="top"
      onClick={() => (thread === null ? onJump(seq) : onThread(thread))}
    >
      <Icon aria-hidden />
      {mention ? text.chat.unseenMention : text.chat.unseenReplies(unseen.length)}
    </button>
  );
}
