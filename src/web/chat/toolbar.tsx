import { Check, Copy, Pencil, Trash2 } from "lucide-react";
import type { MessageView } from "../../sdk";
import { useCopy } from "../controls/copy";
import { IconButton } from "../controls/icon-button";
import { useText } from "../text/language";
import { useActions } from "./message-actions";

interface ToolbarProps {
  message: MessageView;
  canChange: boolean;
  isTabbable: boolean;
}

/** Floats at the bubble's corner while the pointer or the focus is on its message. */
export function Toolbar({ message, canChange, isTabbable }: ToolbarProps) {
  const text = useText();
  const actions = useActions();
  const [copied, copy] = useCopy();
  const tabIndex = isTabbable ? 0 : -1;
  return (
    <div className="toolbar" role="toolbar" aria-label={text.chat.actions}>
      <IconButton
        icon={copied ? Check : Copy}
        label={copied ? text.app.copied : text.chat.copy}
        tabIndex={tabIndex}
        onClick={() => copy(message.text ?? "")}
      />
      {canChange && (
        <>
          <IconButton icon={Pencil} label={text.chat.edit} tabIndex={tabIndex} onClick={() => actions.edit(message)} />
          <IconButton
            icon={Trash2}
            label={text.chat.remove}
            look="danger"
            tabIndex={tabIndex}
            onClick={() => actions.remove(message)}
          />
        </>
      )}
    </div>
  );
}
