import { EyeOff } from "lucide-react";
import { useText } from "../app/use-text";

/** In place of a message of a person whom I block, until I ask for it. */
export function HiddenBubble({ isTabbable, onShow }: { isTabbable: boolean; onShow(): void }) {
  const text = useText();
  return (
    <div className="bubble" data-kind="deleted">
      <EyeOff aria-hidden />
      {text.chat.blocked}
      <button type="button" className="bubble-more" tabIndex={isTabbable ? 0 : -1} onClick={onShow}>
        {text.chat.showBlocked}
      </button>
    </div>
  );
}
