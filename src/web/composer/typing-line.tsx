import { useChannelContext } from "../chat/channel-context";
import { typingText } from "../people/presence-text";
import { useText } from "../text/use-text";

/** Who else is writing. Its place is kept while nobody is; it is not read out, or it would never stop. */
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
