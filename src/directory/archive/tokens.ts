// Makes the tokens of the search index. The index holds no words: each term is an HMAC under the
// archive's key, cut to six characters. Two words may share a token. That costs one needless read
// of a message, because every hit is checked against the message itself.
//
// A message has at most `TERMS_MAX` tokens in the order of its text, and at most `STARTS_MAX`
// tokens of prefixes. What is beyond them is indexed more coarsely, so that the size of the index
// of one message is bounded and a search still finds its end: as a set of short tokens, without
// order. Many terms share a short token, so such a message may be read in vain.
import type { ArchivedEntry } from "../../domain/archive";
import { ByteBoundedCache } from "../../domain/byte-bounded-cache";
import { attachedKinds, type ContentKind } from "../../domain/content-kind";
import { searchableText } from "../../domain/message";
import type { Clause } from "../../domain/search-query";
import { cutPart, isWord, type Term } from "../../domain/search-terms";
import { limits } from "../../protocol";
import { KeyedDigest } from "./keyed-digest";
import type { WorkSlices } from "./work-slices";

/**
 * The lengths of prefixes that are indexed. A longer prefix is searched by its longest indexed
 * prefix.
 */
const PREFIX_LENGTHS = [1, 2, 3, 5, 8];
const TOKEN_LENGTH = 6;
/** The tokens of a message in the order of its text, and those of prefixes. */
const TERMS_MAX = 8_192;
const STARTS_MAX = 8_192;
/** The lengths of short tokens. If a message has too many of three characters, they have two. */
const FINE_LENGTH = 3;
const COARSE_LENGTH = 2;
const FINE_MAX = 8_192;
/** The bytes of each cache. Most text uses few words, and many words share a prefix. */
const CACHE_BYTES = 4 * 1024 ** 2;
/** The longest word that is cached, in UTF-16 units. Longer ones are rare and rarely repeat. */
const CACHED_WORD_LENGTH = 40;
/** The most characters of a text that are read between two pauses. */
const PART_CHARS = 1_000;
/** The estimated work for a term, and for a token that no cache has. */
const TERM_US = 0.2;
const DIGEST_US = 2;
/** The bytes of a token: its characters and the header of a string. */
const TOKEN_BYTES = TOKEN_LENGTH + 24;

/** The columns of the index, each a text of tokens. */
interface IndexColumns {
  tags: string;
  terms: string;
  starts: string;
}

interface WordTokens {
  term: string;
  starts: string[];
}

export class SearchTokens {
  /** Bound: `CACHE_BYTES`. */
  readonly #words = new ByteBoundedCache<WordTokens>(
    CACHE_BYTES,
    CACHED_WORD_LENGTH,
    ({ starts }) => (1 + starts.length) * TOKEN_BYTES,
  );
  /** Bound: `CACHE_BYTES`. */
  readonly #tokens = new ByteBoundedCache<string>(CACHE_BYTES, CACHED_WORD_LENGTH, () => TOKEN_BYTES);

  readonly #digest: KeyedDigest;
  /** How many tokens were computed. */
  #digested = 0;

  constructor(key: Uint8Array) {
    this.#digest = new KeyedDigest(key);
  }

  /** The bytes of the caches. */
  get cachedBytes(): number {
    return this.#words.bytes + this.#tokens.bytes;
  }

  /** Returns the index columns of an entry. Only a live message has terms and an author tag. */
  async columnsOf(channel: string, { seq, actor, body }: ArchivedEntry, slices: WorkSlices): Promise<IndexColumns> {
    if (body?.state !== "live") return { tags: `${otherIn(channel)} ${keyOf(channel, seq)}`, terms: "", starts: "" };
    const text = searchableText(body);
    const message = new MessageTokens();
    const terms: Term[] = [];
    for (let at = 0, done = 0; at < text.length; ) {
      const before = TERM_US * done + DIGEST_US * this.#digested;
      at = cutPart(text, at, Math.min(text.length, at + PART_CHARS), terms);
      for (; done < terms.length; done++) message.add(this.#of(terms[done]?.text ?? ""));
      if (slices.take(TERM_US * done + DIGEST_US * this.#digested - before)) await slices.pause();
    }
    const tags = [liveIn(channel), keyOf(channel, seq), actor, ...attachedKinds(body).map(kindTag)];
    return { tags: tags.join(" "), ...message.columns() };
  }

  /**
   * Returns the FTS5 expression of one clause. It matches every message that holds the clause, and
   * a few others.
   */
  matchOf(clause: Clause): string {
    const match = this.#matchOf(clause);
    return clause.earlier ? `((${match}) OR (${this.#matchOf(clause.earlier)}))` : match;
  }

  #matchOf({ terms, isPrefix }: Clause): string {
    const whole = isPrefix ? terms.slice(0, -1) : terms;
    const last = isPrefix ? terms.at(-1) : undefined;
    const conditions: string[] = [];
    const tokens = whole.map((term) => this.#of(term).term);
    if (tokens.length > 0) conditions.push(`(terms : "${tokens.join(" ")}" OR ${anyShort(tokens)})`);
    const start = last === undefined ? undefined : (this.#of(last).starts.at(-1) ?? "");
    if (start !== undefined) conditions.push(`(starts : "${start}" OR ${anyShort([start])})`);
    return conditions.join(" AND ");
  }

  #of(word: string): WordTokens {
    const known = this.#words.get(word);
    if (known) return known;
    // Only words have prefixes. The longest is far shorter than a word may be.
    const characters = isWord(word) ? [...word.slice(0, 2 * Math.max(...PREFIX_LENGTHS))] : [];
    return this.#words.set(word, {
      term: this.#tokenOf(`term ${word}`),
      starts: PREFIX_LENGTHS.filter((length) => length <= characters.length).map((length) =>
        this.#tokenOf(`start ${characters.slice(0, length).join("")}`),
      ),
    });
  }

  #tokenOf(text: string): string {
    const known = this.#tokens.get(text);
    if (known !== undefined) return known;
    this.#digested++;
    const token = this.#digest.headOf(text).toString(36).padStart(TOKEN_LENGTH, "0").slice(-TOKEN_LENGTH);
    return this.#tokens.set(text, token);
  }
}

/** The tokens of one message, and the short tokens of what is beyond the limits. */
class MessageTokens {
  /** Bound: `TERMS_MAX`. */
  readonly #terms: string[] = [];
  /** Bound: `STARTS_MAX`. */
  readonly #starts = new Set<string>();
  /** Bound: the 46,656 tokens of three characters. */
  readonly #fine = new Set<string>();
  /** Bound: the 1,296 tokens of two characters. */
  readonly #coarse = new Set<string>();
  #hasMore = false;

  add({ term, starts }: WordTokens): void {
    if (this.#terms.length < TERMS_MAX) this.#terms.push(term);
    else {
      // A phrase may begin before the last exact term and end after it.
      if (!this.#hasMore) for (const last of this.#terms.slice(-limits.searchTerms)) this.#addShort(last);
      this.#hasMore = true;
      this.#addShort(term);
    }
    for (const start of starts) {
      if (this.#starts.size < STARTS_MAX) this.#starts.add(start);
      else if (!this.#starts.has(start)) this.#addShort(start);
    }
  }

  columns(): Pick<IndexColumns, "terms" | "starts"> {
    const short = this.#fine.size <= FINE_MAX ? this.#fine : this.#coarse;
    return { terms: this.#terms.join(" "), starts: [...this.#starts, ...short].join(" ") };
  }

  #addShort(token: string): void {
    this.#fine.add(token.slice(-FINE_LENGTH));
    this.#coarse.add(token.slice(-COARSE_LENGTH));
  }
}

/** Returns the FTS5 expression for messages that hold the short tokens of all these tokens. */
function anyShort(tokens: readonly string[]): string {
  const allOf = (length: number) => [...new Set(tokens.map((token) => `"${token.slice(-length)}"`))].join(" AND ");
  return `starts : ((${allOf(FINE_LENGTH)}) OR (${allOf(COARSE_LENGTH)}))`;
}

/** The tags of an entry: its channel (live messages and other entries apart) and its own key. */
export const liveIn = (channel: string): string => `m.${channel}`;
export const otherIn = (channel: string): string => `o.${channel}`;
/** The tag of a message that has attachments of a kind. */
export const kindTag = (kind: ContentKind): string => `h.${kind}`;
export const keyOf = (channel: string, seq: number): string => `${channel}.${seq}`;
/** Returns the FTS5 expression for any of these tags. */
export const anyTag = (tags: readonly string[]): string => `tags : (${tags.map((tag) => `"${tag}"`).join(" OR ")})`;
