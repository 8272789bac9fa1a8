// Makes the tokens of the search index. The index holds no words: each term is an HMAC under the
// archive's key, cut to six characters. Two words may share a token. That costs one needless read
// of a message, because every hit is checked against the message itself.
import { createHmac } from "node:crypto";
import type { ArchivedEntry } from "../../domain/archive";
import type { Clause } from "../../domain/search-query";
import { cut, isWord } from "../../domain/search-terms";

/**
 * The lengths of prefixes that are indexed. A longer prefix is searched by its longest indexed
 * prefix.
 */
const PREFIX_LENGTHS = [1, 2, 3, 5, 8];
const TOKEN_LENGTH = 6;
/** The size of each cache. Most text uses few words, and many words share a prefix. */
const CACHE_SIZE = 50_000;

interface WordTokens {
  term: string;
  starts: string[];
}

export class SearchTokens {
  readonly #words = new Map<string, WordTokens>();
  readonly #digests = new Map<string, string>();

  constructor(private readonly key: Uint8Array) {}

  /** Returns the index columns of an entry. Only a live message has terms and an author tag. */
  columnsOf(channel: string, { seq, type, actor, isDeleted, body }: ArchivedEntry) {
    const isSearchable = type === "message.sent" && !isDeleted && body !== null;
    if (!isSearchable) return { tags: `${otherIn(channel)} ${keyOf(channel, seq)}`, terms: "", starts: "" };
    const tags = `${liveIn(channel)} ${keyOf(channel, seq)} ${actor}`;
    const words = cut(body).map(({ text }) => this.#of(text));
    const starts = new Set(words.flatMap((word) => word.starts));
    return { tags, terms: words.map(({ term }) => term).join(" "), starts: [...starts].join(" ") };
  }

  /**
   * Returns the FTS5 expression of one clause. It matches every message that holds the clause, and
   * a few others.
   */
  matchOf({ terms, isPrefix }: Clause): string {
    const whole = isPrefix ? terms.slice(0, -1) : terms;
    const last = isPrefix ? terms.at(-1) : undefined;
    const conditions: string[] = [];
    if (whole.length > 0) conditions.push(`terms : "${whole.map((term) => this.#of(term).term).join(" ")}"`);
    if (last !== undefined) conditions.push(`starts : "${this.#of(last).starts.at(-1) ?? ""}"`);
    return conditions.join(" AND ");
  }

  #of(word: string): WordTokens {
    const known = this.#words.get(word);
    if (known) return known;
    const characters = [...word];
    const tokens = {
      term: this.#digest(`term ${word}`),
      // Only words have prefixes.
      starts: (isWord(word) ? PREFIX_LENGTHS : [])
        .filter((length) => length <= characters.length)
        .map((length) => this.#digest(`start ${characters.slice(0, length).join("")}`)),
    };
    return cached(this.#words, word, tokens);
  }

  #digest(text: string): string {
    const known = this.#digests.get(text);
    if (known !== undefined) return known;
    const head = createHmac("sha256", this.key).update(text).digest().readUIntBE(0, 6);
    return cached(this.#digests, text, head.toString(36).padStart(TOKEN_LENGTH, "0").slice(-TOKEN_LENGTH));
  }
}

/** Adds a value to a cache. Clears a full cache, because frequent words are soon cached again. */
function cached<T>(cache: Map<string, T>, key: string, value: T): T {
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, value);
  return value;
}

/** The tags of an entry: its channel (live messages and other entries apart) and its own key. */
export const liveIn = (channel: string): string => `m.${channel}`;
export const otherIn = (channel: string): string => `o.${channel}`;
export const keyOf = (channel: string, seq: number): string => `${channel}.${seq}`;
/** Returns the FTS5 expression for any of these tags. */
export const anyTag = (tags: readonly string[]): string => `tags : (${tags.map((tag) => `"${tag}"`).join(" OR ")})`;
