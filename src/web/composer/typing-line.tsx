import { useText } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { typingText } from "../people/presence-text";

/**
 * Who else is typing. Its space is always reserved. It is hidden from screen readers, which would
 * otherwise never stop reading it.
 */
export function TypingLine({ users }: { users: readonly string[] }) {
  const text = useText();
  const { name } = useChannelContext();
  return (
    <p className="typing-line" dir="auto" aria-hidden>
      {users.length > 0 && <span className="typing-dots" />}
      {typingText(users.map(name), text)}
    </p>
  );
}
