// Accounts: the people who can sign in. Whether a handle is free is decided by the database, so
// that two registrations at once cannot both get it.
import { and, asc, eq, gt, inArray, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { PresenceMode, Profile, UserId } from "../protocol";
import type { Database } from "./database";
import { raiseGuilds } from "./guild-change";
import { guildMembers, guilds } from "./guild-schema";
import { raiseRosters } from "./roster-change";
import { accounts, channels, memberships, reservedHandles } from "./schema";

export type Account = typeof accounts.$inferSelect;

const isAccount = (by: { handle: string } | { id: UserId }) =>
  "handle" in by ? eq(accounts.handle, by.handle) : eq(accounts.id, by.id);

const profileColumns = { id: accounts.id, handle: accounts.handle, name: accounts.name };

/** Creates an account. Returns null if the handle is taken, or reserved after an erasure. */
export async function createAccount(
  db: Database,
  { id, handle, name, passwordHash, createdAt }: Pick<Account, "id" | "handle" | "name" | "passwordHash" | "createdAt">,
): Promise<Account | null> {
  const reserved = sql`SELECT 1 FROM ${reservedHandles} WHERE ${reservedHandles.handle} = ${handle} AND ${reservedHandles.until} > ${createdAt}`;
  const created = await db
    .insert(accounts)
    .select(
      sql`SELECT ${id}, ${handle}, ${name}, ${passwordHash}, 0, true, ${createdAt}, 'auto', true, NULL, NULL, NULL
            WHERE NOT EXISTS (${reserved})`,
    )
    .onConflictDoNothing()
    .returning();
  return created[0] ?? null;
}

export async function findAccount(db: Database, by: { handle: string } | { id: UserId }): Promise<Account | null> {
  const condition = and(isAccount(by), isNull(accounts.erasedAt));
  return (await db.select().from(accounts).where(condition).limit(1))[0] ?? null;
}

export async function findProfile(db: Database, by: { handle: string } | { id: UserId }): Promise<Profile | null> {
  const condition = and(isAccount(by), isNull(accounts.erasedAt));
  return (await db.select(profileColumns).from(accounts).where(condition).limit(1))[0] ?? null;
}

/** The guilds of an open account that meets a condition. Their channels mirror the account too. */
const ownGuilds = (db: Database, id: UserId, condition: SQL | undefined) =>
  db
    .select({ guild: guildMembers.guild })
    .from(guildMembers)
    .innerJoin(accounts, eq(accounts.id, guildMembers.user))
    .where(and(eq(guildMembers.user, id), isNull(accounts.erasedAt), condition));

/**
 * Changes the name, the receipts and the presence mode. Every channel of the person mirrors the
 * receipts and whether the person is invisible, so their rosters change too, but only if one of the
 * two has another value. Returns the account after the change; null, and changes nothing, if the
 * account is erased.
 */
export async function changeAccount(
  db: Database,
  id: UserId,
  change: { name?: string | undefined; receipts?: boolean | undefined; presence?: PresenceMode | undefined },
  now: number,
): Promise<Account | null> {
  const { name, receipts, presence } = change;
  const isOpen = and(eq(accounts.id, id), isNull(accounts.erasedAt));
  const values = {
    ...(name !== undefined && { name }),
    ...(receipts !== undefined && { receipts }),
    ...(presence !== undefined && { presence }),
  };
  if (Object.keys(values).length === 0) return await findAccount(db, { id });
  const update = db.update(accounts).set(values).where(isOpen).returning();
  if (receipts === undefined && presence === undefined) return (await update)[0] ?? null;
  const isMirrorStale = or(
    receipts === undefined ? undefined : ne(accounts.receipts, receipts),
    presence === undefined ? undefined : sql`(${accounts.presence} = 'invisible') <> ${presence === "invisible"}`,
  );
  const ownChannels = db
    .select({ channel: memberships.channel })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.user))
    .where(and(eq(memberships.user, id), isNull(accounts.erasedAt), isMirrorStale));
  const [, , , , updated] = await db.batch([
    ...raiseRosters(db, inArray(channels.id, ownChannels), now),
    ...raiseGuilds(db, inArray(guilds.id, ownGuilds(db, id, isMirrorStale)), id, now),
    // Last, because the statements above compare with the values before.
    update,
  ]);
  return updated[0] ?? null;
}

/**
 * Changes the handle, from the one that was read before. Every channel of the person mirrors the
 * handle, so their rosters change too. Returns the account after the change; null, and changes
 * nothing, if the new handle is taken, or reserved after an erasure.
 */
export async function changeHandle(
  db: Database,
  { id, handle: from }: Pick<Account, "id" | "handle">,
  to: string,
  now: number,
): Promise<Account | null> {
  const isOpen = and(eq(accounts.id, id), eq(accounts.handle, from), isNull(accounts.erasedAt));
  const isFree = sql`NOT EXISTS (SELECT 1 FROM ${accounts} AS other WHERE other.handle = ${to})
    AND NOT EXISTS (SELECT 1 FROM ${reservedHandles} WHERE ${reservedHandles.handle} = ${to} AND ${reservedHandles.until} > ${now})`;
  const ownChannels = db
    .select({ channel: memberships.channel })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.user))
    .where(and(isOpen, isFree));
  const [, , , , updated] = await db.batch([
    ...raiseRosters(db, inArray(channels.id, ownChannels), now),
    ...raiseGuilds(db, inArray(guilds.id, ownGuilds(db, id, and(isOpen, isFree))), id, now),
    // Last, because the statements above compare with the handle before.
    db.update(accounts).set({ handle: to }).where(and(isOpen, isFree)).returning(),
  ]);
  return updated[0] ?? null;
}

/**
 * Stores a hash of the same password at another cost, unless the password has changed meanwhile.
 */
export async function rehashPassword(db: Database, account: Account, passwordHash: string): Promise<void> {
  const isUnchanged = and(eq(accounts.id, account.id), eq(accounts.passwordHash, account.passwordHash));
  await db.update(accounts).set({ passwordHash }).where(isUnchanged);
}

/** Returns the ids of all accounts after `after`, ascending, erased ones included. */
export async function accountIdsAfter(db: Database, limit: number, after: string): Promise<UserId[]> {
  const rows = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(gt(accounts.id, after))
    .orderBy(asc(accounts.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
