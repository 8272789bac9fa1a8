// The names of roles and permissions, and the kinds of channel. `domain/permission-sets.ts` says
// which role has which permission; `channel-kind.ts` declares the rules of each kind.
import * as z from "zod";

export const role = z.enum(["owner", "admin", "member"]);
export const permission = z.enum([
  "read",
  "send",
  "react",
  "pin",
  "edit_own",
  "delete_own",
  "delete_any",
  /** Mention everyone with `@here` and `@channel`. */
  "mention_all",
  "invite",
  /** Change name and topic, assign roles, remove members. */
  "manage",
  // Those of guilds, which `guildPermission` explains.
  "view",
  "history",
  "thread",
  "manage_channels",
  "manage_roles",
  "manage_guild",
  "kick",
  "administrator",
  "ban",
  "moderate_members",
  "view_audit_log",
  /** Send files. */
  "attach",
]);
/**
 * The permissions of a guild. Their order decides the bits of stored words, so a new name goes to
 * the end.
 */
export const guildPermission = z
  .enum([
    /** See a channel. Without it nothing else is possible there. */
    "view",
    /** Read what was written before the member could see the channel. */
    "history",
    "send",
    /** Reply in threads. */
    "thread",
    "react",
    "pin",
    "edit_own",
    "delete_own",
    /** Delete messages of others. */
    "delete_any",
    /** Mention everyone with `@here` and `@channel`. */
    "mention_all",
    /** Add people to the guild. */
    "invite",
    /** Create, change, move and delete channels and categories. */
    "manage_channels",
    /** Create and change lower roles, assign them, and change overrides. */
    "manage_roles",
    /** Change the name, the description and the welcome channel of the guild. */
    "manage_guild",
    /** Remove members of a lower rank. */
    "kick",
    /** Everything. Overrides do not bind an administrator. */
    "administrator",
    /** Ban people from the guild, and see and lift bans. */
    "ban",
    /** Time members of a lower rank out, so that they may only read. */
    "moderate_members",
    /** See who changed what in the guild. */
    "view_audit_log",
    /** Send files. */
    "attach",
  ])
  .meta({ id: "GuildPermission" });
export const channelKind = z.enum(["direct", "group", "guild"]);
/** What a new member may read: everything, or what follows their joining. */
export const historyAccess = z.enum(["all", "joined"]);

export type Role = z.infer<typeof role>;
export type Permission = z.infer<typeof permission>;
export type GuildPermission = z.infer<typeof guildPermission>;
export type HistoryAccess = z.infer<typeof historyAccess>;
export type ChannelKind = z.infer<typeof channelKind>;
