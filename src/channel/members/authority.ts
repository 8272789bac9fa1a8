// What clients learn of their own authority in a channel, in `ready` and in `permissions`.
import { type CallPermission, callPermission, channelKinds, type FrameOf } from "../../protocol";
import type { RosterMirror } from "./roster-mirror";

/** Bound: constant. */
const ofCalls: ReadonlySet<string> = new Set(callPermission.options);

type MemberAuthority = Pick<FrameOf<"ready">, "role" | "permissions" | "calls" | "timedOutUntil">;

/**
 * Returns what a member may do at present. Those of calls have a field of their own, because
 * earlier clients do not know them. Throws `not_found`.
 */
export function authorityOf(roster: RosterMirror, user: string): MemberAuthority {
  const { role, permissions } = roster.member(user);
  const calls = callPermissionsOf(roster, user);
  const timedOutUntil = roster.timeOuts.endOf(user);
  return {
    ...{ role, permissions: permissions.names().filter((name) => !ofCalls.has(name)) },
    ...(calls && { calls }),
    ...(timedOutUntil !== undefined && { timedOutUntil }),
  };
}

/**
 * Returns what a member may do in calls; null if the channel has no calls: a direct channel whose
 * other person is not in it, and every channel of a guild but those of the type `voice`.
 */
export function callPermissionsOf(roster: RosterMirror, user: string): CallPermission[] | null {
  const isAlone = channelKinds[roster.header.kind].roster === "pair" && roster.size < 2;
  if (isAlone || (roster.guild && roster.guild.type !== "voice")) return null;
  const { permissions } = roster.member(user);
  return callPermission.options.filter((name) => permissions.has(name));
}
