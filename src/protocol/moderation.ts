// Moderation of guilds: bans and time-outs. The bodies of HTTP requests and answers.
import * as z from "zod";
import { time, userId } from "./ids";
import { limits } from "./limits";
import { profile } from "./rest";
import { countCodePoints, topic } from "./text";

/** What moderators read of a measure. The person whom it concerns does not see it. */
const reason = topic
  .refine((text) => countCodePoints(text) <= limits.reasonCodePoints, {
    error: `must have at most ${limits.reasonCodePoints} characters`,
  })
  .meta({ description: `Reason: at most ${limits.reasonCodePoints} code points.` });

/**
 * Needs the permission `ban`. `forMs`: how long the ban lasts; null for ever. `deleteHours`:
 * messages that the person sent in these last hours are deleted, in all channels of the guild.
 */
export const putBan = z
  .object({
    reason: reason.default(""),
    forMs: z.int().min(1).max(limits.banMs).nullable().default(null),
    deleteHours: z.int().min(0).max(limits.banDeleteHours).default(0),
  })
  .meta({ id: "PutBan" });

export const guildBan = z
  .object({
    user: profile,
    /** Who banned the person. */
    by: userId,
    reason: z.string(),
    createdAt: time,
    /** When the ban ends; null for never. */
    until: time.nullable(),
  })
  .meta({ id: "GuildBan" });
export const guildBanList = z
  .object({ items: z.array(guildBan), next: z.string().nullable() })
  .meta({ id: "GuildBanList" });

/**
 * Needs the permission `moderate_members`. `forMs`: how long the member may only read. It replaces
 * the end of a time-out that lasts.
 */
export const putTimeOut = z.object({ forMs: z.int().min(1).max(limits.timeOutMs) }).meta({ id: "PutTimeOut" });

export type PutTimeOut = z.output<typeof putTimeOut>;
export type PutBan = z.output<typeof putBan>;
export type GuildBan = z.infer<typeof guildBan>;
