// The channel's copy of its roster. The directory decides who is a member. The mirror accepts only
// rosters that are newer than its revision.
import * as z from "zod";
import { ChatError } from "../../domain/error";
import { type GuildMirror, guildMember, mentionedRoles, rulesOfChannel } from "../../domain/guild-mirror";
import { type PermissionRules, resolvePermissions } from "../../domain/permission";
import { type EffectivePermissions, isSame } from "../../domain/permission-list";
import { permissionsOf } from "../../domain/permission-sets";
import type { Caller } from "../../domain/ports";
import {
  diffRoster,
  type MirroredMember,
  type Roster,
  type RosterChange,
  type RosterMember,
  type StoredMember,
} from "../../domain/roster";
import type {
  ChannelKind,
  ChannelKindRules,
  GuildPermission,
  MentionedRole,
  NamedRoles,
  Permission,
} from "../../protocol";
import { readGuildColumn } from "./guild-column";

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
};

const roleIds = z.array(z.string());

export class RosterMirror {
  /** Bound: `groupMembers` members of about 300 bytes. */
  readonly #members: Map<string, MirroredMember>;
  #byHandle: ReadonlyMap<string, string> | null = null;
  #namedRoles: NamedRoles<MentionedRole> | null = null;
  #pending: readonly string[];
  #hasFormer: boolean;
  #guild: GuildMirror | null = null;
  /** The rules of a channel of a guild; null for direct channels and groups. */
  #rules: PermissionRules<GuildPermission> | null = null;
  revision: number;

  constructor(
    private readonly sql: SqlStorage,
    private readonly header: { kind: ChannelKind; revision: number },
  ) {
    this.revision = header.revision;
    const rows = sql.exec<MemberRow>(
      `SELECT user, handle, role, joined_at AS "joinedAt", tokens_from AS "tokensFrom", receipts, hidden, since, roles
         FROM members`,
    );
    // One statement, because a cold object answers its first request only after all of them.
    const { pending, guild, hasFormer } = sql
      .exec<{ pending: string; guild: string | null; hasFormer: number }>(
        `SELECT pending, guild, EXISTS (SELECT 1 FROM former_members) AS "hasFormer" FROM log`,
      )
      .one();
    this.#takeGuild(readGuildColumn(guild));
    this.#members = new Map(
      [...rows].map(({ roles, ...row }) => {
        const member = { ...row, receipts: row.receipts === 1, hidden: row.hidden === 1 };
        const own = this.#rules ? { ...member, roles: roleIds.parse(JSON.parse(roles)) } : member;
        return [row.user, { ...own, permissions: this.permissionsOf(own) }];
      }),
    );
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

  /** The roles of the guild that a text can mention, with those who have them; null outside. */
  get namedRoles(): NamedRoles<MentionedRole> | null {
    if (this.#guild) this.#namedRoles ??= mentionedRoles(this.#guild, this.members);
    return this.#namedRoles;
  }

  /** What the channel knows of its guild; null for direct channels and groups. */
  get guild(): GuildMirror | null {
    return this.#guild;
  }

  /** Returns what a member may do, by the rules that the channel has now. */
  permissionsOf({ user, role, roles = [] }: RosterMember): EffectivePermissions<Permission> {
    if (!this.#rules) return permissionsOf(this.header.kind, role);
    return resolvePermissions(this.#rules, guildMember(user, roles));
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
  put(next: StoredMember): void {
    const member = { ...next, tokensFrom: Math.max(next.tokensFrom, this.#members.get(next.user)?.tokensFrom ?? 0) };
    const { user, handle, role, joinedAt, tokensFrom, receipts, hidden, since, roles = [] } = member;
    this.sql.exec(
      `INSERT OR REPLACE INTO members (user, handle, role, joined_at, tokens_from, receipts, hidden, since, roles)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[user, handle, role, joinedAt, tokensFrom, receipts ? 1 : 0, hidden ? 1 : 0, since, JSON.stringify(roles)],
    );
    this.#members.set(user, { ...member, permissions: this.permissionsOf(member) });
    this.#forgetNames();
  }

  /** Resolves the permissions of all members of a channel of a guild again. */
  resolveAll(): void {
    if (!this.#rules) return;
    for (const [user, member] of this.#members)
      this.#members.set(user, { ...member, permissions: this.permissionsOf(member) });
  }

  /** Whether a member has other permissions than `earlier`. A user who is no member has not. */
  isPermittedOtherwise({ user, permissions: earlier }: MirroredMember): boolean {
    const now = this.#members.get(user);
    return now !== undefined && !isSame(now.permissions.words, earlier.words);
  }

  remove(user: string): void {
    this.sql.exec("DELETE FROM members WHERE user = ?", user);
    this.#members.delete(user);
    this.#forgetNames();
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

  /** Stores the revision of a roster, the people who were asked, and the guild. */
  setRevision({ revision, pending = [], guild: given }: Roster): void {
    const guild = given ?? null;
    const column = guild && JSON.stringify(guild);
    this.sql.exec("UPDATE log SET revision = ?, pending = ?, guild = ?", revision, JSON.stringify(pending), column);
    this.revision = revision;
    this.#pending = pending;
    this.#takeGuild(guild);
  }

  #takeGuild(guild: GuildMirror | null): void {
    this.#guild = guild;
    this.#rules = guild && rulesOfChannel(guild);
    this.#forgetNames();
  }

  #forgetNames(): void {
    this.#byHandle = null;
    this.#namedRoles = null;
  }
}
