// Who may do what in a channel: one table, read by the objects for every command and by the clients through `ready`.
import type { ChannelKind, Permission, Role } from "../protocol";
import { ChatError } from "./error";

const conversation: readonly Permission[] = ["read", "send", "edit_own", "delete_own"];
const management: readonly Permission[] = [...conversation, "delete_any", "manage"];

const table: Record<ChannelKind, Record<Role, readonly Permission[]>> = {
  // Two equals: nobody may delete the other's words or change the channel.
  direct: { owner: conversation, admin: conversation, member: conversation },
  group: { owner: management, admin: management, member: conversation },
};

export const permissionsOf = (kind: ChannelKind, role: Role): readonly Permission[] => table[kind][role];

/** Throws `forbidden` unless the role carries the permission. */
export function require(kind: ChannelKind, role: Role, permission: Permission): void {
  if (!permissionsOf(kind, role).includes(permission)) throw new ChatError("forbidden", `needs ${permission}`);
}
