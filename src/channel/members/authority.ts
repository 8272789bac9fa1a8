// What clients learn of their own authority in a channel, in `ready` and in `permissions`.
import type { FrameOf } from "../../protocol";
import type { RosterMirror } from "./roster-mirror";

type MemberAuthority = Pick<FrameOf<"ready">, "role" | "permissions" | "timedOutUntil">;

/** Returns what a member may do at present. Throws `not_found`. */
export function authorityOf(roster: RosterMirror, user: string): MemberAuthority {
  const { role, permissions } = roster.member(user);
  const timedOutUntil = roster.timeOuts.endOf(user);
  return {
    ...{ role, permissions: permissions.names() },
    ...(timedOutUntil !== undefined && { timedOutUntil }),
  };
}
