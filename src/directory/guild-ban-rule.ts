// Whether a person is banned from a guild. `joinGuild` and the rule of invites carry the condition,
// so that a banned person enters by no way.
import { type SQL, sql } from "drizzle-orm";
import type { GuildId, UserId } from "../protocol";
import type { Database } from "./database";
import { guildBans } from "./guild-schema";

/** The person is banned from the guild at `now`. Both are values or columns. */
export const isBanned = (guild: GuildId | SQL, user: UserId | SQL, now: number): SQL =>
  sql`EXISTS (SELECT 1 FROM ${guildBans} b WHERE b.guild = ${guild} AND b.user = ${user}
    AND (b.until IS NULL OR b.until > ${now}))`;

/** Returns whether a person is banned at `now`. */
export async function hasBan(db: Database, guild: GuildId, user: UserId, now: number): Promise<boolean> {
  const [found] = await db.all<{ banned: number }>(sql`SELECT ${isBanned(guild, user, now)} AS banned`);
  return found?.banned === 1;
}
