// The mirror of who is in this channel. It never decides: it takes what the directory pushes, by revision.

import { ChatError } from "../domain/error";
import type { Caller } from "../domain/ports";
import { diffRoster, type Roster, type RosterChange, type RosterMember } from "../domain/roster";

export class RosterMirror {
  readonly #members: Map<string, RosterMember>;

  constructor(
    private readonly sql: SqlStorage,
    public revision: number,
  ) {
    const rows = sql.exec<{ user: string; role: RosterMember["role"]; joined_at: number; tokens_from: number }>(
      "SELECT user, role, joined_at, tokens_from FROM members",
    );
    this.#members = new Map(
      [...rows].map((row) => [
        row.user,
        { user: row.user, role: row.role, joinedAt: row.joined_at, tokensFrom: row.tokens_from },
      ]),
    );
  }

  get members(): RosterMember[] {
    return [...this.#members.values()];
  }

  get(user: string): RosterMember | null {
    return this.#members.get(user) ?? null;
  }

  /** Whoever holds an open socket, as a member: the end of a session closes its sockets, and the others stay. Throws `not_found`. */
  member(user: string): RosterMember {
    const member = this.#members.get(user);
    if (!member) throw new ChatError("not_found");
    return member;
  }

  /** The caller as a member. Throws `not_found` for everybody else and `token_expired` for a proof older than a sign-out. */
  admit(caller: Caller): RosterMember {
    const member = this.member(caller.user);
    if (caller.issuedAt <= member.tokensFrom) throw new ChatError("token_expired");
    return member;
  }

  /** Takes a newer roster inside a transaction; answers what changed. An older one changes nothing. */
  apply(roster: Roster): RosterChange {
    if (roster.revision <= this.revision) return { put: [], removed: [] };
    const change = diffRoster(this.members, roster.members);
    for (const { user, role, joinedAt, tokensFrom } of change.put) {
      this.sql.exec(
        "INSERT OR REPLACE INTO members (user, role, joined_at, tokens_from) VALUES (?, ?, ?, ?)",
        ...[user, role, joinedAt, tokensFrom],
      );
    }
    for (const user of change.removed) this.sql.exec("DELETE FROM members WHERE user = ?", user);
    this.sql.exec("UPDATE log SET revision = ?", roster.revision);
    for (const member of change.put) this.#members.set(member.user, member);
    for (const user of change.removed) this.#members.delete(user);
    this.revision = roster.revision;
    return change;
  }
}
