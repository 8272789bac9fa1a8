// The audit log of a guild, for those who may see it. The rules are those of
// `domain/guild-authority.ts`.
import * as z from "zod";
import type { Database } from "../../directory/database";
import { type AuditFilter, type AuditRow, listAudit, storedAudit } from "../../directory/guild-audit";
import { createdFields } from "../../domain/guild-audit";
import { type AuditChange, type AuditEntry, auditChange, type UserId } from "../../protocol";
import { findDecision, type GuildRequest } from "./guild-decision";

const storedChanges = z.array(auditChange);
/** Returns the changes of an entry, and what a purge has deleted so far. */
const changesOf = ({ changes, purgedMessages: messages, purgedChannels: channels }: AuditRow): AuditChange[] => [
  ...storedChanges.parse(JSON.parse(changes)),
  ...createdFields({ messages, channels }),
];

/** Returns entries of the audit log, the newest first. Throws `not_found`, `forbidden`. */
export async function auditOf(
  db: Database,
  request: GuildRequest,
  filter: AuditFilter,
  limit: number,
): Promise<AuditEntry[]> {
  const { authorise } = await findDecision(db, request);
  authorise({ kind: "view_audit_log" });
  const rows = await listAudit(db, request.guild, filter, limit);
  return rows.map(({ row, actor, user }) => {
    const { revision, at, kind, target, reason } = row;
    return {
      ...{ revision, at, actor: actor ?? { id: row.actor, handle: "", name: "" } },
      ...{ kind, target, user, reason, changes: changesOf(row) },
    };
  });
}

/** How many entries of an export are read at a time. */
const EXPORT_PAGE = 500;

/** Yields the entries that a person made in all guilds, as items of a JSON array. */
export async function* exportAudit(db: Database, user: UserId): AsyncGenerator<string> {
  let after = { guild: "", revision: 0 };
  let separator = "\n";
  for (;;) {
    const rows = await storedAudit(db, user, after, EXPORT_PAGE);
    for (const row of rows) {
      const { guild, revision, at, kind, target, reason } = row;
      yield separator + JSON.stringify({ guild, revision, at, kind, target, reason, changes: changesOf(row) });
      separator = ",\n";
    }
    const last = rows.at(-1);
    if (!last || rows.length < EXPORT_PAGE) return;
    after = { guild: last.guild, revision: last.revision };
  }
}
