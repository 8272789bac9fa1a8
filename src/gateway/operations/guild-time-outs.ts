// Times members of guilds out. The rules are those of `domain/guild-authority.ts`.
import type { Database } from "../../directory/database";
import { endTimeOut, timeOutMember } from "../../directory/guild-time-outs";
import { createdFields } from "../../domain/guild-audit";
import type { PutTimeOut, UserId } from "../../protocol";
import { decideGuild, type GuildRequest, madeIf, memberIn } from "./guild-decision";

/** Times a member out, so that they may only read. Throws `not_found`, `forbidden`. */
export async function timeOut(
  db: Database,
  request: GuildRequest,
  user: UserId,
  { reason, forMs }: PutTimeOut,
): Promise<void> {
  await decideGuild(db, { ...request, people: [user] }, async ({ state, authorise, change }) => {
    authorise({ kind: "time_out", subject: memberIn(state, user) });
    const until = request.now + forMs;
    const recorded = change({ kind: "member.timed_out", target: user, reason, changes: createdFields({ until }) });
    return madeIf(await timeOutMember(db, recorded, user, until));
  });
}

/** Ends the time-out of a member. One who has none is no error. */
export async function endTimeOutOf(db: Database, request: GuildRequest, user: UserId): Promise<void> {
  await decideGuild(db, { ...request, people: [user] }, async ({ state, authorise, change }) => {
    const subject = memberIn(state, user);
    authorise({ kind: "end_time_out", subject });
    const recorded = change({ kind: "time_out.ended", target: user });
    return madeIf(subject.timedOutUntil === null || (await endTimeOut(db, recorded, user)));
  });
}
