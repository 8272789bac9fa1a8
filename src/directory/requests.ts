// Requests to a person: the list, the answers, and who may ask. `entry-rule.ts` decides who is
// asked. A declined request keeps its row, so that the stranger still sees it as pending; the
// person no longer sees it.
import { and, eq, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { directKey } from "../domain/direct";
import {
  type ChannelId,
  type ChannelKind,
  type ChannelRequest,
  channelKinds,
  limits,
  type OpenTo,
  type UserId,
} from "../protocol";
import { actorMay, hasRoom, isMember, pairKinds } from "./conditions";
import type { Database } from "./database";
import {
  askPeople,
  dropAnswered,
  type EntryRule,
  hasGroupRoom,
  isDeclined,
  isPerson,
  mayBeAsked,
  peopleIn,
} from "./entry-rule";
import { forgetRemoval } from "./invite-rule";
import { type ChannelChange, changeRoster, raiseRosters } from "./roster-change";
import { accounts, channels, declinedStrangers, memberships, requests } from "./schema";

/** A request without the preview, which the channel's object has. */
export type ListedRequest = Omit<ChannelRequest, "preview">;

/** The condition for the requests of a person that they may answer. */
const isOpenTo = (user: UserId): SQL => sql`r.user = ${user} AND NOT ${isDeclined}`;

/** Returns the requests to a person that are not declined, newest first, after `cursor`. */
export async function listRequests(
  db: Database,
  user: UserId,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<ListedRequest[]> {
  const older = cursor
    ? sql`(r.created_at < ${cursor.at} OR (r.created_at = ${cursor.at} AND r.channel < ${cursor.id}))`
    : sql`true`;
  return (
    await db.all<
      { channel: string; kind: ChannelKind; name: string; createdAt: number; members: number } & {
        fromId: string;
        fromHandle: string;
        fromName: string;
      }
    >(
      sql`SELECT r.channel, c.kind, c.name, r.created_at AS "createdAt", a.id AS "fromId", a.handle AS "fromHandle",
            a.name AS "fromName", (SELECT count(*) FROM ${memberships} m WHERE m.channel = r.channel) AS members
          FROM ${requests} r JOIN ${channels} c ON c.id = r.channel JOIN ${accounts} a ON a.id = r.stranger
          WHERE ${isOpenTo(user)} AND ${older}
          ORDER BY r.created_at DESC, r.channel DESC LIMIT ${limit}`,
    )
  ).map(({ fromId, fromHandle, fromName, ...request }) => ({
    ...request,
    from: { id: fromId, handle: fromHandle, name: fromName },
  }));
}

/** Returns how many of `people` would be asked into a new channel instead of entering it. */
export async function countAsked(db: Database, rule: EntryRule, people: readonly UserId[]): Promise<number> {
  const rows = await db
    .select({ count: sql<number>`count(*)` })
    .from(accounts)
    .where(and(peopleIn(people), mayBeAsked(rule, "")));
  return rows[0]?.count ?? 0;
}

/** Asks a person into a group, if the actor may and the person does not enter without a request. */
export async function askMember(
  db: Database,
  change: ChannelChange,
  rule: EntryRule,
): Promise<"asked" | "pending" | null> {
  const { channel, subject, now } = change;
  const may = sql`${actorMay(change, { kind: "add", role: "member" })} AND ${hasRoom(channel)}`;
  const asked = await askPeople(db, rule, channel, [subject], now, may);
  if (asked.length > 0) return "asked";
  const ofSubject = and(eq(requests.channel, channel), eq(requests.user, subject));
  return (await db.select({ user: requests.user }).from(requests).where(ofSubject)).length > 0 ? "pending" : null;
}

/**
 * Returns the people who see a request of this person into a channel; with null, a request of
 * anyone. A person who has declined does not see it any more.
 */
export async function askedBy(db: Database, channel: ChannelId, stranger: UserId | "" | null): Promise<UserId[]> {
  const r = alias(requests, "r");
  const rows = await db
    .select({ user: r.user })
    .from(r)
    .where(
      and(eq(r.channel, channel), stranger === null ? undefined : eq(r.stranger, stranger), sql`NOT ${isDeclined}`),
    );
  return rows.map(({ user }) => user);
}

/** Why a request cannot be accepted. */
export type AcceptRefusal = "not_found" | "group_full" | "too_many_groups";

/**
 * Makes a person who was asked a member. A repeat after a lost answer is accepted too. Returns
 * null, or why the request cannot be accepted.
 */
export async function acceptRequest(
  db: Database,
  channel: ChannelId,
  user: UserId,
  now: number,
): Promise<AcceptRefusal | null> {
  const kind = await kindOf(db, channel);
  const isManaged = kind !== null && channelKinds[kind].roster === "managed";
  const isAsked = sql`EXISTS (SELECT 1 FROM ${requests} r WHERE r.channel = ${channel} AND ${isOpenTo(user)})`;
  const conditions = {
    isAsked: and(isAsked, sql`NOT ${isMember(channel, user)}`),
    hasRoom: isManaged ? hasRoom(channel) : sql`true`,
    hasGroupRoom: isPerson(user, isManaged ? hasGroupRoom : sql`true`),
  };
  const change: ChannelChange = { channel, actor: user, subject: user, now };
  const isAccepted = await changeRoster(db, change, and(...Object.values(conditions)), (isAdmitted) => [
    db
      .insert(memberships)
      .select(
        sql`SELECT ${channel}, ${accounts.id}, 'member', ${now} FROM ${accounts} WHERE ${accounts.id} = ${user} AND ${isAdmitted}`,
      ),
    dropAnswered(db, channel, isAdmitted),
    forgetRemoval(db, channel, user, isAdmitted),
  ]);
  if (isAccepted) return null;
  const [found] = await db.all<{ member: number; asked: number; room: number }>(
    sql`SELECT ${isMember(channel, user)} AS member, ${isAsked} AS asked, ${conditions.hasRoom} AS room`,
  );
  if (found?.member) return null;
  if (!found?.asked) return "not_found";
  return found.room ? "too_many_groups" : "group_full";
}

/**
 * Declines a request, and every other request of the same stranger, now and later. Returns null if
 * there is no such request. `direct` is the direct channel with the stranger, whose roster changes;
 * null if there is none.
 */
export async function declineRequest(
  db: Database,
  channel: ChannelId,
  user: UserId,
  now: number,
): Promise<{ direct: ChannelId | null } | null> {
  const ofChannel = and(eq(requests.user, user), eq(requests.channel, channel));
  const [known] = await db.select({ stranger: requests.stranger }).from(requests).where(ofChannel).limit(1);
  if (!known) return null;
  const { stranger } = known;
  const ofPair = eq(channels.identity, directKey(user, stranger));
  const [found] = await db.select({ id: channels.id }).from(channels).where(ofPair).limit(1);
  const direct = found?.id ?? null;
  const refusal = db.insert(declinedStrangers).values({ user, stranger, at: now }).onConflictDoNothing();
  // The direct channel gets a roster and stops telling this person about new messages.
  const change: ChannelChange = { channel: direct ?? "", actor: "", subject: "", now };
  if (direct === null || !(await changeRoster(db, change, undefined, () => [refusal]))) await refusal;
  return { direct };
}

/**
 * Withdraws a request that the actor made, or any request if the actor may remove members. Returns
 * whether there was one.
 */
export async function withdrawRequest(db: Database, change: ChannelChange): Promise<boolean> {
  const { channel, actor, subject } = change;
  const may = or(
    and(eq(requests.stranger, actor), isMember(channel, actor)),
    actorMay(change, { kind: "remove", role: "member" }),
  );
  const withdrawn = await db
    .delete(requests)
    .where(and(eq(requests.channel, channel), eq(requests.user, subject), may))
    .returning({ user: requests.user });
  return withdrawn.length > 0;
}

/** Sets who needs no request; null for the deployment's default. */
export async function setOpenTo(db: Database, user: UserId, openTo: OpenTo | null): Promise<void> {
  await db
    .update(accounts)
    .set({ openTo })
    .where(and(eq(accounts.id, user), isNull(accounts.erasedAt)));
}

/** What the directory stores of a person: requests to them and by them, and refusals. */
export interface StoredRequests {
  received: { channel: ChannelId; stranger: UserId; createdAt: number }[];
  made: { channel: ChannelId; user: UserId; createdAt: number }[];
  declined: { stranger: UserId; at: number }[];
}

/** Returns everything that is stored about a person's requests, for the export. */
export async function storedRequests(db: Database, user: UserId): Promise<StoredRequests> {
  const [rows, declined] = await db.batch([
    db
      .select()
      .from(requests)
      .where(or(eq(requests.user, user), eq(requests.stranger, user))),
    db
      .select({ stranger: declinedStrangers.stranger, at: declinedStrangers.at })
      .from(declinedStrangers)
      .where(eq(declinedStrangers.user, user)),
  ]);
  return {
    received: rows
      .filter((row) => row.user === user)
      .map(({ channel, stranger, createdAt }) => ({ channel, stranger, createdAt })),
    made: rows
      .filter((row) => row.stranger === user)
      .map(({ channel, user: asked, createdAt }) => ({ channel, user: asked, createdAt })),
    declined,
  };
}

/**
 * The statements that delete everything about a person's requests, for the batch of an erasure.
 * Direct channels into which the person was asked get a roster without them.
 */
export const eraseRequests = (db: Database, user: UserId, now: number) =>
  [
    ...raiseRosters(db, isAskedInto(user), now),
    db.delete(requests).where(or(eq(requests.user, user), eq(requests.stranger, user))),
    // Two statements, each with an index of its own.
    db.delete(declinedStrangers).where(eq(declinedStrangers.user, user)),
    db.delete(declinedStrangers).where(eq(declinedStrangers.stranger, user)),
  ] as const;

/** Deletes the requests that have lasted too long, declined ones too. */
export async function pruneRequests(db: Database, now: number): Promise<void> {
  await db.delete(requests).where(lt(requests.createdAt, now - limits.requestMs));
}

const isAskedInto = (user: UserId): SQL => sql`${channels.kind} IN ${pairKinds}
  AND ${channels.id} IN (SELECT r.channel FROM ${requests} r WHERE r.user = ${user})`;

async function kindOf(db: Database, channel: ChannelId): Promise<ChannelKind | null> {
  const rows = await db.select({ kind: channels.kind }).from(channels).where(eq(channels.id, channel)).limit(1);
  return rows[0]?.kind ?? null;
}
