// Reads what one person wrote and did in the log, batch by batch. Each batch searches a limited
// part of the log, so it may be empty although more follow.
import { charactersOf } from "../../domain/message";
import type { PersonalAction, PersonalVersion } from "../../domain/personal-data";
import type { Batch } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
import { AUTHOR_SCAN_ENTRIES, type VersionColumns, versionOf } from "./history";

/** The most actions of one batch. */
const ACTIONS_MAX = 1_000;

/** Returns earlier parts of a person's messages, in the order in which they were set. */
export function readVersionsBy(sql: SqlStorage, head: number, user: string, after: number): Batch<PersonalVersion> {
  const end = Math.min(head, after + AUTHOR_SCAN_ENTRIES);
  const items: PersonalVersion[] = [];
  let characters = 0;
  // The versions are read first, in their order, so that the search stays in its part of the log.
  const rows = sql.exec<VersionColumns & { seq: number }>(
    `SELECT v.target AS seq, v.version, v.at, v.body AS text, v.parts FROM versions v CROSS JOIN current_entries e
       WHERE v.version > ? AND v.version <= ? AND e.seq = v.target AND e.actor = ? AND e.deleted = 0 ORDER BY v.version`,
    ...[after, end, user],
  );
  for (const row of rows) {
    const version = versionOf(row);
    characters += charactersOf(version);
    const last = items.at(-1);
    if (last && characters > tuning.resumePageBytes) return { items, after: last.version };
    items.push({ seq: row.seq, ...version });
  }
  return { items, after: end < head ? end : null };
}

/** Returns a person's entries, except messages that are not deleted. */
export function readActionsBy(sql: SqlStorage, head: number, user: string, after: number): Batch<PersonalAction> {
  const end = Math.min(head, after + AUTHOR_SCAN_ENTRIES);
  const items = sql
    .exec<{ seq: number; at: number; type: PersonalAction["type"]; target: number | null; detail: string | null }>(
      `SELECT seq, at, type, target, detail FROM current_entries
         WHERE seq > ? AND seq <= ? AND actor = ? AND NOT (type = 'message.sent' AND deleted = 0) ORDER BY seq LIMIT ?`,
      ...[after, end, user, ACTIONS_MAX],
    )
    .toArray();
  const last = items.length === ACTIONS_MAX ? (items.at(-1)?.seq ?? end) : end;
  return { items, after: last < head ? last : null };
}
