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
]);
export const channelKind = z.enum(["direct", "group"]);
/** What a new member may read: everything, or what follows their joining. */
export const historyAccess = z.enum(["all", "joined"]);

export type Role = z.infer<typeof role>;
export type Permission = z.infer<typeof permission>;
export type HistoryAccess = z.infer<typeof historyAccess>;
export type ChannelKind = z.infer<typeof channelKind>;
