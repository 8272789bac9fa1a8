// Who somebody is in a channel, and what that lets them do. The rule itself is in `domain/permission.ts`.
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
  /** `@here` and `@channel` reach everyone. */
  "mention_all",
  "invite",
  /** Names, topics, roles, removals. */
  "manage",
]);
export const channelKind = z.enum(["direct", "group"]);
/** What a new member may read: everything, or what came after them. */
export const historyAccess = z.enum(["all", "joined"]);

export type Role = z.infer<typeof role>;
export type Permission = z.infer<typeof permission>;
export type HistoryAccess = z.infer<typeof historyAccess>;
export type ChannelKind = z.infer<typeof channelKind>;
