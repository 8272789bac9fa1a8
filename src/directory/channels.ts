// Channels and their members. The directory decides; the channel's object holds a mirror.
import { and, asc, eq, gt, inArray, ne, or, sql } from "drizzle-orm";
import { directKey } from "../domain/direct";
import type { ChannelId, ChannelInfo, ChannelKind, HistoryAccess, UserId } from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { FIRST_RETRY_MS } from "./retry-times";
import { accounts, channels, memberships, rosterOutbox } from "./schema";

/** A channel to create, unless one with the same identity exists. */
export interface ChannelProposal {
  id: ChannelId;
  kind: ChannelKind;
  identity: string;
  name: string;
  topic: string;
  history: HistoryAccess;
  createdBy: UserId;
  /** All members, including the creator. */
  members: UserId[];
}

/** Proposes the direct channel of a pair. A person's own notes are the pair with themselves. */
export const directProposal = (id: ChannelId, from: UserId, to: UserId): ChannelProposal => ({
  id,
  kind: "direct",
  identity: directKey(from, to),
  name: "",
  topic: "",
  history: "all",
  createdBy: from,
  members: [...new Set([from, to])],
});

/**
 * Returns the channel of an identity, and creates it if it does not exist. The unique key lets only
 * one of several concurrent requests create it. Returns null, and creates nothing, if the account
 * of the creator or of the other person of a direct channel is erased.
 */
export async function openChannel(db: Database, proposal: ChannelProposal, now: number): Promise<ChannelId | null> {
  const { members, ...row } = proposal;
  const existing = await findByIdentity(db, row.identity);
  if (existing) return existing;
  const people = JSON.stringify(members);
  const isCreated = sql`${channels.id} = ${row.id}`;
  const creatorRole = row.kind === "direct" ? "member" : "owner";
  const required = row.kind === "direct" ? members : [row.createdBy];
  await db.batch([
    db
      .insert(channels)
      .select(
        sql`SELECT ${row.id}, ${row.kind}, ${row.identity}, ${row.name}, ${row.topic}, ${row.history}, 1, 1, ${row.createdBy}, ${now}
              WHERE ${and(...required.map(isOpenAccount))}`,
      )
      .onConflictDoNothing(),
    // Adds members only if this request created the row: the channel of another request has another
    // id.
    db.insert(memberships).select(
      // CROSS JOIN keeps the order: one account is looked up for each person, and none is scanned.
      sql`SELECT ${channels.id}, ${accounts.id}, iif(${accounts.id} = ${row.createdBy}, ${creatorRole}, 'member'), ${now}
            FROM ${channels} CROSS JOIN json_each(${people}) AS person CROSS JOIN ${accounts}
            WHERE ${isCreated} AND ${accounts.id} = person.value AND ${accounts.erasedAt} IS NULL`,
    ),
    db
      .insert(rosterOutbox)
      .select(
        sql`SELECT ${channels.id}, 1, '', ${row.createdBy}, '', ${now}, ${now + FIRST_RETRY_MS}, 0 FROM ${channels} WHERE ${isCreated}`,
      ),
  ]);
  return await findByIdentity(db, row.identity);
}

async function findByIdentity(db: Database, identity: string): Promise<ChannelId | null> {
  const rows = await db.select({ id: channels.id }).from(channels).where(eq(channels.identity, identity)).limit(1);
  return rows[0]?.id ?? null;
}

/** Returns a channel as its members see it; null for everyone else, whether it exists or not. */
export async function findChannel(db: Database, id: ChannelId, user: UserId): Promise<ChannelInfo | null> {
  return (await withMembers(db, await selectOfMember(db, user, eq(channels.id, id), 1)))[0] ?? null;
}

/**
 * The most members on a page of channels, unless the first channel alone has more. A member has up
 * to 500 bytes.
 */
const MEMBERS_PER_PAGE = 1_000;

/**
 * Returns a page of a person's channels, oldest first, after `cursor`, and whether more follow. The
 * page ends after `limit` channels or before `MEMBERS_PER_PAGE` members are exceeded.
 */
export async function listChannels(
  db: Database,
  user: UserId,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<{ items: ChannelInfo[]; hasMore: boolean }> {
  const later = cursor
    ? or(gt(channels.createdAt, cursor.at), and(eq(channels.createdAt, cursor.at), gt(channels.id, cursor.id)))
    : undefined;
  const rows = await selectOfMember(db, user, later, limit + 1);
  const counts = await countMembers(db, rows);
  let members = 0;
  const end = rows.findIndex(({ id }, index) => {
    members += counts.get(id) ?? 0;
    return index === limit || (index > 0 && members > MEMBERS_PER_PAGE);
  });
  return { items: await withMembers(db, end < 0 ? rows : rows.slice(0, end)), hasMore: end >= 0 };
}

/** Returns the number of members of each channel, read from the index alone. */
async function countMembers(db: Database, rows: readonly { id: ChannelId }[]): Promise<Map<ChannelId, number>> {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const counted = await db
    .select({ channel: memberships.channel, count: sql<number>`count(*)` })
    .from(memberships)
    .where(inArray(memberships.channel, sql`(SELECT value FROM json_each(${ids}))`))
    .groupBy(memberships.channel);
  return new Map(counted.map(({ channel, count }) => [channel, count]));
}

/** A channel that a person may read. */
export interface ReadableChannel {
  id: ChannelId;
  /**
   * When the readable part of its log begins; 0 for the whole log. Approximate, because the
   * directory's clock decides. The channel decides by entry. Epoch milliseconds.
   */
  since: number;
}

const sinceJoined = sql<number>`iif(${channels.history} = 'joined', ${memberships.joinedAt}, 0)`;

export async function readableChannels(db: Database, user: UserId): Promise<ReadableChannel[]> {
  return await db
    .select({ id: channels.id, since: sinceJoined })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(eq(memberships.user, user));
}

/**
 * Returns a person's channels with the names by which they can search them: the id, a group's name,
 * the other member's handle.
 */
export async function namesOfChannels(db: Database, user: UserId): Promise<(ReadableChannel & { names: string[] })[]> {
  const rows = await db
    .select({ id: channels.id, kind: channels.kind, name: channels.name, since: sinceJoined })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(eq(memberships.user, user));
  const directIds = JSON.stringify(rows.filter(({ kind }) => kind === "direct").map(({ id }) => id));
  const others = await db
    .select({ channel: memberships.channel, handle: accounts.handle })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.user))
    .where(
      and(inArray(memberships.channel, sql`(SELECT value FROM json_each(${directIds}))`), ne(memberships.user, user)),
    );
  const handles = new Map(others.map(({ channel, handle }) => [channel, handle]));
  return rows.map(({ id, name, since }) => ({ id, since, names: [id, name, handles.get(id) ?? ""].filter(Boolean) }));
}

/** Returns the ids of all channels after `after`, ascending, deleted groups included. */
export async function channelIdsAfter(db: Database, limit: number, after: string): Promise<ChannelId[]> {
  const rows = await db
    .select({ id: channels.id })
    .from(channels)
    .where(gt(channels.id, after))
    .orderBy(asc(channels.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Returns all channels by id, after `after`, for the operator. Leaves out deleted groups. */
export async function listAllChannels(db: Database, limit: number, after: string) {
  const members = sql<number>`(SELECT count(*) FROM ${memberships} WHERE ${memberships.channel} = ${channels.id})`;
  return await db
    .select({ id: channels.id, kind: channels.kind, name: channels.name, members })
    .from(channels)
    .where(and(gt(channels.id, after), sql`${members} > 0`))
    .orderBy(asc(channels.id))
    .limit(limit);
}

type ChannelRow = typeof channels.$inferSelect;

async function selectOfMember(
  db: Database,
  user: UserId,
  condition: ReturnType<typeof and>,
  limit: number,
): Promise<ChannelRow[]> {
  const rows = await db
    .select({ channel: channels })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(and(eq(memberships.user, user), condition))
    .orderBy(asc(channels.createdAt), asc(channels.id))
    .limit(limit);
  return rows.map((row) => row.channel);
}

async function withMembers(db: Database, rows: ChannelRow[]): Promise<ChannelInfo[]> {
  if (rows.length === 0) return [];
  const ids = JSON.stringify(rows.map((row) => row.id));
  const people = await db
    .select({ channel: memberships.channel, role: memberships.role, joinedAt: memberships.joinedAt, user: accounts })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.user))
    .where(inArray(memberships.channel, sql`(SELECT value FROM json_each(${ids}))`))
    .orderBy(asc(memberships.joinedAt), asc(memberships.user));
  return rows.map(({ id, kind, name, topic, history, createdAt, createdBy }) => ({
    id,
    kind,
    name,
    topic,
    history,
    createdAt,
    createdBy,
    members: people
      .filter((person) => person.channel === id)
      .map(({ role, joinedAt, user }) => ({
        role,
        joinedAt,
        // An erased account has no handle.
        user: { id: user.id, handle: user.erasedAt === null ? user.handle : "", name: user.name },
      })),
  }));
}
