// Admits people by invites. The batch that creates the membership also counts the use, and both
// carry the condition that the invite admits the person. So no use is lost or counted twice. A
// person who is a member already gets the same answer again, and no use is counted.
import { and, eq, or, type SQL, sql } from "drizzle-orm";
import { directKey } from "../domain/direct";
import type { ChannelId, UserId } from "../protocol";
import { directProposal } from "./channels";
import { hasRoom, isMember, isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { dropAnswered, hasGroupRoom, isPerson, peopleIn } from "./entry-rule";
import { countUse, forgetRemoval, type InviteUse, isAdmittedBy } from "./invite-rule";
import { type ChannelChange, changeRoster, outboxRow } from "./roster-change";
import { accounts, channels, declinedStrangers, memberships, rosterOutbox } from "./schema";

/**
 * Makes a person a member of a group, if the invite admits them, they are no member, and the group
 * and their list of groups have room. Returns the group; null if it did not.
 */
export async function enterGroup(db: Database, use: InviteUse, channel: ChannelId): Promise<ChannelId | null> {
  const { user, now } = use;
  const condition = and(
    isAdmittedBy(use),
    sql`NOT ${isMember(channel, user)}`,
    hasRoom(channel),
    isPerson(user, hasGroupRoom),
  );
  const change: ChannelChange = { channel, actor: user, subject: user, now };
  const hasEntered = await changeRoster(db, change, condition, (isAdmitted) => [
    db
      .insert(memberships)
      .select(
        sql`SELECT ${channel}, ${accounts.id}, 'member', ${now} FROM ${accounts} WHERE ${accounts.id} = ${user} AND ${isAdmitted}`,
      ),
    countUse(db, use, isAdmitted),
    dropAnswered(db, channel, isAdmitted),
    forgetRemoval(db, channel, user, isAdmitted),
  ]);
  return hasEntered ? channel : null;
}

/** Why an admitted person cannot enter a group; null if another request was faster. */
export async function groupRefusal(
  db: Database,
  channel: ChannelId,
  user: UserId,
): Promise<"group_full" | "too_many_groups" | null> {
  const [found] = await db.all<{ room: number; groups: number }>(
    sql`SELECT ${hasRoom(channel)} AS room, ${isPerson(user, hasGroupRoom)} AS "groups"`,
  );
  if (!found?.room) return "group_full";
  return found.groups ? null : "too_many_groups";
}

/**
 * Opens the direct channel with the person who made the invite, if it admits the caller. Both are
 * members afterwards, without a request: the invite is the consent of one, its use that of the
 * other. `newId` is the id of a channel that does not exist yet. Returns the channel; null if the
 * caller did not enter it.
 */
export async function enterDirect(
  db: Database,
  use: InviteUse,
  owner: UserId,
  newId: ChannelId,
): Promise<ChannelId | null> {
  const { user, now } = use;
  const ofPair = eq(channels.identity, directKey(user, owner));
  const [known] = await db.select({ id: channels.id }).from(channels).where(ofPair).limit(1);
  if (!known) return (await createDirect(db, use, owner, newId)) ? newId : null;
  const isWhole = sql`(${isMember(known.id, user)} AND ${isMember(known.id, owner)})`;
  const condition = and(isAdmittedBy(use), isOpenAccount(user), sql`NOT ${isWhole}`);
  const change: ChannelChange = { channel: known.id, actor: user, subject: "", now };
  const hasEntered = await changeRoster(db, change, condition, (isAdmitted) => [
    db
      .insert(memberships)
      .select(
        sql`SELECT ${known.id}, ${accounts.id}, 'member', ${now} FROM ${accounts} WHERE ${peopleIn([user, owner])} AND ${isAdmitted}`,
      )
      .onConflictDoNothing(),
    countUse(db, use, isAdmitted),
    dropAnswered(db, known.id, isAdmitted),
    takeBackRefusals(db, user, owner, isAdmitted),
  ]);
  return hasEntered ? known.id : null;
}

async function createDirect(db: Database, use: InviteUse, owner: UserId, newId: ChannelId): Promise<boolean> {
  const { user, now } = use;
  const { kind, identity, name, topic, history } = directProposal(newId, user, owner);
  // Only this request made a channel with this id. The channel of another request has another one.
  const isCreated = sql`EXISTS (SELECT 1 FROM ${channels} created WHERE created.id = ${newId})`;
  const [created] = await db.batch([
    db
      .insert(channels)
      .select(
        sql`SELECT ${newId}, ${kind}, ${identity}, ${name}, ${topic}, ${history}, 1, 1, ${user}, ${now}
              WHERE ${isAdmittedBy(use)} AND ${isOpenAccount(user)}`,
      )
      .onConflictDoNothing()
      .returning({ id: channels.id }),
    db
      .insert(memberships)
      .select(
        sql`SELECT ${newId}, ${accounts.id}, 'member', ${now} FROM ${accounts} WHERE ${peopleIn([user, owner])} AND ${isCreated}`,
      ),
    countUse(db, use, isCreated),
    takeBackRefusals(db, user, owner, isCreated),
    db
      .insert(rosterOutbox)
      .select(
        sql`SELECT ${outboxRow({ actor: user, subject: "", now })} FROM ${channels} WHERE ${channels.id} = ${newId}`,
      ),
  ]);
  return created.length === 1;
}

/** A person who makes or uses an invite takes back an earlier refusal of the other one. */
const takeBackRefusals = (db: Database, one: UserId, other: UserId, isAdmitted: SQL) =>
  db
    .delete(declinedStrangers)
    .where(
      and(
        or(
          and(eq(declinedStrangers.user, one), eq(declinedStrangers.stranger, other)),
          and(eq(declinedStrangers.user, other), eq(declinedStrangers.stranger, one)),
        ),
        isAdmitted,
      ),
    );
