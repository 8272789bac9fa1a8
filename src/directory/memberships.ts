// Changes of a channel's members and of the channel itself. Every change raises the channel's
// revision and adds a row to the roster outbox in the same batch, so that the object gets the
// change even if the request fails. The caller has checked the permission
// (`domain/member-permission.ts`).
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { ChannelId, Role, UserId } from "../protocol";
import type { Database } from "./database";
import {
  askPeople,
  dropAnswered,
  dropRequestsBy,
  type EntryRefusal,
  type EntryRule,
  entersAtOnce,
  hasGroupRoom,
  hasMemberRoom,
  refusalOf,
} from "./entry-rule";
import { appointOwner, demoteOldOwner } from "./group-owner";
import { FIRST_RETRY_MS } from "./roster-outbox";
import {
  accounts,
  channelPreferences,
  channels,
  formerMemberships,
  memberships,
  requests,
  rosterOutbox,
} from "./schema";

/** A change of a channel or of one of its members. */
export interface ChannelChange {
  channel: ChannelId;
  /** Empty for the operator. */
  actor: UserId | "";
  /** The member that changes; empty for the channel itself. */
  subject: UserId | "";
  now: number;
}

const ofSubject = ({ channel, subject }: ChannelChange) =>
  and(eq(memberships.channel, channel), eq(memberships.user, subject));

/**
 * Returns the statements that send a change to the object. With `condition`, on the row of
 * `channels`, only if it holds.
 */
export const enqueued = (db: Database, { channel, actor, subject, now }: ChannelChange, condition: SQL = sql`true`) =>
  [
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(and(eq(channels.id, channel), condition)),
    db.insert(rosterOutbox).select(
      sql`SELECT ${channels.id}, ${channels.revision}, '', ${actor}, ${subject}, ${now}, ${now + FIRST_RETRY_MS}, 0 FROM ${channels}
            WHERE ${channels.id} = ${channel} AND ${condition}`,
    ),
  ] as const;

/** The condition that a change has just added its subject. */
const wasAdded = ({ subject, now }: ChannelChange): SQL => sql`EXISTS (SELECT 1 FROM ${memberships} m
  WHERE m.channel = ${channels.id} AND m.user = ${subject} AND m.joined_at = ${now})`;

/** Records former members, who keep the right to export and erase what they wrote. */
const recordFormer = (db: Database, which: ReturnType<typeof and>) =>
  db
    .insert(formerMemberships)
    .select(sql`SELECT ${memberships.user}, ${memberships.channel} FROM ${memberships} WHERE ${which}`)
    .onConflictDoNothing();

/** What an addition did. `isNew`: whether this addition asked the person. */
export type Addition = { kind: "member" } | { kind: "asked"; isNew: boolean } | { kind: "refused"; code: EntryRefusal };

/**
 * Adds a member, or asks a person who does not enter without a request. One statement counts and
 * adds, so that concurrent requests cannot exceed the limits.
 */
export async function addMember(db: Database, change: ChannelChange, role: Role, rule: EntryRule): Promise<Addition> {
  const { channel, subject, now } = change;
  const [, asked] = await db.batch([
    db
      .insert(memberships)
      .select(
        sql`SELECT ${channel}, ${accounts.id}, ${role}, ${now} FROM ${accounts}
              WHERE ${accounts.id} = ${subject} AND ${accounts.erasedAt} IS NULL
                AND ${hasMemberRoom(channel)} AND ${hasGroupRoom} AND ${entersAtOnce(rule)}`,
      )
      .onConflictDoNothing(),
    askPeople(db, rule, channel, [subject], now, hasMemberRoom(channel)),
    dropAnswered(db, channel),
    ...enqueued(db, change, wasAdded(change)),
  ]);
  if (asked.length > 0) return { kind: "asked", isNew: true };
  const [members, pending] = await db.batch([
    db.select({ user: memberships.user }).from(memberships).where(ofSubject(change)).limit(1),
    db
      .select({ user: requests.user })
      .from(requests)
      .where(and(eq(requests.channel, channel), eq(requests.user, subject))),
  ]);
  if (members.length > 0) return { kind: "member" };
  if (pending.length > 0) return { kind: "asked", isNew: false };
  return { kind: "refused", code: await refusalOf(db, rule, channel, "group", subject) };
}

/** Sets a member's role. A new owner replaces the old one, who becomes an admin. */
export async function assignRole(db: Database, change: ChannelChange, role: Role): Promise<void> {
  await db.batch([
    demoteOldOwner(db, change.channel, role === "owner" ? change.subject : null),
    db.update(memberships).set({ role }).where(ofSubject(change)),
    ...enqueued(db, change),
  ]);
}

/**
 * Removes a member and the requests that they made. If they owned the group, another member becomes
 * its owner. Returns the people whose request is gone.
 */
export async function removeMember(db: Database, change: ChannelChange): Promise<UserId[]> {
  const { channel } = change;
  const [withdrawn] = await db.batch([
    dropRequestsBy(db, channel, change.subject),
    recordFormer(db, ofSubject(change)),
    db.delete(memberships).where(ofSubject(change)),
    db
      .delete(channelPreferences)
      .where(and(eq(channelPreferences.user, change.subject), eq(channelPreferences.channel, channel))),
    appointOwner(db, channel),
    ...enqueued(db, change),
  ]);
  return withdrawn.map(({ user }) => user);
}

/**
 * Removes all members, which is how a group is deleted, and its requests. Returns the people whose
 * request is gone.
 */
export async function removeEveryone(db: Database, change: ChannelChange): Promise<UserId[]> {
  const everyone = eq(memberships.channel, change.channel);
  const [withdrawn] = await db.batch([
    dropRequestsBy(db, change.channel, null),
    recordFormer(db, everyone),
    db.delete(memberships).where(everyone),
    db.delete(channelPreferences).where(eq(channelPreferences.channel, change.channel)),
    ...enqueued(db, change),
  ]);
  return withdrawn.map(({ user }) => user);
}

/** Begins a new epoch of the channel's log. Returns false if the channel does not exist. */
export async function beginEpoch(db: Database, channel: ChannelId, now: number): Promise<boolean> {
  const change: ChannelChange = { channel, actor: "", subject: "", now };
  const [updated] = await db.batch([
    db
      .update(channels)
      .set({ epochNumber: sql`${channels.epochNumber} + 1` })
      .where(eq(channels.id, channel))
      .returning({ id: channels.id }),
    ...enqueued(db, change),
  ]);
  return updated.length === 1;
}

/** Changes a group's name or topic. */
export async function changeChannel(
  db: Database,
  change: ChannelChange,
  { name, topic }: { name?: string | undefined; topic?: string | undefined },
): Promise<void> {
  const values = { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) };
  await db.batch([
    db
      .update(channels)
      .set({ ...values, revision: sql`${channels.revision}` })
      .where(eq(channels.id, change.channel)),
    ...enqueued(db, change),
  ]);
}
