// Bans people from guilds, and lists and lifts bans. The rules are those of
// `domain/guild-authority.ts`.
import { findProfile } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import { hasBan } from "../../directory/guild-ban-rule";
import { banPerson, liftBan, listBans } from "../../directory/guild-bans";
import { ChatError } from "../../domain/error";
import { createdFields } from "../../domain/guild-audit";
import type { GuildBan, PutBan, UserId } from "../../protocol";
import { decideGuild, findDecision, type GuildRequest, madeIf } from "./guild-decision";

const HOUR_MS = 3_600_000;

/**
 * Bans a person, who may be no member. A ban that exists is replaced. Throws `not_found`,
 * `forbidden`.
 */
export async function banFrom(
  db: Database,
  request: GuildRequest,
  user: UserId,
  { reason, forMs, deleteHours }: PutBan,
): Promise<void> {
  await decideGuild(db, { ...request, people: [user] }, async ({ state, authorise, change }) => {
    const member = state.members.get(user);
    authorise({ kind: "ban", subject: member ?? { user, roles: [], isTimedOut: false } });
    if (!(await findProfile(db, { id: user }))) throw new ChatError("not_found", "no such user");
    const deleteSince = deleteHours === 0 ? null : request.now - deleteHours * HOUR_MS;
    const until = forMs === null ? null : request.now + forMs;
    const purge = crypto.randomUUID();
    const proposal = { user, reason, until, deleteSince, purge, isMember: member !== undefined };
    const changes = createdFields({ until, deleteHours: deleteHours || null });
    return madeIf(await banPerson(db, change({ kind: "member.banned", target: user, reason, changes }), proposal));
  });
}

/** Lifts a ban. A person who is not banned is no error. */
export async function liftBanOf(db: Database, request: GuildRequest, user: UserId): Promise<void> {
  await decideGuild(db, request, async ({ authorise, change }) => {
    authorise({ kind: "review_bans" });
    const recorded = change({ kind: "ban.lifted", target: user });
    return madeIf(!(await hasBan(db, request.guild, user, request.now)) || (await liftBan(db, recorded, user)));
  });
}

/** Returns bans of a guild, newest first. Throws `not_found`, `forbidden`. */
export async function bansOf(
  db: Database,
  request: GuildRequest,
  limit: number,
  after: { at: number; id: UserId } | undefined,
): Promise<GuildBan[]> {
  const { authorise } = await findDecision(db, request);
  authorise({ kind: "review_bans" });
  return await listBans(db, request.guild, request.now, limit, after);
}
