// The permissions of each role. Channels check permissions for every command. Clients get theirs
// with `ready`.
import type { ChannelKind, Permission, Role } from "../protocol";
import { ChatError } from "./error";

const conversation: readonly Permission[] = ["read", "send", "react", "pin", "edit_own", "delete_own"];
const membership: readonly Permission[] = [...conversation, "invite"];
const management: readonly Permission[] = [...membership, "delete_any", "mention_all", "manage"];

const table: Record<ChannelKind, Record<Role, readonly Permission[]>> = {
  // Both members are equal: neither may delete the other's messages or change the channel.
  direct: { owner: conversation, admin: conversation, member: conversation },
  group: { owner: management, admin: management, member: membership },
};

export const permissionsOf = (kind: ChannelKind, role: Role): readonly Permission[] => table[kind][role];

export const isPermitted = (kind: ChannelKind, role: Role, permission: Permission): boolean =>
  permissionsOf(kind, role).includes(permission);

/** Throws `forbidden` unless the role has the permission. */
export function requirePermission(kind: ChannelKind, role: Role, permission: Permission): void {
  if (!isPermitted(kind, role, permission))
    throw new ChatError("forbidden", `this requires the permission ${permission}`);
}
