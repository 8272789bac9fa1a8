// The members of a guild, read in pages: a guild has thousands of them.
import { and, asc, eq, gt, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { MemberRoles } from "../domain/guild-viewers";
import type { RosterMember } from "../domain/roster";
import type { FoundMembers, VisitDirectory, WantedMembers } from "../domain/visits";
import { type GuildId, limits, type Profile, type RoleId, type UserId } from "../protocol";
import { type Database, openDirectory } from "./database";
import { guildMembers, guilds } from "./guild-schema";
import { joinedRoles, rolesInColumn } from "./guild-state";
import { endOfTimeOut } from "./guild-time-outs";
import { accounts } from "./schema";

/** The most members that one statement returns. */
const PAGE = 1_000;

/** Binds any number of users as one parameter. */
const listed = (users: readonly UserId[]) => sql`(SELECT value FROM json_each(${JSON.stringify(users)}))`;

const memberColumns = {
  user: guildMembers.user,
  handle: accounts.handle,
  joinedAt: guildMembers.joinedAt,
  tokensFrom: accounts.tokensFrom,
  receipts: accounts.receipts,
  hidden: sql<boolean>`${accounts.presence} = 'invisible'`.mapWith(Boolean),
  joinedIn: guildMembers.joinedIn,
  addedBy: guildMembers.addedBy,
  roles: joinedRoles,
  timedOutUntil: endOfTimeOut,
};

/** Selects members of a guild that meet a condition, as rosters have them, the first ones first. */
const selectMembers = (db: Database, guild: GuildId, condition: SQL | undefined, limit: number) =>
  db
    .select(memberColumns)
    .from(guildMembers)
    .innerJoin(accounts, ofOpenAccount)
    .where(and(eq(guildMembers.guild, guild), condition))
    .orderBy(asc(guildMembers.joinedAt), asc(guildMembers.user))
    .limit(limit);

/** Selects the members of a guild that has at most `fullChannelViewers`; none of a larger one. */
export const selectFewMembers = (db: Database, guild: GuildId) =>
  selectMembers(db, guild, sql`${countMembers(guild)} <= ${limits.fullChannelViewers}`, limits.fullChannelViewers);

type MemberColumns = Awaited<ReturnType<typeof selectMembers>>[number];

export const rosterMember = ({ roles, timedOutUntil, ...member }: MemberColumns): RosterMember => ({
  ...{ ...member, role: "member", roles: rolesInColumn(roles) },
  ...(timedOutUntil !== null && { timedOutUntil }),
});

/** Returns those of these people who are members of a guild, as rosters have them. */
export async function membersAmong(db: Database, guild: GuildId, users: readonly UserId[]): Promise<RosterMember[]> {
  const members: RosterMember[] = [];
  for (let at = 0; at < users.length; at += PAGE) {
    const some = inArray(guildMembers.user, listed(users.slice(at, at + PAGE)));
    members.push(...(await selectMembers(db, guild, some, PAGE)).map(rosterMember));
  }
  return members;
}

/** Yields the roles of all members of a guild, page by page, by their ids. */
export async function* memberRolePages(
  db: Database,
  guild: GuildId,
): AsyncGenerator<(MemberRoles & { joinedAt: number })[]> {
  let after: UserId | null = "";
  while (after !== null) {
    const from: UserId = after;
    const rows = await db
      .select({ user: guildMembers.user, joinedAt: guildMembers.joinedAt, roles: joinedRoles })
      .from(guildMembers)
      .where(and(eq(guildMembers.guild, guild), gt(guildMembers.user, from)))
      .orderBy(asc(guildMembers.user))
      .limit(PAGE);
    if (rows.length > 0) yield rows.map(({ roles, ...member }) => ({ ...member, roles: rolesInColumn(roles) }));
    after = rows.length === PAGE ? (rows.at(-1)?.user ?? null) : null;
  }
}

/** Returns the number of members of a guild, as an SQL expression. */
const countMembers = (guild: GuildId): SQL<number> =>
  sql<number>`(SELECT count(*) FROM ${guildMembers} m WHERE m.guild = ${guild})`;

/** Returns the ids of at most `limit` members of a guild after a user, ascending. */
export async function usersOf(db: Database, guild: GuildId, limit = PAGE, after: UserId = ""): Promise<UserId[]> {
  const rows = await db
    .select({ user: guildMembers.user })
    .from(guildMembers)
    .where(and(eq(guildMembers.guild, guild), gt(guildMembers.user, after)))
    .orderBy(asc(guildMembers.user))
    .limit(limit);
  return rows.map(({ user }) => user);
}

/** A member as lists of people show them. */
export interface ListedMember {
  user: Profile;
  joinedAt: number;
  roles: RoleId[];
  /** When their time-out ends; null without one. */
  timedOutUntil: number | null;
}

/** The columns of `ListedMember`; `rolesInColumn` reads the roles. */
export const listedColumns = {
  user: { id: accounts.id, handle: accounts.handle, name: accounts.name },
  joinedAt: guildMembers.joinedAt,
  roles: joinedRoles,
  timedOutUntil: endOfTimeOut,
};

/** The account of the member in the row exists. */
export const ofOpenAccount = and(eq(accounts.id, guildMembers.user), isNull(accounts.erasedAt));

/** Returns a page of the members of a guild, those who joined first first. */
export async function listMembers(
  db: Database,
  guild: GuildId,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<ListedMember[]> {
  const later =
    cursor &&
    or(
      gt(guildMembers.joinedAt, cursor.at),
      and(eq(guildMembers.joinedAt, cursor.at), gt(guildMembers.user, cursor.id)),
    );
  const rows = await db
    .select(listedColumns)
    .from(guildMembers)
    .innerJoin(accounts, ofOpenAccount)
    .where(and(eq(guildMembers.guild, guild), later))
    .orderBy(asc(guildMembers.joinedAt), asc(guildMembers.user))
    .limit(limit);
  return rows.map(({ roles, ...member }) => ({ ...member, roles: rolesInColumn(roles) }));
}

/**
 * Returns those of these people who are members of a guild, with the revision of the guild that
 * they belong to: all is read at once. At most `PAGE`. Null if the guild does not exist.
 */
async function findMembers(db: Database, guild: GuildId, wanted: WantedMembers): Promise<FoundMembers | null> {
  const isWanted =
    "users" in wanted
      ? inArray(guildMembers.user, listed(wanted.users))
      : inArray(accounts.handle, listed(wanted.handles));
  const [rows, members] = await db.batch([
    db.select({ revision: guilds.revision }).from(guilds).where(eq(guilds.id, guild)).limit(1),
    selectMembers(db, guild, isWanted, PAGE),
  ]);
  return rows[0] ? { revision: rows[0].revision, members: members.map(rosterMember) } : null;
}

/** Returns the directory as large channels ask it. */
export const openVisits = (binding: D1Database): VisitDirectory => ({
  findMembers: (guild, wanted) => findMembers(openDirectory(binding), guild, wanted),
});
