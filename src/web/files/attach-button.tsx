import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { filesText } from "../../text/files";
import { useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import type { Tray } from "./use-tray";

/** Opens the browser's choice of files; on a phone also its camera. */
export function AttachButton({ tray }: { tray: Tray }) {
  const words = useWords(filesText);
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={Paperclip} label={words.attach} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words.attach}
        onChange={({ target }) => {
          tray.add(target.files ?? []);
          // The same file may be chosen again.
          target.value = "";
        }}
      />
    </>
  );
}
