// The channel's copy of its roster. The directory decides who is a member. The mirror accepts only
// rosters that are newer than its revision.
import * as z from "zod";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import {
  diffRoster,
  type MirroredMember,
  type Roster,
  type RosterChange,
  type RosterMember,
} from "../../domain/roster";
import type { ChannelKindRules } from "../../protocol";

type MemberRow = {
  user: string;
  handle: string;
  role: RosterMember["role"];
  joinedAt: number;
  tokensFrom: number;
  receipts: number;
  hidden: number;
  since: number;
};

export class RosterMirror {
  /** Bound: `groupMembers` members of about 300 bytes. */
  readonly #members: Map<string, MirroredMember>;
  #byHandle: ReadonlyMap<string, string> | null = null;
  #pending: readonly string[];
  #hasFormer: boolean;

  constructor(
    private readonly sql: SqlStorage,
    public revision: number,
  ) {
    const rows = sql.exec<MemberRow>(
      `SELECT user, handle, role, joined_at AS "joinedAt", tokens_from AS "tokensFrom", receipts, hidden, since FROM members`,
    );
    this.#members = new Map(
      [...rows].map((row) => [row.user, { ...row, receipts: row.receipts === 1, hidden: row.hidden === 1 }]),
    );
    // One statement, because a cold object answers its first request only after all of them.
    const { pending, hasFormer } = sql
      .exec<{ pending: string; hasFormer: number }>(
        `SELECT pending, EXISTS (SELECT 1 FROM former_members) AS "hasFormer" FROM log`,
      )
      .one();
    this.#pending = z.array(z.string()).parse(JSON.parse(pending));
    this.#hasFormer = hasFormer === 1;
  }

  get members(): MirroredMember[] {
    return [...this.#members.values()];
  }

  /** The number of members. */
  get size(): number {
    return this.#members.size;
  }

  /** The users who are members, without a copy: the roster must not change while they are read. */
  get users(): Iterable<string> {
    return this.#members.keys();
  }

  /** Returns the users whose inbox learns of new entries, by the rule of the kind of channel. */
  recipients(fanOut: ChannelKindRules["fanOut"]): Iterable<string> {
    switch (fanOut) {
      case "every_member":
        return this.users;
    }
  }

  /** Users by handle. */
  get handles(): ReadonlyMap<string, string> {
    this.#byHandle ??= new Map(this.members.map(({ handle, user }) => [handle, user]));
    return this.#byHandle;
  }

  /** The people who were asked into a direct channel and have not answered. */
  get pending(): readonly string[] {
    return this.#pending;
  }

  /**
   * Whether a direct channel has only one member left, because the other person's account was
   * deleted. Notes to oneself have no former member.
   */
  get isDeserted(): boolean {
    return this.#hasFormer && this.#members.size === 1 && this.#pending.length === 0;
  }

  get(user: string): MirroredMember | null {
    return this.#members.get(user) ?? null;
  }

  /** Whether others may see the delivered mark of a member, who shows receipts and presence. */
  showsDelivered(user: string): boolean {
    const member = this.#members.get(user);
    return member ? member.receipts && !member.hidden : false;
  }

  /**
   * Returns a member by user. Throws `not_found`. Use `admit` for a caller whose session may have
   * ended.
   */
  member(user: string): MirroredMember {
    const member = this.#members.get(user);
    if (!member) throw new ChatError("not_found");
    return member;
  }

  /**
   * Returns the caller as a member. Throws `not_found`, or `token_expired` if the access token is
   * older than the last sign-out.
   */
  admit(caller: Caller): MirroredMember {
    const member = this.member(caller.user);
    if (caller.issuedAt <= member.tokensFrom) throw new ChatError("token_expired");
    return member;
  }

  /** Returns what a roster changes. A roster that is not newer changes nothing. */
  changeTo(roster: Roster): RosterChange {
    return roster.revision > this.revision ? diffRoster(this.members, roster.members) : { put: [], removed: [] };
  }

  /** Raises the token cutoff of a member. Returns whether the user is a member. */
  raiseTokensFrom(user: string, to: number): boolean {
    const member = this.#members.get(user);
    if (member && member.tokensFrom < to) this.put({ ...member, tokensFrom: to });
    return member !== undefined;
  }

  /**
   * Stores a member. The token cutoff never goes back: a roster may have been read before the end
   * of a session that this channel knows.
   */
  put(next: MirroredMember): void {
    const member = { ...next, tokensFrom: Math.max(next.tokensFrom, this.#members.get(next.user)?.tokensFrom ?? 0) };
    const { user, handle, role, joinedAt, tokensFrom, receipts, hidden, since } = member;
    this.sql.exec(
      `INSERT OR REPLACE INTO members (user, handle, role, joined_at, tokens_from, receipts, hidden, since)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[user, handle, role, joinedAt, tokensFrom, receipts ? 1 : 0, hidden ? 1 : 0, since],
    );
    this.#members.set(user, member);
    this.#byHandle = null;
  }

  remove(user: string): void {
    this.sql.exec("DELETE FROM members WHERE user = ?", user);
    this.#members.delete(user);
    this.#byHandle = null;
  }

  /** Stores the last entry that each of these former members may know. */
  recordFormer(leavers: readonly { user: string; seq: number }[]): void {
    for (const { user, seq } of leavers) {
      this.#hasFormer = true;
      this.sql.exec("INSERT OR REPLACE INTO former_members (user, left_at) VALUES (?, ?)", user, seq);
    }
  }

  /** Returns the last entry that a former member may know; 0 if it is not known. */
  leftAt(user: string): number {
    const row = this.sql
      .exec<{ seq: number }>("SELECT left_at AS seq FROM former_members WHERE user = ?", user)
      .toArray()[0];
    return row?.seq ?? 0;
  }

  /** Stores the revision of a roster and the people who were asked. */
  setRevision(revision: number, pending: readonly string[]): void {
    this.sql.exec("UPDATE log SET revision = ?, pending = ?", revision, JSON.stringify(pending));
    this.revision = revision;
    this.#pending = pending;
  }
}
