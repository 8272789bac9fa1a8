// Times members of guilds out. The rules are those of `domain/guild-authority.ts`.
import type { Database } from "../../directory/database";
import { endTimeOut, timeOutMember } from "../../directory/guild-time-outs";
import type { PutTimeOut, UserId } from "../../protocol";
import { decideGuild, type GuildRequest, madeIf, memberIn } from "./guild-decision";

/** Times a member out, so that they may only read. Throws `not_found`, `forbidden`. */
export async function timeOut(db: Database, request: GuildRequest, user: UserId, { forMs }: PutTimeOut): Promise<void> {
  await decideGuild(db, request, async ({ state, authorise, change }) => {
    authorise({ kind: "time_out", subject: memberIn(state, user) });
    return madeIf(await timeOutMember(db, change, user, request.now + forMs));
  });
}

/** Ends the time-out of a member. One who has none is no error. */
export async function endTimeOutOf(db: Database, request: GuildRequest, user: UserId): Promise<void> {
  await decideGuild(db, request, async ({ state, authorise, change }) => {
    const subject = memberIn(state, user);
    authorise({ kind: "end_time_out", subject });
    return madeIf(subject.timedOutUntil === null || (await endTimeOut(db, change, user)));
  });
}
