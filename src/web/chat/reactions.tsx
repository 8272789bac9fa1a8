import type { MessageView } from "../../sdk";
import { useText } from "../app/use-text";
import { useChannelContext } from "./channel-context";
import { allowedActions, useActions } from "./message-actions";

/** Below a bubble: each emoji and its count. A click adds or removes my reaction. */
export function Reactions({ message, isTabbable }: { message: MessageView; isTabbable: boolean }) {
  const text = useText();
  const actions = useActions();
  const context = useChannelContext();
  const rights = allowedActions(message, context);
  return (
    <div className="reactions">
      {message.reactions.map(({ emoji, users: all }) => {
        const users = all.filter((user) => !context.isBlocked(user));
        if (users.length === 0) return null;
        const names = users.map(context.name).join(", ");
        return (
          <button
            key={emoji}
            type="button"
            className="reaction"
            tabIndex={isTabbable ? 0 : -1}
            aria-pressed={users.includes(context.me)}
            aria-label={text.message.reacted(emoji, names, users.length)}
            aria-disabled={!rights.react || undefined}
            title={names}
            onClick={() => rights.react && actions.react(message, emoji)}
          >
            <span>{emoji}</span>
            {users.length}
          </button>
        );
      })}
    </div>
  );
}
