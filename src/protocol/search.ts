// Searching what was said: one line of text as it was typed, over all of my channels or one.
import * as z from "zod";
import { channelId, seq, time, userId } from "./ids";
import { limits } from "./limits";

/**
 * `q` is what was typed: words (all must be there), "phrases", prefix*, from:handle, from:me, in:name, before:2026-11-21, after:2026-11-21. Whatever
 * it is, it is no error; what lies beyond `searchCodePoints` is not read.
 */
export const searchQuery = z.object({
  q: z.string(),
  /** Only there. */
  channel: channelId.optional(),
  order: z.enum(["newest", "relevance"]).default("newest"),
  /** Where the days of `before:` and `after:` begin: minutes east of UTC. */
  zone: z
    .int()
    .min(-14 * 60)
    .max(14 * 60)
    .default(0),
  cursor: z.string().max(200).optional(),
  limit: z.int().min(1).max(limits.searchPageMax).default(limits.searchPageDefault),
});

/** `[start, end)` in UTF-16 units. */
const span = z.tuple([z.int().min(0), z.int().min(0)]);

/** What of a message shows why it was found: `text` is cut out of it, `marks` are what was looked for, in its order. */
export const excerpt = z.object({ text: z.string(), marks: z.array(span) });

export const searchHit = z
  .object({
    channel: channelId,
    seq,
    author: userId,
    at: time,
    /** The message whose thread it stands in. */
    thread: seq.nullable(),
    excerpt,
  })
  .meta({ id: "SearchHit", description: "A message as it is now, that I may read." });

/** A page may be shorter than asked for, and even empty, while `next` is there: what may not be shown any more is left out. */
export const searchPage = z
  .object({ items: z.array(searchHit), next: z.string().nullable() })
  .meta({ id: "SearchPage" });

export type SearchQuery = z.output<typeof searchQuery>;
export type SearchHit = z.infer<typeof searchHit>;
export type SearchPage = z.infer<typeof searchPage>;
export type Excerpt = z.infer<typeof excerpt>;
