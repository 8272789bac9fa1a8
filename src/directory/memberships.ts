// Changes of a channel's members and of the channel itself. Every change raises the channel's
// revision and adds a row to the roster outbox in the same batch, so that the object gets the
// change even if the request fails. The caller has checked the permission
// (`domain/member-permission.ts`).
import { and, eq, inArray, sql } from "drizzle-orm";
import { type ChannelId, limits, type Role, type UserId } from "../protocol";
import type { Database } from "./database";
import { appointOwner, demoteOldOwner } from "./group-owner";
import { FIRST_RETRY_MS } from "./roster-outbox";
import { accounts, channelPreferences, channels, formerMemberships, memberships, rosterOutbox } from "./schema";

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

/** Returns the statements that send a change to the object. */
const enqueued = (db: Database, { channel, actor, subject, now }: ChannelChange) =>
  [
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(eq(channels.id, channel)),
    db.insert(rosterOutbox).select(
      sql`SELECT ${channels.id}, ${channels.revision}, '', ${actor}, ${subject}, ${now}, ${now + FIRST_RETRY_MS}, 0 FROM ${channels}
            WHERE ${channels.id} = ${channel}`,
    ),
  ] as const;

/** Records former members, who keep the right to export and erase what they wrote. */
const recordFormer = (db: Database, which: ReturnType<typeof and>) =>
  db
    .insert(formerMemberships)
    .select(sql`SELECT ${memberships.user}, ${memberships.channel} FROM ${memberships} WHERE ${which}`)
    .onConflictDoNothing();

/**
 * Adds a member. Returns false if the group is full. One statement counts and adds, so that
 * concurrent requests cannot exceed the limit.
 */
export async function addMember(db: Database, change: ChannelChange, role: Role): Promise<boolean> {
  const { channel, subject, now } = change;
  await db.batch([
    db
      .insert(memberships)
      .select(
        sql`SELECT ${channel}, ${accounts.id}, ${role}, ${now} FROM ${accounts}
              WHERE ${accounts.id} = ${subject} AND ${accounts.erasedAt} IS NULL
                AND (SELECT count(*) FROM ${memberships} WHERE ${memberships.channel} = ${channel}) < ${limits.groupMembers}`,
      )
      .onConflictDoNothing(),
    ...enqueued(db, change),
  ]);
  return (await db.select({ user: memberships.user }).from(memberships).where(ofSubject(change)).limit(1)).length === 1;
}

/** Sets a member's role. A new owner replaces the old one, who becomes an admin. */
export async function assignRole(db: Database, change: ChannelChange, role: Role): Promise<void> {
  await db.batch([
    demoteOldOwner(db, change.channel, role === "owner" ? change.subject : null),
    db.update(memberships).set({ role }).where(ofSubject(change)),
    ...enqueued(db, change),
  ]);
}

/** Removes a member. If they owned the group, another member becomes its owner. */
export async function removeMember(db: Database, change: ChannelChange): Promise<void> {
  const { channel } = change;
  await db.batch([
    recordFormer(db, ofSubject(change)),
    db.delete(memberships).where(ofSubject(change)),
    db
      .delete(channelPreferences)
      .where(and(eq(channelPreferences.user, change.subject), eq(channelPreferences.channel, channel))),
    appointOwner(db, channel),
    ...enqueued(db, change),
  ]);
}

/** Removes all members, which is how a group is deleted. */
export async function removeEveryone(db: Database, change: ChannelChange): Promise<void> {
  const everyone = eq(memberships.channel, change.channel);
  await db.batch([
    recordFormer(db, everyone),
    // Before the members, by whom the preferences are found: their index begins with the user.
    db
      .delete(channelPreferences)
      .where(
        and(
          eq(channelPreferences.channel, change.channel),
          inArray(channelPreferences.user, sql`(SELECT ${memberships.user} FROM ${memberships} WHERE ${everyone})`),
        ),
      ),
    db.delete(memberships).where(everyone),
    ...enqueued(db, change),
  ]);
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
