// What a person may do in a guild. It only decides what the page offers: the server decides again.
import type { GuildMemberInfo, GuildRole, GuildView } from "../../sdk";

/** What I may do in a guild: my permissions, and whom and which roles I outrank. */
export interface GuildRights {
  isOwner: boolean;
  may(permission: GuildRole["permissions"][number]): boolean;
  /** Whether I outrank a role. Nobody outranks their own highest role. */
  outranks(role: GuildRole): boolean;
  /** Whether I outrank a member. Nobody outranks the owner. */
  outranksMember(member: Pick<GuildMemberInfo, "user" | "roles">): boolean;
  /** Whether I may time a member out: one whom I outrank, and who is no administrator. */
  mayTimeOut(member: Pick<GuildMemberInfo, "user" | "roles">): boolean;
}

export function rightsIn(view: GuildView, me: string): GuildRights {
  const isOwner = view.owner === me;
  const positionOf = (roles: readonly string[]) =>
    Math.max(0, ...view.roles.filter(({ id }) => roles.includes(id)).map(({ position }) => position));
  const mine = positionOf(view.myRoles);
  const may: GuildRights["may"] = (permission) => view.permissions.includes(permission);
  const outranksMember: GuildRights["outranksMember"] = ({ user, roles }) =>
    user.id !== view.owner && (isOwner || mine > positionOf(roles));
  const isAdministrator = (roles: readonly string[]) =>
    view.roles.some(
      ({ id, permissions }) => (id === view.everyone || roles.includes(id)) && permissions.includes("administrator"),
    );
  return {
    isOwner,
    may,
    outranks: ({ position }) => isOwner || mine > position,
    outranksMember,
    mayTimeOut: (member) =>
      may("moderate_members") && member.user.id !== me && outranksMember(member) && !isAdministrator(member.roles),
  };
}
