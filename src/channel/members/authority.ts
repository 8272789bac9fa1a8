// What clients learn of their own authority in a channel, in `ready` and in `permissions`.
import { callPermission, type FrameOf } from "../../protocol";
import { callPermissionsOf } from "./call-permissions";
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
