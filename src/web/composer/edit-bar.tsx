import { Pencil, X } from "lucide-react";
import { IconButton } from "../controls/icon-button";
import { plainText } from "../markdown/plain";
import { useText } from "../text/language";

export function EditBar({ original, onCancel }: { original: string; onCancel(): void }) {
  const text = useText();
  return (
    <div className="edit-bar">
      <Pencil aria-hidden />
      <p>
        <strong>{text.composer.editing}</strong>
        <span dir="auto">{plainText(original, 120)}</span>
      </p>
      <IconButton icon={X} label={text.composer.cancelEdit} onClick={onCancel} />
    </div>
  );
}
