// The members of a guild as lists of people show them: by their highest role that is a group of its
// own, then by name. Read in pages, and searched by name and handle.
import { and, asc, desc, eq, or, type SQL, sql } from "drizzle-orm";
import type { GuildId, MemberCount, UserId } from "../protocol";
import type { Database } from "./database";
import { type ListedMember, listedColumns, ofOpenAccount } from "./guild-member-pages";
import { guildMemberRoles, guildMembers, guildRoles } from "./guild-schema";
import { rolesInColumn } from "./guild-state";
import { accounts } from "./schema";

/** The position of a member in the list. `rank`: that of the role, 0 for none. */
export interface MemberPosition {
  rank: number;
  /** Its beginning in lower case, by which the list is sorted. */
  name: string;
  id: UserId;
}

/** A page of the list, of those whose name or handle has `text`; empty for all. */
export interface MemberPage {
  text: string;
  limit: number;
  after: MemberPosition | null;
}

/** As much of a name as a cursor can carry. Those that begin alike follow each other by id. */
const SORTED_CHARACTERS = 24;

const rank = sql<number>`coalesce((SELECT max(r.position) FROM ${guildMemberRoles} held
  JOIN ${guildRoles} r ON r.guild = held.guild AND r.id = held.role AND r.grouped = 1
  WHERE held.guild = guild_members.guild AND held.user = guild_members.user), 0)`;
const sortedName = sql<string>`lower(substr(${accounts.name}, 1, ${sql.raw(String(SORTED_CHARACTERS))}))`;

/** Returns a page of the members of a guild, with their positions. */
export async function listMembersByRole(
  db: Database,
  guild: GuildId,
  { text, limit, after }: MemberPage,
): Promise<(ListedMember & { position: MemberPosition })[]> {
  const rows = await db
    .select({ ...listedColumns, rank, name: sortedName })
    .from(guildMembers)
    .innerJoin(accounts, ofOpenAccount)
    .where(and(eq(guildMembers.guild, guild), matches(text), after ? follows(after) : undefined))
    .orderBy(desc(rank), asc(sortedName), asc(guildMembers.user))
    .limit(limit);
  return rows.map(({ roles, rank: ofRole, name, ...member }) => ({
    ...member,
    roles: rolesInColumn(roles),
    position: { rank: ofRole, name, id: member.user.id },
  }));
}

/** Returns how many members each group of the list has, the highest role first. */
export async function countMembersByRole(db: Database, guild: GuildId, text: string): Promise<MemberCount[]> {
  const role = sql<string | null>`(SELECT r.id FROM ${guildRoles} r WHERE r.guild = ${guild} AND r.grouped = 1
    AND r.position = ${rank})`;
  const rows = await db
    .select({ role, count: sql<number>`count(*)` })
    .from(guildMembers)
    .innerJoin(accounts, ofOpenAccount)
    .where(and(eq(guildMembers.guild, guild), matches(text)))
    .groupBy(rank)
    .orderBy(desc(rank));
  return rows;
}

const matches = (text: string): SQL | undefined =>
  text === ""
    ? undefined
    : sql`(instr(lower(${accounts.name}), lower(${text})) > 0 OR instr(${accounts.handle}, lower(${text})) > 0)`;

const follows = (after: MemberPosition): SQL | undefined =>
  or(
    sql`${rank} < ${after.rank}`,
    and(
      sql`${rank} = ${after.rank}`,
      sql`(${sortedName} > ${after.name} OR (${sortedName} = ${after.name} AND ${guildMembers.user} > ${after.id}))`,
    ),
  );
