import { useEffect, useMemo } from "react";
import type { GuildHandle, GuildMemberInfo } from "../../sdk";
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

/** Returns whether the server has invites to guilds. An earlier one has none. */
export const useGuildInvitesOffered = (): boolean =>
  useStore(client.server)?.features.includes("guildInvites") ?? false;

/** Returns the members of a guild, and loads them; null until they are loaded. */
export function useGuildMembers(handle: GuildHandle): readonly GuildMemberInfo[] | null {
  const members = useStore(handle.members);
  useEffect(() => {
    handle.loadMembers().catch(() => {});
  }, [handle]);
  return members;
}
