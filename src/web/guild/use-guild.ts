import { useEffect, useMemo } from "react";
import type { GuildHandle, GuildMemberInfo } from "../../sdk";
import { client, useStore } from "../app/client";
import { serverNow } from "../app/use-moment";

/** Returns a guild, and loads it. Its view is null until it is loaded, and when it is gone. */
export function useGuild(id: string) {
  const handle = useMemo(() => client.guilds.of(id), [id]);
  const view = useStore(handle.view);
  const phase = useStore(handle.phase);
  useEffect(() => {
    // A failure shows in the phase, or the next connection loads it again.
    handle.open().catch(() => {});
  }, [handle]);
  useEndOfTimeOut(handle, view?.timedOutUntil);
  return { handle, view, phase };
}

/** The longest delay of a browser's timer. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** How long after the end the guild is loaded, because clocks differ a little. */
const AFTER_END_MS = 1_000;

/** Loads a guild again when the time-out of this person ends: no signal says so. */
function useEndOfTimeOut(handle: GuildHandle, until: number | undefined): void {
  useEffect(() => {
    if (until === undefined) return;
    const delayMs = Math.min(until - serverNow() + AFTER_END_MS, TIMER_MAX_MS);
    const timer = window.setTimeout(() => void handle.refresh().catch(() => {}), delayMs);
    return () => window.clearTimeout(timer);
  }, [handle, until]);
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
