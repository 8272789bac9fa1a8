// Channels and who is in them. The directory decides; the channel's object holds a mirror.
import { and, asc, eq, gt, inArray, ne, or, sql } from "drizzle-orm";
import { directKey } from "../domain/direct";
import type { Channel, ChannelId, ChannelKind, HistoryAccess, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channels, memberships, rosterOutbox } from "./schema";

/** A channel that is to be, unless one of the same identity is there. */
export interface Proposal {
  id: ChannelId;
  kind: ChannelKind;
  identity: string;
  name: string;
  topic: string;
  history: HistoryAccess;
  createdBy: UserId;
  /** Everyone in it, the creator included. */
  members: UserId[];
}

/** What makes a pair's channel the one it is; `notes` of a person is the pair with themselves. */
export const directProposal = (id: ChannelId, from: UserId, to: UserId): Proposal => ({
  id,
  kind: "direct",
  identity: directKey(from, to),
  name: "",
  topic: "",
  history: "all",
  createdBy: from,
  members: [...new Set([from, to])],
});

/** The one channel of an identity, made if there is none. However many ask at once, the unique key lets one row be. */
export async function openChannel(db: Database, proposal: Proposal, now: number): Promise<ChannelId> {
  const { members, ...row } = proposal;
  const known = await findByIdentity(db, row.identity);
  if (known) return known;
  const people = JSON.stringify(members);
  const isMade = sql`${channels.id} = ${row.id}`;
  const creatorsRole = row.kind === "direct" ? "member" : "owner";
  await db.batch([
    db
      .insert(channels)
      .values({ ...row, revision: 1, createdAt: now })
      .onConflictDoNothing(),
    // Only the one whose row was taken adds members: the loser's id is not there.
    db.insert(memberships).select(
      sql`SELECT ${channels.id}, value, iif(value = ${row.createdBy}, ${creatorsRole}, 'member'), ${now}
            FROM ${channels}, json_each(${people}) WHERE ${isMade} AND value IN (SELECT id FROM ${accounts} WHERE ${accounts.erasedAt} IS NULL)`,
    ),
    db
      .insert(rosterOutbox)
      .select(sql`SELECT ${channels.id}, 1, '', ${row.createdBy}, '', ${now} FROM ${channels} WHERE ${isMade}`),
  ]);
  const made = await findByIdentity(db, row.identity);
  if (!made) throw new Error("a channel was made and is not there");
  return made;
}

async function findByIdentity(db: Database, identity: string): Promise<ChannelId | null> {
  const rows = await db.select({ id: channels.id }).from(channels).where(eq(channels.identity, identity)).limit(1);
  return rows[0]?.id ?? null;
}

/** A channel as its member sees it; null for everybody else, whether it exists or not. */
export async function findChannel(db: Database, id: ChannelId, user: UserId): Promise<Channel | null> {
  return (await withMembers(db, await ofMember(db, user, eq(channels.id, id), 1)))[0] ?? null;
}

/** A person's channels, oldest first, after `cursor`. */
export async function listChannels(
  db: Database,
  user: UserId,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<Channel[]> {
  const later = cursor
    ? or(gt(channels.createdAt, cursor.at), and(eq(channels.createdAt, cursor.at), gt(channels.id, cursor.id)))
    : undefined;
  return await withMembers(db, await ofMember(db, user, later, limit));
}

/** A channel of mine, and since when I may read of it: 0 for all. About, by the directory's clock; the channel itself knows by entries. */
export interface Readable {
  id: ChannelId;
  since: number;
}

const sinceJoined = sql<number>`iif(${channels.history} = 'joined', ${memberships.joinedAt}, 0)`;

/** All of a person's channels. */
export async function readableChannels(db: Database, user: UserId): Promise<Readable[]> {
  return await db
    .select({ id: channels.id, since: sinceJoined })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(eq(memberships.user, user));
}

/** What a person may call their channels: the name of a group, the handle of the other of a pair. */
export async function namesOfChannels(db: Database, user: UserId): Promise<(Readable & { names: string[] })[]> {
  const rows = await db
    .select({ id: channels.id, kind: channels.kind, name: channels.name, since: sinceJoined })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(eq(memberships.user, user));
  const pairs = JSON.stringify(rows.filter(({ kind }) => kind === "direct").map(({ id }) => id));
  const others = await db
    .select({ channel: memberships.channel, handle: accounts.handle })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.user))
    .where(and(inArray(memberships.channel, sql`(SELECT value FROM json_each(${pairs}))`), ne(memberships.user, user)));
  const handles = new Map(others.map(({ channel, handle }) => [channel, handle]));
  return rows.map(({ id, name, since }) => ({ id, since, names: [id, name, handles.get(id) ?? ""].filter(Boolean) }));
}

/** All channels, for an operator: in the order of their ids, after one. */
export async function listAllChannels(db: Database, limit: number, after: string) {
  const members = sql<number>`(SELECT count(*) FROM ${memberships} WHERE ${memberships.channel} = ${channels.id})`;
  return await db
    .select({ id: channels.id, kind: channels.kind, name: channels.name, members })
    .from(channels)
    .where(gt(channels.id, after))
    .orderBy(asc(channels.id))
    .limit(limit);
}

type ChannelRow = typeof channels.$inferSelect;

async function ofMember(
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

async function withMembers(db: Database, rows: ChannelRow[]): Promise<Channel[]> {
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
        // Without a handle: somebody who is gone.
        user: { id: user.id, handle: user.erasedAt === null ? user.handle : "", name: user.name },
      })),
  }));
}
