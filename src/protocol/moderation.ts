// Moderation of guilds: bans, time-outs and the audit log. The bodies of HTTP requests and answers.
import * as z from "zod";
import { channelId, time, userId } from "./ids";
import { limits } from "./limits";
import { profile, profileOrNull } from "./rest";
import { countCodePoints, topic } from "./text";

/** What moderators read of a measure. The person whom it concerns does not see it. */
export const reason = topic
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
export const putTimeOut = z
  .object({ reason: reason.default(""), forMs: z.int().min(1).max(limits.timeOutMs) })
  .meta({ id: "PutTimeOut" });

/**
 * Needs the permission `delete_any`. Deletes what the person sent in the last `hours`: in
 * `channel`, or in all channels in which I may delete the messages of others.
 */
export const purgeMessages = z
  .object({
    user: userId,
    hours: z.int().min(1).max(limits.banDeleteHours),
    channel: channelId.optional(),
    reason: reason.default(""),
  })
  .meta({ id: "PurgeMessages" });

/** What a purge has deleted so far. `left`: in how many channels it still goes on. */
export const purgeResult = z
  .object({ messages: z.int(), channels: z.int(), left: z.int() })
  .meta({ id: "PurgeResult" });

/** What happened to what the entry is about. */
export const auditKind = z
  .enum([
    "guild.changed",
    "guild.deleted",
    "guild.kept",
    "guild.transferred",
    "member.added",
    "member.removed",
    "member.banned",
    "ban.lifted",
    "member.timed_out",
    "time_out.ended",
    "messages.purged",
    "role.created",
    "role.changed",
    "role.deleted",
    "roles.ordered",
    "role.given",
    "role.taken",
    "category.created",
    "category.changed",
    "category.deleted",
    "channel.created",
    "channel.changed",
    "channel.deleted",
    "channel.locked",
    "channel.unlocked",
    "override.changed",
    "overrides.copied",
  ])
  .meta({ id: "AuditKind" });

const auditValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
/** A field before and after a change; null where it did not exist. Long texts are cut. */
export const auditChange = z
  .object({ field: z.string(), before: auditValue, after: auditValue })
  .meta({ id: "AuditChange" });

/** One entry of the audit log. Entries never change, except for the counts of a purge. */
export const auditEntry = z
  .object({
    /** The revision of the guild that the change made. */
    revision: z.int(),
    at: time,
    /** Who made the change. The handle of a deleted account is empty. */
    actor: profile,
    /** One of `AuditKind`. Later versions have more, which clients show without details. */
    kind: z.string(),
    /** The user, role, category or channel that changed; null for the guild. */
    target: z.string().nullable(),
    /** The profile of the target, if it is a user. */
    user: profileOrNull,
    /** Empty if none was given. */
    reason: z.string(),
    changes: z.array(auditChange),
  })
  .meta({ id: "AuditEntry" });
export const auditLog = z.object({ items: z.array(auditEntry), next: z.string().nullable() }).meta({ id: "AuditLog" });

export type AuditKind = z.infer<typeof auditKind>;
export type AuditChange = z.infer<typeof auditChange>;
export type AuditLog = z.infer<typeof auditLog>;
export type AuditEntry = z.infer<typeof auditEntry>;
export type PutTimeOut = z.output<typeof putTimeOut>;
export type PutBan = z.output<typeof putBan>;
export type PurgeMessages = z.output<typeof purgeMessages>;
export type PurgeResult = z.infer<typeof purgeResult>;
export type GuildBan = z.infer<typeof guildBan>;
