import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { languageOf } from "../../text/language";
import { useLocale, useText } from "../app/use-text";
import { useTouch } from "../app/viewport";
import { Floating, type Point } from "../controls/floating";
import { findEmoji } from "./emoji-search";
import { emojis } from "./names";
import { quickEmojis } from "./quick-emojis";

const COLUMNS = 8;

interface EmojiPickerProps {
  point: Point;
  onPick(emoji: string): void;
  onClose(): void;
}

/**
 * A grid of emoji with a search by name in both languages. Arrow keys move and Enter picks; in the
 * search field Enter picks the first.
 */
export function EmojiPicker({ point, onPick, onClose }: EmojiPickerProps) {
  const text = useText();
  const language = languageOf(useLocale());
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const found = findEmoji(emojis, typed);
  const touch = useTouch();

  // A phone's keyboard would cover the grid.
  useEffect(() => {
    if (!touch) dialog.current?.querySelector("input")?.focus();
  }, [touch]);

  const pick = (emoji: string) => {
    dialog.current?.close();
    onPick(emoji);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const cells = [...(dialog.current?.querySelectorAll<Element>(".picker-grid button") ?? [])];
    const focused = document.activeElement;
    const at = focused ? cells.indexOf(focused) : -1;
    const isInGrid = at >= 0;
    if (event.key === "Enter" && !isInGrid && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      if (found[0] && typed.trim() !== "") pick(found[0].emoji);
      return;
    }
    if (!isInGrid && event.key !== "ArrowDown") return;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = isInGrid ? at + step : 0;
    if (next < 0) dialog.current?.querySelector("input")?.focus();
    else (cells[Math.min(next, cells.length - 1)] as HTMLElement | undefined)?.focus();
  };

  return (
    <Floating
      label={text.message.react}
      className="picker"
      point={point}
      element={dialog}
      onKeyDown={onKeyDown}
      onClose={onClose}
    >
      <div className="picker-quick">
        {quickEmojis.map((emoji) => (
          <button key={emoji} type="button" aria-label={text.message.reactWith(emoji)} onClick={() => pick(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
      <div className="field-box picker-search">
        <Search aria-hidden />
        <input
          type="search"
          aria-label={text.message.findEmoji}
          placeholder={text.message.findEmoji}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <div className="picker-grid">
        {found.map((one, index) => (
          <button
            key={one.emoji}
            type="button"
            tabIndex={index === 0 ? 0 : -1}
            title={one[language].split(" ")[0]}
            aria-label={`${one.emoji} ${one[language]}`}
            onClick={() => pick(one.emoji)}
          >
            {one.emoji}
          </button>
        ))}
      </div>
      {found.length === 0 && (
        <p className="find-note" role="status">
          {text.message.noEmoji}
        </p>
      )}
    </Floating>
  );
}
