// Who joins a guild and who leaves it. Each change carries its conditions in its batch and returns
// whether it was made.
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { type GuildId, limits, type RoleId, type UserId } from "../protocol";
import type { Database } from "./database";
import { isBanned } from "./guild-ban-rule";
import { changeGuildRows, type DecidedChange, isAsDecided, isKept } from "./guild-change";
import {
  guildChannels,
  guildMemberRoles,
  guildMembers,
  guildOverrides,
  guildRemovals,
  guildRoles,
  guilds,
} from "./guild-schema";
import { dropInvites } from "./invite-rule";
import { accounts, channelPreferences, formerMemberships } from "./schema";

/** A person who shall become a member. `roles`: those that they get, besides that of everyone. */
export interface GuildEntry {
  guild: GuildId;
  user: UserId;
  /** Who added the person, or the person. */
  by: UserId;
  roles?: readonly RoleId[];
  now: number;
}

/** The condition under which the person in the row of `accounts` may be in another guild. */
export const hasGuildRoom: SQL = sql`(SELECT count(*) FROM ${guildMembers} own WHERE own.user = ${accounts.id}) < ${limits.guildsPerAccount}`;

const isGuildMember = (guild: GuildId, user: UserId): SQL =>
  sql`EXISTS (SELECT 1 FROM ${guildMembers} m WHERE m.guild = ${guild} AND m.user = ${user})`;

/** The condition under which a guild has room for another member. */
export const hasMemberRoom = (guild: GuildId): SQL =>
  sql`(SELECT count(*) FROM ${guildMembers} m WHERE m.guild = ${guild}) < ${limits.guildMembers}`;

/** Whether a guild may have another member. Call it after a join was refused. */
export async function hasRoomForMember(db: Database, guild: GuildId): Promise<boolean> {
  const rows = await db
    .select({ hasRoom: sql<boolean>`(${hasMemberRoom(guild)})`.mapWith(Boolean) })
    .from(guilds)
    .where(eq(guilds.id, guild));
  return rows[0]?.hasRoom ?? false;
}

/** What an entry depends on, and what it changes besides the membership. */
export interface EntryTerms {
  /** Further conditions on the row of the guild. */
  entry?: SQL;
  /** Further conditions on the row of the account. */
  person?: SQL;
  /** Returns further statements of the batch, which must carry its condition. */
  also?(isAdmitted: SQL): BatchItem<"sqlite">[];
}

/**
 * Makes a person a member of a guild that was not deleted, if the account is open, the person is
 * not banned, and the guild and the person's list of guilds have room. A role that no longer exists
 * is left out.
 */
export async function joinGuild(
  db: Database,
  { guild, user, by, roles = [], now }: GuildEntry,
  { entry = sql`true`, person = sql`true`, also = () => [] }: EntryTerms = {},
): Promise<boolean> {
  const mayEnter = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE ${and(eq(accounts.id, user), isNull(accounts.erasedAt), hasGuildRoom, person)})`;
  const isWelcome = sql`NOT ${isGuildMember(guild, user)} AND NOT ${isBanned(guild, user, now)}`;
  const condition = and(isKept, mayEnter, isWelcome, hasMemberRoom(guild), entry);
  const audit = user === by ? null : ({ kind: "member.added", target: user } as const);
  const join = { guild, now, actor: by, audit, subject: user, isJoin: true };
  return await changeGuildRows(db, join, condition, "every_channel", (isAdmitted) => [
    db
      .insert(guildMembers)
      .select(
        sql`SELECT ${guild}, ${user}, ${now}, ${guilds.revision} + 1, ${by} FROM ${guilds} WHERE ${guilds.id} = ${guild} AND ${isAdmitted}`,
      ),
    db.insert(guildMemberRoles).select(
      sql`SELECT ${guild}, ${user}, ${guildRoles.id} FROM ${guildRoles} WHERE ${guildRoles.guild} = ${guild}
            AND ${guildRoles.position} > 0 AND ${isAdmitted}
            AND ${guildRoles.id} IN (SELECT value FROM json_each(${JSON.stringify(roles)}))`,
    ),
    forgetRemoval(db, guild, user, isAdmitted),
    ...also(isAdmitted),
  ]);
}

/** The end of an account in a guild. `successor` becomes the owner; null if nobody does. */
interface ErasedMember {
  ownedUntilNow: boolean;
  successor: UserId | null;
}

/**
 * Removes a member, who keeps the right to export and erase what they wrote. Their invites end. If
 * somebody else removes them, only invites from afterwards admit them again. A guild whose owner is
 * erased and has no successor is erased too.
 */
export async function removeGuildMember(
  db: Database,
  change: DecidedChange,
  user: UserId,
  erased?: ErasedMember,
): Promise<boolean> {
  const { now, guild } = change;
  const condition = erased ? eq(guilds.revision, change.at) : isAsDecided(change);
  const passedOn = erased?.successor ? { owner: erased.successor } : { deleteAt: now };
  return await changeGuildRows(db, { ...change, subject: user }, condition, "every_channel", (isAdmitted) => [
    ...(erased?.ownedUntilNow
      ? [
          db
            .update(guilds)
            .set(passedOn)
            .where(and(eq(guilds.id, guild), isAdmitted)),
        ]
      : []),
    ...endMembership(db, change, user, isAdmitted),
    ...(change.actor === user
      ? []
      : [
          db
            .insert(guildRemovals)
            .select(sql`SELECT ${guild}, ${user}, ${now} WHERE ${isAdmitted}`)
            .onConflictDoUpdate({ target: [guildRemovals.guild, guildRemovals.user], set: { at: now } }),
        ]),
  ]);
}

/**
 * Returns the statements that end a membership, if there is one, under the condition of the batch.
 */
export function endMembership(db: Database, { guild }: DecidedChange, user: UserId, isAdmitted: SQL) {
  const ofGuild = sql`(SELECT ${guildChannels.channel} FROM ${guildChannels} WHERE ${guildChannels.guild} = ${guild})`;
  return [
    db
      .insert(formerMemberships)
      .select(
        sql`SELECT ${user}, ${guildChannels.channel}, NULL FROM ${guildChannels}
              WHERE ${guildChannels.guild} = ${guild} AND ${isGuildMember(guild, user)} AND ${isAdmitted}`,
      )
      .onConflictDoNothing(),
    db
      .delete(channelPreferences)
      .where(and(eq(channelPreferences.user, user), sql`${channelPreferences.channel} IN ${ofGuild}`, isAdmitted)),
    db
      .delete(guildMemberRoles)
      .where(and(eq(guildMemberRoles.guild, guild), eq(guildMemberRoles.user, user), isAdmitted)),
    db.delete(guildOverrides).where(and(eq(guildOverrides.guild, guild), eq(guildOverrides.target, user), isAdmitted)),
    dropInvites(db, guild, user, isAdmitted),
    db.delete(guildMembers).where(and(eq(guildMembers.guild, guild), eq(guildMembers.user, user), isAdmitted)),
  ];
}

/** Returns the statement that makes invites from before a removal admit the person again. */
export const forgetRemoval = (db: Database, guild: GuildId, user: UserId, isAdmitted: SQL) =>
  db.delete(guildRemovals).where(and(eq(guildRemovals.guild, guild), eq(guildRemovals.user, user), isAdmitted));

/** Makes a member the owner. */
export async function transferGuild(db: Database, change: DecidedChange, to: UserId): Promise<boolean> {
  const { guild } = change;
  const condition = sql`${isAsDecided(change)} AND EXISTS (SELECT 1 FROM ${accounts}
    WHERE ${and(eq(accounts.id, to), isNull(accounts.erasedAt))})`;
  return await changeGuildRows(db, change, condition, "every_channel", (isAdmitted) => [
    db
      .update(guilds)
      .set({ owner: to })
      .where(and(eq(guilds.id, guild), isAdmitted)),
  ]);
}
