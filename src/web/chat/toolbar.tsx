import { Check, Copy, CornerUpLeft, Ellipsis, MessagesSquare, Pencil, SmilePlus, Trash2 } from "lucide-react";
import { shownText } from "../../protocol";
import type { MessageView } from "../../sdk";
import { useText } from "../app/use-text";
import { pointBelow } from "../controls/floating";
import { IconButton } from "../controls/icon-button";
import { useCopy } from "../controls/use-copy";
import { useChannelContext } from "./channel-context";
import { allowedActions, useActions } from "./message-actions";

interface ToolbarProps {
  message: MessageView;
  isTabbable: boolean;
}

/** Floats at the corner of the bubble while the message is hovered or focused. */
export function Toolbar({ message, isTabbable }: ToolbarProps) {
  const text = useText();
  const actions = useActions();
  const rights = allowedActions(message, useChannelContext());
  const [copied, copy] = useCopy();
  const tabIndex = isTabbable ? 0 : -1;
  const { seq } = message;
  const { openThread } = actions;
  return (
    <div className="toolbar" role="toolbar" aria-label={text.chat.actions}>
      {rights.react && (
        <IconButton
          icon={SmilePlus}
          label={text.message.react}
          tabIndex={tabIndex}
          onClick={(event) => actions.pickEmoji(message, pointBelow(event.currentTarget))}
        />
      )}
      {rights.reply && (
        <IconButton
          icon={CornerUpLeft}
          label={text.message.reply}
          tabIndex={tabIndex}
          onClick={() => actions.reply(message)}
        />
      )}
      {rights.thread && openThread && seq !== null && (
        <IconButton
          icon={MessagesSquare}
          label={text.message.openThread}
          tabIndex={tabIndex}
          onClick={() => openThread(message.thread ?? seq)}
        />
      )}
      {message.text !== "" && (
        <IconButton
          icon={copied ? Check : Copy}
          label={copied ? text.app.copied : text.chat.copy}
          tabIndex={tabIndex}
          onClick={() => copy(shownText(message.text))}
        />
      )}
      {rights.edit && (
        <IconButton icon={Pencil} label={text.chat.edit} tabIndex={tabIndex} onClick={() => actions.edit(message)} />
      )}
      {rights.remove && (
        <IconButton
          icon={Trash2}
          label={text.chat.remove}
          look="danger"
          tabIndex={tabIndex}
          onClick={() => actions.remove(message)}
        />
      )}
      {seq !== null && (
        <IconButton
          icon={Ellipsis}
          label={text.message.more}
          tabIndex={tabIndex}
          onClick={(event) => actions.openMenu(message, pointBelow(event.currentTarget))}
        />
      )}
    </div>
  );
}
