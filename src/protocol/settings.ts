// What follows a person from device to device: what they began to write, and how loudly channels may be.
import * as z from "zod";
import { channelId, seq, time } from "./ids";
import { limits } from "./limits";
import { countCodePoints, isStorable } from "./text";

/** May be empty: then there is no draft. */
const draftText = z
  .string()
  .refine(isStorable, { error: "must be well-formed Unicode without NUL", abort: true })
  .refine((text) => text.length <= limits.messageCodePoints || countCodePoints(text) <= limits.messageCodePoints, {
    error: `must be at most ${limits.messageCodePoints} characters`,
    params: { code: "message_too_long" },
  });

/** Where it stands: on the channel, or in one of its threads. */
const place = { thread: seq.nullable().default(null) };
const said = { text: draftText, replyTo: seq.nullable().default(null) };

/** The draft of one place; the last to be stored holds. */
export const putDraft = z.object({ ...place, ...said }).meta({ id: "PutDraft" });
export const draft = z.object({ channel: channelId, ...place, ...said, at: time }).meta({ id: "Draft" });

/** Silent until then; 0 is not silent, `MUTED_FOREVER` for good. */
export const putMute = z.object({ until: time }).meta({ id: "PutMute" });
export const mute = z.object({ channel: channelId, until: time }).meta({ id: "Mute" });

/** What I want to be told of a channel: everything, only what calls me, or nothing. */
export const notifyLevel = z.enum(["all", "mentions", "nothing"]);
export const putLevel = z.object({ level: notifyLevel }).meta({ id: "PutLevel" });
export const channelLevel = z.object({ channel: channelId, level: notifyLevel }).meta({ id: "ChannelLevel" });

/** The end of the year 9999. */
export const MUTED_FOREVER = 253_402_300_799_999;

export type PutDraft = z.output<typeof putDraft>;
export type Draft = z.infer<typeof draft>;
export type Mute = z.infer<typeof mute>;
export type NotifyLevel = z.infer<typeof notifyLevel>;
export type ChannelLevel = z.infer<typeof channelLevel>;
