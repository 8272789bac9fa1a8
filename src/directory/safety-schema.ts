// The tables of blocks, reports, suspensions and the operator's log. All times are epoch
// milliseconds.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { OperatorActionKind, ReportCategory, ReportOutcome, ReportSnapshot } from "../protocol";

/**
 * Whom a person blocks. Their user object decides on it and stores it first: see
 * `user/settings.ts`.
 */
export const blocks = sqliteTable(
  "blocks",
  {
    blocker: text("blocker").notNull(),
    blocked: text("blocked").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.blocker, table.blocked] }), index("blocks_by_blocked").on(table.blocked)],
);

/** Reports of messages and people. Those of one guild are a list; the operator has the others. */
export const reports = sqliteTable(
  "reports",
  {
    id: text("id").primaryKey(),
    reporter: text("reporter").notNull(),
    /** What is reported, so that a repeat of the same reporter is one report. */
    target: text("target").notNull(),
    /** The guild whose moderators read the report; empty for the operator. */
    guild: text("guild").notNull(),
    /** The person who is reported: the author of the message. */
    user: text("user").notNull(),
    /** The message; both null for a report of a person. */
    channel: text("channel"),
    seq: integer("seq"),
    category: text("category").$type<ReportCategory>().notNull(),
    text: text("text").notNull(),
    /** JSON: the message as the reporter saw it; null for a report of a person. */
    snapshot: text("snapshot", { mode: "json" }).$type<ReportSnapshot>(),
    createdAt: integer("created_at").notNull(),
    /** Null until the report is resolved. Without `resolvedBy` the operator resolved it. */
    resolvedAt: integer("resolved_at"),
    resolvedBy: text("resolved_by"),
    outcome: text("outcome").$type<ReportOutcome>(),
  },
  (table) => [
    uniqueIndex("reports_by_target").on(table.reporter, table.target),
    index("reports_by_guild").on(table.guild, table.createdAt),
    index("reports_by_user").on(table.user),
    index("reports_by_resolver").on(table.resolvedBy).where(sql`resolved_by IS NOT NULL`),
  ],
);

/** Accounts that the operator has suspended. */
export const suspensions = sqliteTable("suspensions", {
  account: text("account").primaryKey(),
  at: integer("at").notNull(),
  /** The person reads it when they sign in. */
  reason: text("reason").notNull(),
});

/** What the operator has done, in the order of the ids. Rows are only added. */
export const operatorActions = sqliteTable("operator_actions", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  kind: text("kind").$type<OperatorActionKind>().notNull(),
  /** The account, channel or report that it concerns. */
  target: text("target").notNull(),
  detail: text("detail").notNull(),
});
