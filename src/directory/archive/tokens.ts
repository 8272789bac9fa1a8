// What a search is looked up by. No word of a message stands in the index: each term is an HMAC under the archive's key, cut to six characters. Two
// words may share one, which costs a look at a message in vain and nothing else: every hit is held against the message itself.
import { createHmac } from "node:crypto";
import type { ArchivedEntry } from "../../domain/archive";
import type { Clause } from "../../domain/search-query";
import { cut, isWord } from "../../domain/search-terms";

/** Beginnings of a word that are looked up by themselves; a longer one is looked up by the longest of them. */
const STARTS = [1, 2, 3, 5, 8];
const CHARS = 6;
/** Digests and words that are remembered: most of what is said is said in few words, and they begin alike. */
const REMEMBERED = 50_000;

interface WordTokens {
  term: string;
  starts: string[];
}

export class Tokens {
  readonly #known = new Map<string, WordTokens>();
  readonly #digests = new Map<string, string>();

  constructor(private readonly key: Uint8Array) {}

  /** The columns of an entry. Only a live message is found by what it says and who said it. */
  columnsOf(channel: string, { seq, type, actor, isDeleted, body }: ArchivedEntry) {
    const isFound = type === "message.sent" && !isDeleted && body !== null;
    if (!isFound) return { tags: `${otherIn(channel)} ${keyOf(channel, seq)}`, terms: "", starts: "" };
    const tags = `${liveIn(channel)} ${keyOf(channel, seq)} ${actor}`;
    const words = cut(body).map(({ text }) => this.#of(text));
    const starts = new Set(words.flatMap((word) => word.starts));
    return { tags, terms: words.map(({ term }) => term).join(" "), starts: [...starts].join(" ") };
  }

  /** What FTS5 is asked for one clause: all messages that hold it, and a few that only may. */
  matchOf({ terms, isPrefix }: Clause): string {
    const whole = isPrefix ? terms.slice(0, -1) : terms;
    const last = isPrefix ? terms.at(-1) : undefined;
    const parts: string[] = [];
    if (whole.length > 0) parts.push(`terms : "${whole.map((term) => this.#of(term).term).join(" ")}"`);
    if (last !== undefined) parts.push(`starts : "${this.#of(last).starts.at(-1) ?? ""}"`);
    return parts.join(" AND ");
  }

  #of(word: string): WordTokens {
    const known = this.#known.get(word);
    if (known) return known;
    const characters = [...word];
    const tokens = {
      term: this.#digest(`term ${word}`),
      // Only words are looked up by their beginnings.
      starts: (isWord(word) ? STARTS : [])
        .filter((length) => length <= characters.length)
        .map((length) => this.#digest(`start ${characters.slice(0, length).join("")}`)),
    };
    return remember(this.#known, word, tokens);
  }

  #digest(text: string): string {
    const known = this.#digests.get(text);
    if (known !== undefined) return known;
    const head = createHmac("sha256", this.key).update(text).digest().readUIntBE(0, 6);
    return remember(this.#digests, text, head.toString(36).padStart(CHARS, "0").slice(-CHARS));
  }
}

/** Forgets everything when it is too much: what is said often is soon known again. */
function remember<T>(known: Map<string, T>, name: string, value: T): T {
  if (known.size >= REMEMBERED) known.clear();
  known.set(name, value);
  return value;
}

/** Tags of an entry: its channel, apart for live messages and for the rest; its own name; and who said it. */
export const liveIn = (channel: string): string => `m.${channel}`;
export const otherIn = (channel: string): string => `o.${channel}`;
export const keyOf = (channel: string, seq: number): string => `${channel}.${seq}`;
/** Any of these tags. */
export const anyTag = (tags: readonly string[]): string => `tags : (${tags.map((tag) => `"${tag}"`).join(" OR ")})`;
