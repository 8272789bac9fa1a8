// The audit logs of guilds. `changeGuildRows` writes each entry in the batch of its change. Nothing
// changes an entry; entries end by their age and with their guild.
import { and, asc, desc, eq, gt, lt, lte, or } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { type AuditKind, type GuildId, limits, type UserId } from "../protocol";
import type { Database } from "./database";
import { guildAudit } from "./guild-schema";
import { accounts } from "./schema";

/** Which entries are read: those by one person or of one kind, before a revision. */
export interface AuditFilter {
  actor?: UserId | undefined;
  kind?: AuditKind | undefined;
  before?: number | undefined;
}

export type AuditRow = typeof guildAudit.$inferSelect;

/** Returns entries of a guild, the newest first, with the people in them. */
export async function listAudit(
  db: Database,
  guild: GuildId,
  { actor, kind, before }: AuditFilter,
  limit: number,
): Promise<{ row: AuditRow; actor: AuditPerson | null; user: AuditPerson | null }[]> {
  const target = alias(accounts, "target");
  const rows = await db
    .select({
      row: guildAudit,
      actor: { id: accounts.id, handle: accounts.handle, name: accounts.name, erasedAt: accounts.erasedAt },
      user: { id: target.id, handle: target.handle, name: target.name, erasedAt: target.erasedAt },
    })
    .from(guildAudit)
    .leftJoin(accounts, eq(accounts.id, guildAudit.actor))
    .leftJoin(target, eq(target.id, guildAudit.target))
    .where(
      and(
        eq(guildAudit.guild, guild),
        actor === undefined ? undefined : eq(guildAudit.actor, actor),
        kind === undefined ? undefined : eq(guildAudit.kind, kind),
        before === undefined ? undefined : lt(guildAudit.revision, before),
      ),
    )
    .orderBy(desc(guildAudit.revision))
    .limit(limit);
  return rows.map((found) => ({ row: found.row, actor: shown(found.actor), user: shown(found.user) }));
}

/** A person in an entry. An erased account has no handle. */
export interface AuditPerson {
  id: UserId;
  handle: string;
  name: string;
}

const shown = (person: (AuditPerson & { erasedAt: number | null }) | null): AuditPerson | null =>
  person && { id: person.id, handle: person.erasedAt === null ? person.handle : "", name: person.name };

/**
 * Returns the entries that a person made in all guilds, for the export: `limit` of those after a
 * guild and a revision.
 */
export const storedAudit = (db: Database, actor: UserId, after: { guild: GuildId; revision: number }, limit: number) =>
  db
    .select()
    .from(guildAudit)
    .where(
      and(
        eq(guildAudit.actor, actor),
        or(
          gt(guildAudit.guild, after.guild),
          and(eq(guildAudit.guild, after.guild), gt(guildAudit.revision, after.revision)),
        ),
      ),
    )
    .orderBy(asc(guildAudit.guild), asc(guildAudit.revision))
    .limit(limit);

/** Deletes the entries that are older than `auditKeptMs`. */
export async function pruneAudit(db: Database, now: number): Promise<void> {
  await db.delete(guildAudit).where(lte(guildAudit.at, now - limits.auditKeptMs));
}
