import { useEffect, useMemo } from "react";
import type { GuildHandle, GuildMemberInfo, GuildRole, GuildView } from "../../sdk";
import { client, useStore } from "../app/client";

/** Returns a guild, and loads it. Its view is null until it is loaded, and when it is gone. */
export function useGuild(id: string) {
  const handle = useMemo(() => client.guilds.of(id), [id]);
  const view = useStore(handle.view);
  const phase = useStore(handle.phase);
  useEffect(() => {
    // A failure shows in the phase, or the next connection loads it again.
    handle.open().catch(() => {});
  }, [handle]);
  return { handle, view, phase };
}

/** Returns the members of a guild, and loads them; null until they are loaded. */
export function useGuildMembers(handle: GuildHandle): readonly GuildMemberInfo[] | null {
  const members = useStore(handle.members);
  useEffect(() => {
    handle.loadMembers().catch(() => {});
  }, [handle]);
  return members;
}

/** What I may do in a guild: my permissions, and whom and which roles I outrank. */
export interface GuildRights {
  isOwner: boolean;
  may(permission: GuildRole["permissions"][number]): boolean;
  /** Whether I outrank a role. Nobody outranks their own highest role. */
  outranks(role: GuildRole): boolean;
  /** Whether I outrank a member. Nobody outranks the owner. */
  outranksMember(member: Pick<GuildMemberInfo, "user" | "roles">): boolean;
}

export function rightsIn(view: GuildView, me: string): GuildRights {
  const isOwner = view.owner === me;
  const positionOf = (roles: readonly string[]) =>
    Math.max(0, ...view.roles.filter(({ id }) => roles.includes(id)).map(({ position }) => position));
  const mine = positionOf(view.myRoles);
  return {
    isOwner,
    may: (permission) => view.permissions.includes(permission),
    outranks: ({ position }) => isOwner || mine > position,
    outranksMember: ({ user, roles }) => user.id !== view.owner && (isOwner || mine > positionOf(roles)),
  };
}
