// Search: one line of text, over all of my channels or one of them.
import * as z from "zod";
import { attachment } from "./attachment";
import { channelId, seq, time, userId } from "./ids";
import { limits } from "./limits";
import { knownTimeZone } from "./time-zone";

/**
 * The time zone of the days of `before:` and `after:`: a name such as `Europe/Berlin`, because the
 * offset changes with the season. Earlier clients send minutes east of UTC.
 */
const searchZone = z.union([
  knownTimeZone,
  z
    .int()
    .min(-14 * 60)
    .max(14 * 60),
]);

/**
 * `q` is the typed line: words (all must match), "phrases", prefix*, from:handle, from:me, in:name,
 * before:2026-11-21, after:2026-11-21. A "-" before one of the first five leaves out what it finds.
 * Every line of `searchCharacters` is valid. Text beyond `searchCodePoints` is ignored.
 */
export const searchQuery = z.object({
  q: z.string().max(limits.searchCharacters),
  /** The only channel to search. */
  channel: channelId.optional(),
  order: z.enum(["newest", "relevance"]).default("newest"),
  zone: searchZone.default(0),
  cursor: z.string().max(limits.cursorCharacters).optional(),
  /**
   * The channels that the client has open. The server asks them for messages that were just sent,
   * which its index may lack. Channels that I may not read are ignored.
   */
  open: z.array(channelId).max(limits.searchOpenChannels).optional(),
  limit: z.int().min(1).max(limits.searchPageMax).default(limits.searchPageDefault),
});

/** The range `[start, end)` in UTF-16 units. */
const span = z
  .tuple([z.int().min(0), z.int().min(0)])
  .meta({ items: { type: "integer", minimum: 0 }, minItems: 2, maxItems: 2 });

/**
 * The part of a message that matched. `marks` are the ranges of the matches in `text`, ascending.
 */
export const excerpt = z.object({ text: z.string(), marks: z.array(span) });

export const searchHit = z
  .object({
    channel: channelId,
    seq,
    author: userId,
    at: time,
    /** The root of its thread; null outside of threads. */
    thread: seq.nullable(),
    excerpt,
    /** The attachments of the message, in a search with `has:`. */
    attachments: z.array(attachment).optional(),
  })
  .meta({ id: "SearchHit", description: "A message that I may read, in its current state." });

/**
 * A page of hits. It may be shorter than `limit`, or empty, while `next` is set: hits that may no
 * longer be shown are left out.
 */
export const searchPage = z
  .object({
    items: z.array(searchHit),
    next: z.string().nullable(),
    incomplete: z
      .array(channelId)
      .optional()
      .describe("Channels that did not answer, so that hits in them may be missing. Absent if there are none."),
  })
  .meta({ id: "SearchPage" });

export type SearchQuery = z.output<typeof searchQuery>;
export type SearchZone = z.infer<typeof searchZone>;
export type SearchHit = z.infer<typeof searchHit>;
export type SearchPage = z.infer<typeof searchPage>;
export type Excerpt = z.infer<typeof excerpt>;
