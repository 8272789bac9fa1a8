// Changes of a channel's members and of the channel itself. Each carries its conditions
// (`conditions.ts`) in its batch and returns whether it was made. A caller that gets false reads
// the channel again to find out why.
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { ChannelId, Role } from "../protocol";
import { actorMay, actorMayChange, hasRoom, isMember, isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { deleteEmptyGroup } from "./deleted-groups";
import { dropAnswered, dropRequests, type EntryRule, entersAtOnce, hasGroupRoom, isPerson } from "./entry-rule";
import { appointOwner, demoteOldOwner } from "./group-owner";
import { dropInvites, forgetRemoval } from "./invite-rule";
import { type ChannelChange, changeRoster } from "./roster-change";
import { accounts, channelPreferences, channels, formerMemberships, memberships } from "./schema";

const ofSubject = ({ channel, subject }: ChannelChange) =>
  and(eq(memberships.channel, channel), eq(memberships.user, subject));

/**
 * Records former members, who keep the right to export and erase what they wrote. `removedAt`: when
 * another member removed them; null if they leave by themselves.
 */
const recordFormer = (db: Database, which: SQL | undefined, removedAt: number | null) =>
  db
    .insert(formerMemberships)
    .select(sql`SELECT ${memberships.user}, ${memberships.channel}, ${removedAt} FROM ${memberships} WHERE ${which}`)
    .onConflictDoUpdate({
      target: [formerMemberships.user, formerMemberships.channel],
      set: { removedAt: sql`excluded.removed_at` },
    });

/**
 * Adds a person who is no member, if the actor may, the account is open, the person needs no
 * request, and the group and the person's list of groups have room.
 */
export async function addMember(db: Database, change: ChannelChange, role: Role, rule: EntryRule): Promise<boolean> {
  const { channel, subject, now } = change;
  const condition = and(
    actorMay(change, { kind: "add", role }),
    isPerson(subject, sql`${entersAtOnce(rule)} AND ${hasGroupRoom}`),
    sql`NOT ${isMember(channel, subject)}`,
    hasRoom(channel),
  );
  return await changeRoster(db, change, condition, (isAdmitted) => [
    db
      .insert(memberships)
      .select(
        sql`SELECT ${channel}, ${accounts.id}, ${role}, ${now} FROM ${accounts} WHERE ${accounts.id} = ${subject} AND ${isAdmitted}`,
      ),
    dropAnswered(db, channel, isAdmitted),
    forgetRemoval(db, channel, subject, isAdmitted),
  ]);
}

/** Sets a member's role. A new owner replaces the old one, who becomes an admin. */
export async function assignRole(db: Database, change: ChannelChange, role: Role): Promise<boolean> {
  const condition = and(
    actorMayChange(change, (from) => ({ kind: "assign", from, to: role })),
    isOpenAccount(change.subject),
  );
  return await changeRoster(db, change, condition, (isAdmitted) => [
    ...(role === "owner" ? [demoteOldOwner(db, change.channel, change.subject, isAdmitted)] : []),
    db
      .update(memberships)
      .set({ role })
      .where(and(ofSubject(change), isAdmitted)),
  ]);
}

/** Removes a member, if the actor may. */
export async function removeMember(db: Database, change: ChannelChange): Promise<boolean> {
  return await endMembership(
    db,
    change,
    actorMayChange(change, (role) => ({ kind: "remove", role })),
  );
}

/**
 * Removes a member at their own request. If they owned the group, another member becomes its owner.
 * A group that its last member leaves is deleted.
 */
export async function leaveGroup(db: Database, change: ChannelChange): Promise<boolean> {
  return await endMembership(db, change, isMember(change.channel, change.subject));
}

async function endMembership(db: Database, change: ChannelChange, condition: SQL): Promise<boolean> {
  const { channel, subject } = change;
  return await changeRoster(db, change, condition, (isAdmitted) => [
    recordFormer(db, and(ofSubject(change), isAdmitted), change.actor === subject ? null : change.now),
    db.delete(memberships).where(and(ofSubject(change), isAdmitted)),
    db
      .delete(channelPreferences)
      .where(and(eq(channelPreferences.user, subject), eq(channelPreferences.channel, channel), isAdmitted)),
    dropRequests(db, channel, subject, isAdmitted),
    dropInvites(db, channel, subject, isAdmitted),
    appointOwner(db, channel, isAdmitted),
    ...deleteEmptyGroup(db, channel, change.now),
  ]);
}

/** Deletes a group: removes all members, and what the directory holds of the group. */
export async function removeEveryone(db: Database, change: ChannelChange): Promise<boolean> {
  const { channel } = change;
  return await changeRoster(db, change, actorMay(change, { kind: "delete" }), (isAdmitted) => [
    db.delete(memberships).where(and(eq(memberships.channel, channel), isAdmitted)),
    dropRequests(db, channel, null, isAdmitted),
    ...deleteEmptyGroup(db, channel, change.now),
  ]);
}

/** Begins a new epoch of the channel's log. Returns false if the channel does not exist. */
export async function beginEpoch(db: Database, channel: ChannelId, now: number): Promise<boolean> {
  return await changeRoster(db, { channel, actor: "", subject: "", now }, undefined, (isAdmitted) => [
    db
      .update(channels)
      .set({ epochNumber: sql`${channels.epochNumber} + 1` })
      .where(and(eq(channels.id, channel), isAdmitted)),
  ]);
}

/** Changes a group's name or topic, if the actor may. */
export async function changeChannel(
  db: Database,
  change: ChannelChange,
  { name, topic }: { name?: string | undefined; topic?: string | undefined },
): Promise<boolean> {
  const values = { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) };
  return await changeRoster(db, change, actorMay(change, { kind: "edit" }), (isAdmitted) => [
    db
      .update(channels)
      .set({ ...values, revision: sql`${channels.revision}` })
      .where(and(eq(channels.id, change.channel), isAdmitted)),
  ]);
}
