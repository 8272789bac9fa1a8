// Channels and their members. The directory decides; the channel's object holds a mirror.
import { and, asc, eq, gt, inArray, ne, or, sql } from "drizzle-orm";
import { directKey, usersOfDirectKey } from "../domain/direct";
import {
  type ChannelId,
  type ChannelInfo,
  type ChannelKind,
  channelKinds,
  type HistoryAccess,
  type OpenTo,
  type UserId,
} from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { type OpenedChannel, rejoinDirect } from "./direct-channels";
import { askPeople, entersAtOnce, hasGroupRoom, mayBeAsked, peopleIn, refusalOf } from "./entry-rule";
import { type VisibleChannel, visibleChannels } from "./guild-access";
import { findGuildChannel } from "./guild-channel-info";
import { guildChannels, guildMembers } from "./guild-schema";
import { pendingOf } from "./pending-people";
import { outboxRow } from "./roster-change";
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
  /** The creator, and everybody else who shall enter or be asked. */
  members: UserId[];
}

/** Proposes the direct channel of a pair. A person's own notes are the pair with themselves. */
export const directProposal = (id: ChannelId, from: UserId, to: UserId): ChannelProposal => ({
  id,
  kind: "direct",
  identity: directKey(from, to),
  name: "",
  topic: "",
  history: channelKinds.direct.history,
  createdBy: from,
  members: [...new Set([from, to])],
});

/** The other person of a direct channel; the creator in a channel with themselves. */
const otherOf = ({ members, createdBy }: ChannelProposal): UserId =>
  members.find((user) => user !== createdBy) ?? createdBy;

/**
 * Returns the channel of an identity, and creates it if it does not exist. The unique key lets only
 * one of several concurrent requests create it. People who do not enter without a request are
 * asked. `openTo` is the setting of people who have not chosen one.
 */
export async function openChannel(
  db: Database,
  proposal: ChannelProposal,
  now: number,
  openTo: OpenTo,
): Promise<OpenedChannel> {
  const { id: newId, kind, identity, createdBy } = proposal;
  const rule = { by: createdBy, openTo };
  const isPair = channelKinds[kind].roster === "pair";
  const other = otherOf(proposal);
  const asked = (await findByIdentity(db, identity)) ? [] : await create(db, proposal, now, openTo);
  const id = await findByIdentity(db, identity);
  if (id === null) {
    return { refused: await refusalOf(db, rule, newId, kind, isPair ? other : createdBy) };
  }
  if (id === newId || !isPair) return { id, asked, hasJoined: false };
  return await rejoinDirect(db, rule, id, other, now);
}

/** Creates the channel, unless another one has its identity. Returns the people who were asked. */
async function create(db: Database, proposal: ChannelProposal, now: number, openTo: OpenTo): Promise<UserId[]> {
  const { members, ...row } = proposal;
  const { id, kind, identity, name, topic, history, createdBy } = row;
  const rule = { by: createdBy, openTo };
  const isCreated = sql`${channels.id} = ${id}`;
  const isPair = channelKinds[kind].roster === "pair";
  const creatorRole = isPair ? "member" : "owner";
  const other = otherOf(proposal);
  // A direct channel needs the other person, and a group needs room in the list of its creator.
  const condition = isPair
    ? sql`${peopleIn([other])} AND ${isOpenAccount(createdBy)} AND (${entersAtOnce(rule)} OR ${mayBeAsked(rule, id)})`
    : sql`${peopleIn([createdBy])} AND ${hasGroupRoom}`;
  const [, , asked] = await db.batch([
    db
      .insert(channels)
      .select(
        sql`SELECT ${id}, ${kind}, ${identity}, ${name}, ${topic}, ${history}, 1, 1, ${createdBy}, ${now}
              FROM ${accounts} WHERE ${condition}`,
      )
      .onConflictDoNothing(),
    // Adds members only if this request created the row: the channel of another request has another
    // id.
    db.insert(memberships).select(
      sql`SELECT ${channels.id}, ${accounts.id}, iif(${accounts.id} = ${createdBy}, ${creatorRole}, 'member'), ${now}
            FROM ${channels}, ${accounts} WHERE ${isCreated} AND ${peopleIn(members)} AND ${entersAtOnce(rule)}
              AND ${isPair ? sql`true` : hasGroupRoom}`,
    ),
    askPeople(db, rule, id, members, now),
    db
      .insert(rosterOutbox)
      .select(sql`SELECT ${outboxRow({ actor: createdBy, subject: "", now })} FROM ${channels} WHERE ${isCreated}`),
  ]);
  return asked.map(({ user }) => user);
}

async function findByIdentity(db: Database, identity: string): Promise<ChannelId | null> {
  const rows = await db.select({ id: channels.id }).from(channels).where(eq(channels.identity, identity)).limit(1);
  return rows[0]?.id ?? null;
}

/** Returns a channel as its members see it; null for everyone else, whether it exists or not. */
export async function findChannel(db: Database, id: ChannelId, user: UserId): Promise<ChannelInfo | null> {
  const own = (await withMembers(db, await selectOfMember(db, user, eq(channels.id, id), 1)))[0];
  return own ?? (await findGuildChannel(db, id, user));
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
  const own = await db
    .select({ id: channels.id, since: sinceJoined })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(eq(memberships.user, user));
  const visible = await visibleChannels(db, user, "all");
  return [...own, ...visible.map(readableOf)];
}

/** The channel decides by entry what a member without `history` may read since they joined. */
const readableOf = ({ channel, permissions, joinedAt }: VisibleChannel): ReadableChannel => ({
  id: channel,
  since: permissions.has("history") ? 0 : joinedAt,
});

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
  const directIds = JSON.stringify(rows.filter(({ kind }) => channelKinds[kind].roster === "pair").map(({ id }) => id));
  const others = await db
    .select({ channel: memberships.channel, handle: accounts.handle })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.user))
    .where(
      and(inArray(memberships.channel, sql`(SELECT value FROM json_each(${directIds}))`), ne(memberships.user, user)),
    );
  const handles = new Map(others.map(({ channel, handle }) => [channel, handle]));
  const visible = await visibleChannels(db, user, "all");
  return [
    ...rows.map(({ id, name, since }) => ({ id, since, names: [id, name, handles.get(id) ?? ""].filter(Boolean) })),
    ...visible.map((channel) => ({ ...readableOf(channel), names: [channel.channel, channel.name] })),
  ];
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

/** Returns all channels by id, after `after`, for the operator. Leaves out deleted ones. */
export async function listAllChannels(db: Database, limit: number, after: string) {
  const members = sql<number>`((SELECT count(*) FROM ${memberships} WHERE ${memberships.channel} = ${channels.id})
    + (SELECT count(*) FROM ${guildChannels} c JOIN ${guildMembers} m ON m.guild = c.guild WHERE c.channel = ${channels.id}))`;
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
  const isWhole = ({ id, identity }: ChannelRow) =>
    people.filter(({ channel }) => channel === id).length === usersOfDirectKey(identity).length;
  // A direct channel with both people has nobody else, which saves a query.
  const pending = await pendingOf(
    db,
    rows.filter((row) => channelKinds[row.kind].roster === "managed" || !isWhole(row)),
  );
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
    ...(pending.has(id) && { pending: pending.get(id) }),
  }));
}
