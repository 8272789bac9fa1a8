// Reports of messages and people: filing, listing and resolving them. Those of a guild belong to
// its moderators, the others to the operator.
import { and, desc, eq, inArray, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import {
  type ChannelId,
  type GuildId,
  limits,
  type Profile,
  type Report,
  type ReportOutcome,
  type UserId,
} from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { operatorActions, reports } from "./safety-schema";
import { accounts } from "./schema";

/** The guild of the reports that belong to the operator. */
export const OF_OPERATOR = "";

type ReportRow = typeof reports.$inferSelect;
/** A new report. `target` identifies what is reported. */
export type FiledReport = Omit<ReportRow, "resolvedAt" | "resolvedBy" | "outcome">;

/**
 * Stores a report. A reporter has one report of a target. While it is open, a repeat changes
 * nothing; after it was resolved, a new one takes its place. Returns the id of the report that is
 * there; null if the reporter has `reportsPerReporter`.
 */
export async function fileReport(db: Database, filed: FiledReport): Promise<string | null> {
  const { id, reporter, target, guild, user, channel, seq, category, text, snapshot, createdAt } = filed;
  const row = { ...filed, resolvedAt: null, resolvedBy: null, outcome: null };
  const json = snapshot && JSON.stringify(snapshot);
  const ofReporter = sql`(SELECT count(*) FROM ${reports} r WHERE r.reporter = ${reporter})`;
  const [, found] = await db.batch([
    db
      .insert(reports)
      .select(
        sql`SELECT ${id}, ${reporter}, ${target}, ${guild}, ${user}, ${channel}, ${seq}, ${category}, ${text}, ${json},
              ${createdAt}, NULL, NULL, NULL WHERE ${ofReporter} < ${limits.reportsPerReporter}`,
      )
      .onConflictDoUpdate({
        target: [reports.reporter, reports.target],
        set: row,
        setWhere: isNotNull(reports.resolvedAt),
      }),
    db
      .select({ id: reports.id })
      .from(reports)
      .where(and(eq(reports.reporter, reporter), eq(reports.target, target))),
  ]);
  return found[0]?.id ?? null;
}

/** Whose reports, and those of which channels besides those of people; null for all. */
export interface ReportPlace {
  guild: GuildId | typeof OF_OPERATOR;
  channels: readonly ChannelId[] | null;
}

/** Which reports are listed. */
export interface ReportFilter extends ReportPlace {
  isResolved: boolean;
  before?: { at: number; id: string } | undefined;
}

const isShownIn = (channels: readonly ChannelId[] | null): SQL | undefined =>
  channels === null
    ? undefined
    : or(
        isNull(reports.channel),
        inArray(reports.channel, sql`(SELECT value FROM json_each(${JSON.stringify(channels)}))`),
      );

/** Returns reports, the newest first. */
export async function listReports(
  db: Database,
  { guild, isResolved, channels, before }: ReportFilter,
  limit: number,
): Promise<Report[]> {
  const user = alias(accounts, "reported");
  const resolver = alias(accounts, "resolver");
  const older =
    before && or(lt(reports.createdAt, before.at), and(eq(reports.createdAt, before.at), lt(reports.id, before.id)));
  const rows = await db
    .select({
      row: reports,
      reporter: { id: accounts.id, handle: accounts.handle, name: accounts.name, erasedAt: accounts.erasedAt },
      user: { id: user.id, handle: user.handle, name: user.name, erasedAt: user.erasedAt },
      resolver: { id: resolver.id, handle: resolver.handle, name: resolver.name, erasedAt: resolver.erasedAt },
    })
    .from(reports)
    .innerJoin(accounts, eq(accounts.id, reports.reporter))
    .innerJoin(user, eq(user.id, reports.user))
    .leftJoin(resolver, eq(resolver.id, reports.resolvedBy))
    .where(
      and(
        eq(reports.guild, guild),
        isResolved ? isNotNull(reports.resolvedAt) : isNull(reports.resolvedAt),
        isShownIn(channels),
        older,
      ),
    )
    .orderBy(desc(reports.createdAt), desc(reports.id))
    .limit(limit);
  return rows.map(({ row, ...people }) => {
    const { id, channel, seq, category, text, snapshot, createdAt, resolvedAt, outcome } = row;
    return {
      ...{ id, reporter: profileOf(people.reporter), user: profileOf(people.user), channel, seq, category, text },
      ...{ snapshot, createdAt, resolvedAt, resolvedBy: people.resolver && profileOf(people.resolver), outcome },
    };
  });
}

const profileOf = ({ id, handle, name, erasedAt }: Profile & { erasedAt: number | null }): Profile => ({
  id,
  handle: erasedAt === null ? handle : "",
  name,
});

/** Who resolves a report. */
export interface ReportResolution {
  id: string;
  outcome: ReportOutcome;
  now: number;
}

/**
 * Resolves a report of a guild if `condition` holds. Returns whether it does, and there is one that
 * the moderator may see.
 */
export async function resolveForGuild(
  db: Database,
  { guild, channels }: ReportPlace,
  moderator: UserId,
  { id, outcome, now }: ReportResolution,
  condition: SQL,
): Promise<boolean> {
  const resolved = await db
    .update(reports)
    .set({ outcome, resolvedAt: now, resolvedBy: moderator })
    .where(and(eq(reports.id, id), eq(reports.guild, guild), isShownIn(channels), isOpenAccount(moderator), condition))
    .returning({ id: reports.id });
  return resolved.length > 0;
}

/** Whether a guild has a report that a moderator may see. */
export async function hasReport(db: Database, { guild, channels }: ReportPlace, id: string): Promise<boolean> {
  const found = await db
    .select({ id: reports.id })
    .from(reports)
    .where(and(eq(reports.id, id), eq(reports.guild, guild), isShownIn(channels)));
  return found.length > 0;
}

/** Resolves a report of the operator, with an entry of the log. Returns whether there is one. */
export async function resolveForOperator(db: Database, { id, outcome, now }: ReportResolution): Promise<boolean> {
  const isOfOperator = and(eq(reports.id, id), eq(reports.guild, OF_OPERATOR));
  const [, resolved] = await db.batch([
    db.insert(operatorActions).select(
      sql`SELECT NULL, ${now}, 'report.resolved', ${reports.id}, ${outcome} FROM ${reports}
              WHERE ${isOfOperator} AND ${reports.outcome} IS NOT ${outcome}`,
    ),
    db
      .update(reports)
      .set({ outcome, resolvedAt: now, resolvedBy: null })
      .where(isOfOperator)
      .returning({ id: reports.id }),
  ]);
  return resolved.length > 0;
}

/** Returns the reports that a person made, for the export, without what others wrote. */
export const storedReports = async (db: Database, reporter: UserId) =>
  await db
    .select({
      ...{ id: reports.id, user: reports.user, guild: reports.guild, channel: reports.channel, seq: reports.seq },
      ...{ category: reports.category, text: reports.text, createdAt: reports.createdAt },
      ...{ resolvedAt: reports.resolvedAt, outcome: reports.outcome },
    })
    .from(reports)
    .where(eq(reports.reporter, reporter));

/** The statements that delete the reports by a person and about them, for an erasure. */
export const eraseReports = (db: Database, user: UserId) =>
  [
    db.delete(reports).where(eq(reports.reporter, user)),
    db.delete(reports).where(eq(reports.user, user)),
    db.update(reports).set({ resolvedBy: "" }).where(eq(reports.resolvedBy, user)),
  ] as const;

/** Deletes the reports that have been kept for `reportKeptMs`. */
export async function pruneOldReports(db: Database, now: number): Promise<void> {
  const until = now - limits.reportKeptMs;
  await db.delete(reports).where(sql`coalesce(${reports.resolvedAt}, ${reports.createdAt}) < ${until}`);
}
