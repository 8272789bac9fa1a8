// The search input. After a pause the typed text goes into the address, and the address is what is
// searched. So Back, a reload and a link show the same hits.
import { Search as SearchIcon, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { OpenSearch } from "../app/address";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";
import { useNarrow } from "../app/viewport";
import { Composition } from "../composer/input-composition";
import { IconButton } from "../controls/icon-button";
import { useSearchShortcut } from "./use-search-shortcut";

const PAUSE_MS = 300;
const EVERYWHERE: OpenSearch = { text: "", channel: null, order: "newest" };
const KEYS = /Mac|iP(hone|ad)/.test(navigator.platform) ? "⌘K" : "Ctrl K";

export function SearchField({ resultsId }: { resultsId: string }) {
  const text = useText();
  const narrow = useNarrow();
  const { search, startSearch, changeSearch, endSearch } = useRoute();
  const box = useRef<HTMLInputElement>(null);
  const composition = useRef(new Composition());
  const [typed, setTyped] = useState(search?.text ?? "");
  /** The text that this field has put into the address. */
  const written = useRef(typed);

  const isOpen = search !== null;
  const asked = search?.text ?? "";
  const scope = search?.channel;

  const start = () => {
    if (!isOpen) startSearch(EVERYWHERE, narrow ? "instead" : "beside");
  };
  const write = (value: string) => {
    if (!search || value === written.current) return;
    written.current = value;
    changeSearch({ ...search, text: value });
  };

  useSearchShortcut(() => {
    start();
    box.current?.focus();
    box.current?.select();
  });

  // The address was changed by Back, a link, or the end of the search.
  useEffect(() => {
    if (asked === written.current) return;
    written.current = asked;
    setTyped(asked);
  }, [asked]);

  const latest = useRef(write);
  latest.current = write;
  useEffect(() => {
    const timer = window.setTimeout(() => latest.current(typed), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [typed]);

  // A search that was started by another button begins empty and takes the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scope is another search.
  useEffect(() => {
    if (isOpen && written.current === "") box.current?.focus();
  }, [isOpen, scope]);

  const leave = () => {
    setTyped("");
    if (isOpen) endSearch();
    else box.current?.blur();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (composition.current.owns(event.nativeEvent)) return;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter") write(typed);
    else if (event.key === "ArrowDown") document.querySelector<HTMLElement>("[data-hit]")?.focus();
    else return;
    event.preventDefault();
  };

  return (
    <search className="search-field" data-open={isOpen || undefined}>
      <SearchIcon aria-hidden />
      <input
        ref={box}
        id="search"
        type="search"
        aria-label={text.chats.search}
        aria-controls={isOpen ? resultsId : undefined}
        aria-keyshortcuts="Control+K Meta+K"
        placeholder={text.chats.search}
        value={typed}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
        onClick={start}
        onChange={(event) => {
          setTyped(event.target.value);
          start();
        }}
        onKeyDown={onKeyDown}
        onCompositionStart={() => composition.current.start()}
        onCompositionEnd={(event) => composition.current.end(event.timeStamp)}
      />
      {isOpen ? <IconButton icon={X} label={text.chats.endSearch} onClick={leave} /> : <kbd aria-hidden>{KEYS}</kbd>}
    </search>
  );
}
