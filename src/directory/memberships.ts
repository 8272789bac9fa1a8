// Who is in a group, and as what. Every change raises the channel's revision and stands in the outbox in the same batch, so that the
// object hears of it whatever happens to the request. Who may do it is decided before (`domain/membership.ts`).
import { and, eq, ne, sql } from "drizzle-orm";
import { type ChannelId, limits, type Role, type UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channels, formerMemberships, memberships, notifyChannels, rosterOutbox } from "./schema";

/** Who changes what: `subject` is the person it is done to, empty for the channel itself. */
export interface MembershipChange {
  channel: ChannelId;
  /** Empty for an operator. */
  actor: UserId | "";
  subject: UserId | "";
  now: number;
}

const ofSubject = ({ channel, subject }: MembershipChange) =>
  and(eq(memberships.channel, channel), eq(memberships.user, subject));

/** The statements that make a change known to its object. */
const announced = (db: Database, { channel, actor, subject, now }: MembershipChange) =>
  [
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(eq(channels.id, channel)),
    db.insert(rosterOutbox).select(
      sql`SELECT ${channels.id}, ${channels.revision}, '', ${actor}, ${subject}, ${now} FROM ${channels}
            WHERE ${channels.id} = ${channel}`,
    ),
  ] as const;

/** Where they were stays known: what they wrote there is theirs. */
const remembered = (db: Database, which: ReturnType<typeof and>) =>
  db
    .insert(formerMemberships)
    .select(sql`SELECT ${memberships.user}, ${memberships.channel} FROM ${memberships} WHERE ${which}`)
    .onConflictDoNothing();

/** Adds a member; false where the group is full. One statement counts and adds, so that two hundred at once fill exactly the room there is. */
export async function addMember(db: Database, change: MembershipChange, role: Role): Promise<boolean> {
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
    ...announced(db, change),
  ]);
  return (await db.select({ user: memberships.user }).from(memberships).where(ofSubject(change)).limit(1)).length === 1;
}

/** Gives a member a role. A new owner takes the place of the old one, who becomes an admin. */
export async function assignRole(db: Database, change: MembershipChange, role: Role): Promise<void> {
  const isOldOwner = and(
    eq(memberships.channel, change.channel),
    eq(memberships.role, "owner"),
    ne(memberships.user, change.subject),
  );
  await db.batch([
    db
      .update(memberships)
      .set({ role: "admin" })
      .where(and(isOldOwner, role === "owner" ? undefined : sql`false`)),
    db.update(memberships).set({ role }).where(ofSubject(change)),
    ...announced(db, change),
  ]);
}

/** Removes a member. An owner who goes hands over to the longest-standing admin, or member where there is no admin. */
export async function removeMember(db: Database, change: MembershipChange): Promise<void> {
  const { channel } = change;
  const heir = sql`(SELECT user FROM ${memberships} WHERE ${memberships.channel} = ${channel}
    ORDER BY role = 'admin' DESC, joined_at, user LIMIT 1)`;
  const orphaned = sql`NOT EXISTS (SELECT 1 FROM ${memberships} m WHERE m.channel = ${channel} AND m.role = 'owner')`;
  await db.batch([
    remembered(db, ofSubject(change)),
    db.delete(memberships).where(ofSubject(change)),
    db.delete(notifyChannels).where(and(eq(notifyChannels.user, change.subject), eq(notifyChannels.channel, channel))),
    db
      .update(memberships)
      .set({ role: "owner" })
      .where(and(eq(memberships.channel, channel), sql`${memberships.user} = ${heir}`, orphaned)),
    ...announced(db, change),
  ]);
}

/** Removes everyone: the channel is nobody's any more. */
export async function removeEveryone(db: Database, change: MembershipChange): Promise<void> {
  const everyone = eq(memberships.channel, change.channel);
  await db.batch([
    remembered(db, everyone),
    db.delete(memberships).where(everyone),
    db.delete(notifyChannels).where(eq(notifyChannels.channel, change.channel)),
    ...announced(db, change),
  ]);
}

/** Begins another life of the channel's log. Answers false for no channel. */
export async function renewChannel(db: Database, channel: ChannelId, now: number): Promise<boolean> {
  const change: MembershipChange = { channel, actor: "", subject: "", now };
  const [renewed] = await db.batch([
    db
      .update(channels)
      .set({ life: sql`${channels.life} + 1` })
      .where(eq(channels.id, channel))
      .returning({ id: channels.id }),
    ...announced(db, change),
  ]);
  return renewed.length === 1;
}

export async function renameChannel(
  db: Database,
  change: MembershipChange,
  { name, topic }: { name?: string | undefined; topic?: string | undefined },
): Promise<void> {
  const values = { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) };
  await db.batch([
    db
      .update(channels)
      .set({ ...values, revision: sql`${channels.revision}` })
      .where(eq(channels.id, change.channel)),
    ...announced(db, change),
  ]);
}
