// Accounts: the people who can sign in.
import { eq } from "drizzle-orm";
import type { Profile, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts } from "./schema";

export type Account = typeof accounts.$inferSelect;

const profileColumns = { id: accounts.id, handle: accounts.handle, name: accounts.name };

/** Makes an account; false where the handle is taken (which the database decides, so two at once cannot both win). */
export async function createAccount(db: Database, account: Omit<Account, "tokensFrom">): Promise<boolean> {
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

export async function renameAccount(db: Database, id: UserId, name: string): Promise<void> {
  await db.update(accounts).set({ name }).where(eq(accounts.id, id));
}

/** A better hash of the same password, made when its owner signed in. */
export async function rehashPassword(db: Database, id: UserId, passwordHash: string): Promise<void> {
  await db.update(accounts).set({ passwordHash }).where(eq(accounts.id, id));
}
