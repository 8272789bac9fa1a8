// The bans of guilds: making, listing and lifting them. `guild-ban-rule.ts` keeps people out.
import { and, desc, eq, gt, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { GuildId, UserId } from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { changeGuildRows, type DecidedChange, isAsDecided } from "./guild-change";
import { endMembership, forgetRemoval } from "./guild-members";
import { beginPurges } from "./guild-purges";
import { guildBans } from "./guild-schema";
import { accounts } from "./schema";

/** A ban to make. `deleteSince`: messages from this time on are deleted; null to keep all. */
export interface BanProposal {
  user: UserId;
  reason: string;
  until: number | null;
  deleteSince: number | null;
  /** The id of this purge. */
  purge: string;
  /** Whether the person is a member, whom the channels have to remove. */
  isMember: boolean;
}

const ofPerson = (guild: GuildId, user: UserId) => and(eq(guildBans.guild, guild), eq(guildBans.user, user));
const lastsAt = (now: number) => or(isNull(guildBans.until), gt(guildBans.until, now));

/** Bans a person, or replaces the ban, and ends the membership. Returns whether it was made. */
export async function banPerson(
  db: Database,
  change: DecidedChange,
  { user, reason, until, deleteSince, purge, isMember }: BanProposal,
): Promise<boolean> {
  const { guild, actor, now } = change;
  const condition = and(isAsDecided(change), isOpenAccount(user));
  const mirroredBy = isMember ? "every_channel" : "named_channels";
  return await changeGuildRows(db, { ...change, subject: user }, condition, mirroredBy, (isAdmitted) => [
    db
      .insert(guildBans)
      .select(sql`SELECT ${guild}, ${user}, ${actor}, ${reason}, ${now}, ${until} WHERE ${isAdmitted}`)
      .onConflictDoUpdate({
        target: [guildBans.guild, guildBans.user],
        set: { bannedBy: actor, reason, createdAt: now, until },
      }),
    ...endMembership(db, change, user, isAdmitted),
    // The ban keeps the person out. When it ends, it ends wholly: every valid invite admits them.
    forgetRemoval(db, guild, user, isAdmitted),
    ...(deleteSince === null
      ? []
      : [beginPurges(db, change, { id: purge, author: user, since: deleteSince }, isAdmitted)]),
  ]);
}

/** Lifts a ban. Returns whether it was made, also if there was no ban. */
export async function liftBan(db: Database, change: DecidedChange, user: UserId): Promise<boolean> {
  return await changeGuildRows(db, change, isAsDecided(change), "named_channels", (isAdmitted) => [
    db.delete(guildBans).where(and(ofPerson(change.guild, user), isAdmitted)),
  ]);
}

/** Returns bans that last at `now`, newest first: `limit` of those after a place. */
export const listBans = (
  db: Database,
  guild: GuildId,
  now: number,
  limit: number,
  after: { at: number; id: UserId } | undefined,
) =>
  db
    .select({
      user: { id: accounts.id, handle: accounts.handle, name: accounts.name },
      by: guildBans.bannedBy,
      reason: guildBans.reason,
      createdAt: guildBans.createdAt,
      until: guildBans.until,
    })
    .from(guildBans)
    .innerJoin(accounts, eq(accounts.id, guildBans.user))
    .where(
      and(
        eq(guildBans.guild, guild),
        lastsAt(now),
        after &&
          or(lt(guildBans.createdAt, after.at), and(eq(guildBans.createdAt, after.at), gt(guildBans.user, after.id))),
      ),
    )
    .orderBy(desc(guildBans.createdAt), guildBans.user)
    .limit(limit);

/** Returns the bans of a person, for the export. Who banned them and why is the guild's data. */
export const storedBans = (db: Database, user: UserId) =>
  db
    .select({ guild: guildBans.guild, createdAt: guildBans.createdAt, until: guildBans.until })
    .from(guildBans)
    .where(eq(guildBans.user, user));

/** Deletes the bans that have ended. */
export async function pruneBans(db: Database, now: number): Promise<void> {
  await db.delete(guildBans).where(lte(guildBans.until, now));
}
