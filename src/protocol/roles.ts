// Who somebody is in a channel, and what that lets them do. The rule itself is in `domain/permission.ts`.
import * as z from "zod";

export const role = z.enum(["owner", "admin", "member"]);
export const permission = z.enum(["read", "send", "edit_own", "delete_own", "delete_any", "manage"]);
export const channelKind = z.enum(["direct", "group"]);

export type Role = z.infer<typeof role>;
export type Permission = z.infer<typeof permission>;
export type ChannelKind = z.infer<typeof channelKind>;
