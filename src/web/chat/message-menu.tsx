// The menu of a message: all of its actions, with quick reactions on top.
import {
  Copy,
  CornerUpLeft,
  Eraser,
  Flag,
  Forward,
  History,
  MailOpen,
  MessagesSquare,
  Pencil,
  Pin,
  PinOff,
  SmilePlus,
  Trash2,
  UserRoundCheck,
  UserRoundX,
} from "lucide-react";
import { shownText } from "../../protocol";
import type { MessageView } from "../../sdk";
import { forwardText } from "../../text/forward";
import { useText, useWords } from "../app/use-text";
import type { Point } from "../controls/floating";
import { type Choice, Menu } from "../controls/menu";
import { quickEmojis } from "../emoji/quick-emojis";
import { useChannelContext } from "./channel-context";
import { allowedActions, type MessageActions } from "./message-actions";

interface MessageMenuProps {
  message: MessageView;
  point: Point;
  actions: MessageActions;
  onClose(): void;
}

export function MessageMenu({ message, point, actions, onClose }: MessageMenuProps) {
  const text = useText();
  const words = useWords(forwardText);
  const context = useChannelContext();
  const rights = allowedActions(message, context);
  const { seq } = message;
  const { openThread, markUnread } = actions;
  const isPinned = message.pin.by !== null;
  const isHidden = context.isBlocked(message.author);

  const choices: Choice[] = [];
  if (rights.reply) choices.push({ icon: CornerUpLeft, label: text.message.reply, run: () => actions.reply(message) });
  if (rights.thread && openThread && seq !== null)
    choices.push({
      icon: MessagesSquare,
      label: text.message.openThread,
      run: () => openThread(message.thread ?? seq),
    });
  if (message.text !== "" && !isHidden)
    choices.push({
      icon: Copy,
      label: text.chat.copy,
      run: () => void navigator.clipboard.writeText(shownText(message.text)).catch(() => {}),
    });
  if (rights.forward) choices.push({ icon: Forward, label: words.forward, run: () => actions.forward(message) });
  if (rights.pin)
    choices.push({
      icon: isPinned ? PinOff : Pin,
      label: isPinned ? text.message.unpin : text.message.pin,
      run: () => actions.togglePin(message),
    });
  if (rights.markUnread && markUnread)
    choices.push({ icon: MailOpen, label: text.message.markUnread, run: () => markUnread(message) });
  if (rights.seeVersions)
    choices.push({ icon: History, label: text.message.versions, run: () => actions.showVersions(message) });
  if (rights.edit) choices.push({ icon: Pencil, label: text.chat.edit, run: () => actions.edit(message) });
  if (rights.report && seq !== null)
    choices.push({ icon: Flag, label: text.chat.report, tone: "danger", run: () => actions.report(message) });
  if (rights.report)
    choices.push(
      context.isBlocked(message.author)
        ? { icon: UserRoundCheck, label: text.chat.unblock, run: () => actions.unblock(message.author) }
        : { icon: UserRoundX, label: text.chat.block, tone: "danger", run: () => actions.block(message) },
    );
  if (rights.remove)
    choices.push({ icon: Trash2, label: text.chat.remove, tone: "danger", run: () => actions.remove(message) });

  if (rights.purge)
    choices.push({ icon: Eraser, label: text.chat.purge, tone: "danger", run: () => actions.purge(message) });

  const react = (emoji: string) => {
    onClose();
    actions.react(message, emoji);
  };

  return (
    <Menu label={text.chat.actions} point={point} choices={choices} onClose={onClose}>
      {rights.react && (
        <div className="menu-quick">
          {quickEmojis.map((emoji) => (
            <button key={emoji} type="button" aria-label={text.message.reactWith(emoji)} onClick={() => react(emoji)}>
              {emoji}
            </button>
          ))}
          <button
            type="button"
            aria-label={text.message.react}
            title={text.message.react}
            onClick={() => actions.pickEmoji(message, point)}
          >
            <SmilePlus aria-hidden />
          </button>
        </div>
      )}
    </Menu>
  );
}
