// Time-outs of members. They end by themselves: every reader compares `until` with its clock, and
// channels mirror it.
import { and, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import type { GuildId, UserId } from "../protocol";
import type { Database } from "./database";
import { changeGuildRows, type DecidedChange, isAsDecided } from "./guild-change";
import { guildMembers, guildTimeOuts } from "./guild-schema";

/** The time-out in the row lasts, by the clock of the database. */
export const isTimedOut: SQL = sql`${guildTimeOuts.until} > unixepoch('subsec') * 1000`;

const ofPerson = (guild: GuildId, user: UserId) => and(eq(guildTimeOuts.guild, guild), eq(guildTimeOuts.user, user));

/** Times a member out, or moves the end of their time-out. Returns whether it was made. */
export async function timeOutMember(
  db: Database,
  change: DecidedChange,
  user: UserId,
  until: number,
): Promise<boolean> {
  return await changeGuildRows(db, { ...change, subject: user }, isAsDecided(change), "every_channel", (isAdmitted) => [
    db
      .insert(guildTimeOuts)
      .select(sql`SELECT ${change.guild}, ${user}, ${until} WHERE ${isAdmitted}`)
      .onConflictDoUpdate({ target: [guildTimeOuts.guild, guildTimeOuts.user], set: { until } }),
  ]);
}

/** Ends a time-out. Returns whether it was made, also if there was none. */
export async function endTimeOut(db: Database, change: DecidedChange, user: UserId): Promise<boolean> {
  return await changeGuildRows(db, { ...change, subject: user }, isAsDecided(change), "every_channel", (isAdmitted) => [
    db.delete(guildTimeOuts).where(and(ofPerson(change.guild, user), isAdmitted)),
  ]);
}

const ofMember = sql`SELECT ${guildTimeOuts.until} FROM ${guildTimeOuts}
  WHERE ${guildTimeOuts.guild} = ${guildMembers.guild} AND ${guildTimeOuts.user} = ${guildMembers.user} AND ${isTimedOut}`;

/**
 * When the time-out of the member in the row of `guild_members` ends; null if none lasts. The
 * statement in another one keeps the names of tables, which a plain selection would leave out.
 */
export const endOfTimeOut = sql<number | null>`(${ofMember})`;

/** Returns the time-outs of a person that last at `now`, for the export. */
export const storedTimeOuts = (db: Database, user: UserId, now: number) =>
  db
    .select({ guild: guildTimeOuts.guild, until: guildTimeOuts.until })
    .from(guildTimeOuts)
    .where(and(eq(guildTimeOuts.user, user), gt(guildTimeOuts.until, now)));

/** Deletes the time-outs that have ended. */
export async function pruneTimeOuts(db: Database, now: number): Promise<void> {
  await db.delete(guildTimeOuts).where(lte(guildTimeOuts.until, now));
}
