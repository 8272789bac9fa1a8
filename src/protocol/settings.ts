// Settings that all devices of a person share: drafts, mutes and notify levels.
import * as z from "zod";
import { channelId, seq, time, userId } from "./ids";
import { longText } from "./text";
import { knownTimeZone, minuteOfDay } from "./time-zone";

/** The root of the thread of a draft; null outside of threads. */
const place = { thread: seq.nullable().default(null) };
/** An empty text means that there is no draft. */
const content = { text: longText, replyTo: seq.nullable().default(null) };

/**
 * Stores the draft of a channel or a thread. It replaces the one before. `ageMs` says how long ago
 * the person wrote it; a draft with an age is refused if the one before was written later.
 */
export const putDraft = z.object({ ...place, ...content, ageMs: z.int().min(0).optional() }).meta({ id: "PutDraft" });
export const draft = z.object({ channel: channelId, ...place, ...content, at: time }).meta({ id: "Draft" });

/** Mutes a channel, by the server's clock. Has exactly one of its fields. */
export const putMute = z
  .object({
    /** The end of the mute: 0 ends it now, `MUTED_FOREVER` never ends. */
    until: time.optional(),
    /** How long it lasts. Milliseconds. */
    forMs: z.int().min(1).optional(),
    /** It ends tomorrow, at a minute of the day in a time zone. */
    tomorrow: z.object({ zone: knownTimeZone, minute: minuteOfDay }).optional(),
  })
  .refine(({ until, forMs, tomorrow }) => [until, forMs, tomorrow].filter((end) => end !== undefined).length === 1, {
    error: "must have exactly one of until, forMs and tomorrow",
  })
  .meta({ id: "PutMute" });
export const mute = z.object({ channel: channelId, until: time }).meta({ id: "Mute" });

/** Which messages of a channel notify me: all, those that mention me, or none. */
export const notifyLevel = z.enum(["all", "mentions", "nothing"]);
export const putLevel = z.object({ level: notifyLevel }).meta({ id: "PutLevel" });
export const channelLevel = z.object({ channel: channelId, level: notifyLevel }).meta({ id: "ChannelLevel" });

/**
 * A person whom I have blocked. `at`: since when; 0 after I have unblocked them.
 */
export const personBlock = z.object({ user: userId, at: time }).meta({ id: "PersonBlock" });

/** Who adds me to groups and opens direct channels with me without a request. */
export const openTo = z.enum([
  "everyone",
  /** People with whom I share a channel. */
  "shared",
  "nobody",
]);

/** The end of the year 9999 in epoch milliseconds. */
export const MUTED_FOREVER = 253_402_300_799_999;

/**
 * The notify level of members who have not chosen one. It is that of every kind of channel, because
 * the stores of chosen levels do not know the kind.
 */
export const defaultNotifyLevel: NotifyLevel = "all";

export type PutDraft = z.output<typeof putDraft>;
export type Draft = z.infer<typeof draft>;
export type PutMute = z.output<typeof putMute>;
export type Mute = z.infer<typeof mute>;
export type PersonBlock = z.infer<typeof personBlock>;
export type OpenTo = z.infer<typeof openTo>;
export type NotifyLevel = z.infer<typeof notifyLevel>;
export type ChannelLevel = z.infer<typeof channelLevel>;
