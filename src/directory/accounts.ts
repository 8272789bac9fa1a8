// Accounts: the people who can sign in.
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Profile, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channels, memberships, rosterOutbox } from "./schema";

export type Account = typeof accounts.$inferSelect;

const profileColumns = { id: accounts.id, handle: accounts.handle, name: accounts.name };

/** Makes an account; false where the handle is taken (which the database decides, so two at once cannot both win). */
export async function createAccount(db: Database, account: Omit<Account, "tokensFrom" | "receipts">): Promise<boolean> {
  const made = await db.insert(accounts).values(account).onConflictDoNothing().returning({ id: accounts.id });
  return made.length === 1;
}

export async function findAccount(db: Database, by: { handle: string } | { id: UserId }): Promise<Account | null> {
  const condition = "handle" in by ? eq(accounts.handle, by.handle) : eq(accounts.id, by.id);
  return (await db.select().from(accounts).where(condition).limit(1))[0] ?? null;
}

export async function findProfile(db: Database, by: { handle: string } | { id: UserId }): Promise<Profile | null> {
  const condition = "handle" in by ? eq(accounts.handle, by.handle) : eq(accounts.id, by.id);
  return (await db.select(profileColumns).from(accounts).where(condition).limit(1))[0] ?? null;
}

/** Changes a name, and whether others see how far this person has read: the latter is mirrored by every channel of theirs. */
export async function changeAccount(
  db: Database,
  id: UserId,
  change: { name?: string | undefined; receipts?: boolean | undefined },
  now: number,
): Promise<void> {
  const { name, receipts } = change;
  if (name !== undefined) await db.update(accounts).set({ name }).where(eq(accounts.id, id));
  if (receipts === undefined) return;
  const mine = db.select({ channel: memberships.channel }).from(memberships).where(eq(memberships.user, id));
  await db.batch([
    db.update(accounts).set({ receipts }).where(eq(accounts.id, id)),
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(inArray(channels.id, mine)),
    db
      .insert(rosterOutbox)
      .select(
        sql`SELECT ${channels.id}, ${channels.revision}, '', '', '', ${now} FROM ${channels} WHERE ${channels.id} IN ${mine}`,
      ),
  ]);
}

/** A better hash of the same password, made when its owner signed in. */
export async function rehashPassword(db: Database, known: Account, passwordHash: string): Promise<void> {
  const isUnchanged = and(eq(accounts.id, known.id), eq(accounts.passwordHash, known.passwordHash));
  await db.update(accounts).set({ passwordHash }).where(isUnchanged);
}
