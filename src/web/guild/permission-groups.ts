// The permissions of a guild as people choose them: by what they are for.
import type { GuildPermission } from "../../protocol";
import type { guildRolesText } from "../../text/guild-roles";

export interface PermissionGroup {
  id: keyof (typeof guildRolesText)["en"]["groups"];
  permissions: readonly GuildPermission[];
}

export const permissionGroups: readonly PermissionGroup[] = [
  { id: "reading", permissions: ["view", "history"] },
  {
    id: "writing",
    permissions: ["send", "attach", "thread", "react", "pin", "edit_own", "delete_own", "mention_all"],
  },
  { id: "order", permissions: ["delete_any", "moderate_members", "kick", "ban", "invite"] },
  {
    id: "running",
    permissions: ["manage_channels", "manage_roles", "manage_guild", "view_audit_log", "administrator"],
  },
];

/** The permissions that concern a guild as a whole. No override of a channel changes them. */
const ofGuild: readonly GuildPermission[] = [
  "view_audit_log",
  "moderate_members",
  "kick",
  "ban",
  "invite",
  "manage_guild",
  "administrator",
];

/** The groups without what no channel can change. */
export const channelPermissionGroups: readonly PermissionGroup[] = permissionGroups
  .map(({ id, permissions }) => ({ id, permissions: permissions.filter((one) => !ofGuild.includes(one)) }))
  .filter(({ permissions }) => permissions.length > 0);
