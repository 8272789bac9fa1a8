// The rows of a channel's members, and of those who left.
import * as z from "zod";
import type { RosterMember, StoredMember } from "../../domain/roster";

type MemberRow = {
  user: string;
  handle: string;
  role: RosterMember["role"];
  joinedAt: number;
  tokensFrom: number;
  receipts: number;
  hidden: number;
  since: number;
  roles: string;
  timedOutUntil: number;
  until: number | null;
};

const columns = `user, handle, role, joined_at AS "joinedAt", tokens_from AS "tokensFrom", receipts, hidden, since,
  roles, timed_out_until AS "timedOutUntil", until`;
const roleIds = z.array(z.string());

/** Yields the members that a condition names. Those of a channel of a guild have `roles`. */
export function* readMembers(
  sql: SqlStorage,
  isOfGuild: boolean,
  where = "",
  ...values: string[]
): Generator<StoredMember> {
  const rows = sql.exec<MemberRow>(`SELECT ${columns} FROM members ${where}`, ...values);
  for (const { roles, timedOutUntil, until, ...row } of rows) {
    const known = { ...row, receipts: row.receipts === 1, hidden: row.hidden === 1 };
    const member = until === null ? known : { ...known, blocks: true, until };
    yield isOfGuild ? { ...member, roles: roleIds.parse(JSON.parse(roles)), timedOutUntil } : member;
  }
}

/** Stores a member, in place of an earlier row. */
export function writeMember(sql: SqlStorage, member: StoredMember): void {
  const { user, handle, role, joinedAt, tokensFrom, receipts, hidden, since, roles = [], timedOutUntil = 0 } = member;
  const { until = null } = member;
  sql.exec(
    `INSERT OR REPLACE INTO members
       (user, handle, role, joined_at, tokens_from, receipts, hidden, since, roles, timed_out_until, until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[user, handle, role, joinedAt, tokensFrom, receipts ? 1 : 0, hidden ? 1 : 0, since, JSON.stringify(roles)],
    ...[timedOutUntil, until],
  );
}

/** Stores the last entry that a former member may know. */
export function writeFormer(sql: SqlStorage, user: string, seq: number): void {
  sql.exec("INSERT OR REPLACE INTO former_members (user, left_at) VALUES (?, ?)", user, seq);
}

/** Returns the last entry that a former member may know; 0 if it is not known. */
export function readFormer(sql: SqlStorage, user: string): number {
  const row = sql.exec<{ seq: number }>("SELECT left_at AS seq FROM former_members WHERE user = ?", user).toArray()[0];
  return row?.seq ?? 0;
}
