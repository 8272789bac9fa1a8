// Decides whether a message is a hit of a search, by its current content. The gateway asks this of
// the messages that the archive found, and a channel of those that the archive may lack.
import { limits, type SearchHit, shownText } from "../protocol";
import { hasKind } from "./content-kind";
import type { HitPosition } from "./hit-position";
import { type MessageParts, searchableText } from "./message";
import { excerptOf } from "./search-excerpt";
import { holds, type ParsedSearch } from "./search-query";

/** A parsed search with ids instead of handles. No `authors` means all. */
export interface SearchFilter extends Pick<ParsedSearch, "clauses" | "has" | "without" | "after" | "before"> {
  authors: readonly string[];
  withoutAuthors: readonly string[];
}

/** What a search reads of a message. */
export interface SearchedMessage {
  seq: number;
  author: string;
  at: number;
  thread: number | null;
  /** Null if the message is deleted. */
  parts: MessageParts | null;
}

/** Returns the hit of a message that matches; null for any other message. */
export function hitOf(channel: string, message: SearchedMessage, filter: SearchFilter): SearchHit | null {
  const { seq, author, at, thread, parts } = message;
  if (parts === null) return null;
  if ((filter.authors.length > 0 && !filter.authors.includes(author)) || filter.withoutAuthors.includes(author))
    return null;
  if ((filter.after !== null && at < filter.after) || (filter.before !== null && at >= filter.before)) return null;
  if (!filter.has.every((kind) => hasKind(parts, kind)) || filter.without.has.some((kind) => hasKind(parts, kind)))
    return null;
  const text = searchableText(parts);
  if (!holds(filter, text)) return null;
  const { attachments } = parts;
  return {
    ...{ channel, seq, author, at, thread, excerpt: excerptOf(filter, shownSource(filter, parts) ?? text) },
    // A list of files shows them. Other searches show the text alone.
    ...(filter.has.length > 0 && attachments.length > 0 ? { attachments } : {}),
  };
}

/**
 * Returns the text that a message shows, without its marks. Returns null if the search matches
 * only what is not shown, like the address behind a link, and if the text is too long to be parsed
 * for each hit.
 */
function shownSource(filter: SearchFilter, parts: MessageParts): string | null {
  if (parts.text.length > limits.unmarkedExcerptLength) return null;
  const shown = searchableText({ ...parts, text: shownText(parts.text) });
  return holds(filter, shown) ? shown : null;
}

/** What a search asks a channel. */
export interface TailQuery {
  filter: SearchFilter;
  /** Only hits after this position are wanted; null for all. */
  position: HitPosition | null;
  /** The most hits of the answer. */
  limit: number;
}

/** A hit as an RPC brings it: the type of its bindings knows no tuples. */
export interface TailHit extends Omit<SearchHit, "excerpt"> {
  excerpt: { text: string; marks: number[][] };
}

/** The hits among the entries that the archive of a channel may lack, newest first. */
export interface TailAnswer {
  hits: TailHit[];
  /** Whether there are more than `limit`. */
  hasMore: boolean;
  /** Whether every entry that the archive lacks was read. */
  isWhole: boolean;
}
