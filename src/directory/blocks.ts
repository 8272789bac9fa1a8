// Blocks between people. The user object of the person who blocks decides. The directory has a
// copy, by which it hides requests, writes rosters of direct channels and answers push.
import { and, desc, eq, lt, or, type SQL, sql } from "drizzle-orm";
import { directKey } from "../domain/direct";
import type { BlockedPerson, ChannelId, PersonBlock, UserId } from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { raiseRosters } from "./roster-change";
import { blocks } from "./safety-schema";
import { accounts, channels } from "./schema";

/** The condition that the person of the SQL `blocker` blocks the person of the SQL `blocked`. */
export const isBlocking = (blocker: SQL, blocked: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${blocks} b WHERE b.blocker = ${blocker} AND b.blocked = ${blocked})`;

const ofPair = (user: UserId, other: UserId): SQL => sql`${channels.identity} = ${directKey(user, other)}`;

/**
 * Stores a block, or its end. The direct channel of both gets a roster, which tells it. A repeat
 * with the same content changes nothing else.
 */
export async function putBlock(db: Database, me: UserId, { user, at }: PersonBlock, now: number): Promise<void> {
  const change =
    at === 0
      ? db.delete(blocks).where(and(eq(blocks.blocker, me), eq(blocks.blocked, user)))
      : db
          .insert(blocks)
          .select(sql`SELECT ${me}, ${user}, ${at} WHERE ${isOpenAccount(me)} AND ${isOpenAccount(user)}`)
          .onConflictDoUpdate({ target: [blocks.blocker, blocks.blocked], set: { at } });
  await db.batch([change, ...raiseRosters(db, ofPair(me, user), now)]);
}

/** Returns the direct channel of two people; null if there is none. */
export async function directOf(db: Database, user: UserId, other: UserId): Promise<ChannelId | null> {
  const rows = await db.select({ id: channels.id }).from(channels).where(ofPair(user, other)).limit(1);
  return rows[0]?.id ?? null;
}

/** Returns a page of the people whom a person blocks, the newest block first, after `cursor`. */
export async function listBlocks(
  db: Database,
  me: UserId,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<BlockedPerson[]> {
  const older = cursor && or(lt(blocks.at, cursor.at), and(eq(blocks.at, cursor.at), lt(blocks.blocked, cursor.id)));
  const rows = await db
    .select({
      id: accounts.id,
      handle: accounts.handle,
      name: accounts.name,
      at: blocks.at,
      erasedAt: accounts.erasedAt,
    })
    .from(blocks)
    .innerJoin(accounts, eq(accounts.id, blocks.blocked))
    .where(and(eq(blocks.blocker, me), older))
    .orderBy(desc(blocks.at), desc(blocks.blocked))
    .limit(limit);
  return rows.map(({ id, handle, name, at, erasedAt }) => ({
    user: { id, handle: erasedAt === null ? handle : "", name },
    at,
  }));
}

/** Returns everything that is stored about whom a person blocks, for the export. */
export const storedBlocks = async (db: Database, me: UserId): Promise<PersonBlock[]> =>
  await db.select({ user: blocks.blocked, at: blocks.at }).from(blocks).where(eq(blocks.blocker, me));

/** The statements that delete the blocks of a person, and those against them, for an erasure. */
export const eraseBlocks = (db: Database, user: UserId) =>
  [db.delete(blocks).where(eq(blocks.blocker, user)), db.delete(blocks).where(eq(blocks.blocked, user))] as const;
