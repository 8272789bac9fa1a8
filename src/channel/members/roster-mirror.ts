// The channel's copy of its roster. The directory decides who is a member. The mirror accepts only
// rosters that are newer than its revision. In memory it has all members; of a large channel only
// those whom a request, a socket or a mention has named since the object woke.
import * as z from "zod";
import { isReached, visibleHead } from "../../domain/block";
import { ChatError } from "../../domain/error";
import {
  channelRoleOf,
  type GuildMirror,
  guildMember,
  mentionedRoles,
  rulesOfChannel,
} from "../../domain/guild-mirror";
import { SharedPermissions } from "../../domain/guild-viewers";
import { type EffectivePermissions, isSame } from "../../domain/permission-list";
import { permissionsOf, readOnly } from "../../domain/permission-sets";
import type { Caller } from "../../domain/ports";
import {
  diffRoster,
  type MirroredMember,
  type Roster,
  type RosterChange,
  type RosterMember,
  type StoredMember,
} from "../../domain/roster";
import type { ChannelKind, ChannelKindRules, MentionedRole, NamedRoles, Permission } from "../../protocol";
import { readGuildColumn } from "./guild-column";
import { readFormer, readMembers, writeFormer, writeMember } from "./member-rows";
import { TimeOuts } from "./time-outs";
import { visitorChange } from "./visitor-change";

export class RosterMirror {
  /** Bound: `groupMembers` members of about 300 bytes; in a large channel `guildMembers`. */
  readonly #members = new Map<string, MirroredMember>();
  /** Users by handle. Bound: the members in memory. */
  #byHandle: Map<string, string> | null = null;
  #namedRoles: NamedRoles<MentionedRole> | null = null;
  #pending: readonly string[];
  #hasFormer: boolean;
  #guild: GuildMirror | null = null;
  readonly timeOuts: TimeOuts;
  /** Resolves permissions in a channel of a guild; null for direct channels and groups. */
  #permissions: SharedPermissions | null = null;
  revision: number;

  /** `openUsers`: the users of open sockets, whose rows a large channel reads at once. */
  constructor(
    private readonly sql: SqlStorage,
    private readonly header: { kind: ChannelKind; revision: number },
    now: () => number,
    openUsers: () => string[] = () => [],
  ) {
    this.revision = header.revision;
    this.timeOuts = new TimeOuts(now);
    // One statement, because a cold object answers its first request only after all of them.
    const { pending, guild, hasFormer } = sql
      .exec<{ pending: string; guild: string | null; hasFormer: number }>(
        `SELECT pending, guild, EXISTS (SELECT 1 FROM former_members) AS "hasFormer" FROM log`,
      )
      .one();
    this.#takeGuild(readGuildColumn(guild));
    this.#pending = z.array(z.string()).parse(JSON.parse(pending));
    this.#hasFormer = hasFormer === 1;
    if (this.isLarge) this.#load("WHERE user IN (SELECT value FROM json_each(?))", JSON.stringify(openUsers()));
    else this.#load();
  }

  /** Whether this is a large channel of a guild. */
  get isLarge(): boolean {
    return this.#guild?.isLarge === true;
  }

  /** The members; of a large channel those in memory. */
  get members(): MirroredMember[] {
    return [...this.#members.values()];
  }

  /** The number of members in memory. */
  get size(): number {
    return this.#members.size;
  }

  /** The users who are members, without a copy: the roster must not change while they are read. */
  get users(): Iterable<string> {
    return this.#members.keys();
  }

  /** Returns the users whose inbox learns of every entry, by the rule of the kind of channel. */
  recipients(fanOut: ChannelKindRules["fanOut"]): Iterable<string> {
    switch (fanOut) {
      case "every_member":
        return this.isLarge ? [] : this.users;
    }
  }

  /** Users by handle; of a large channel those in memory. */
  get handles(): ReadonlyMap<string, string> {
    this.#byHandle ??= new Map(this.members.map(({ handle, user }) => [handle, user]));
    return this.#byHandle;
  }

  /** The pause of slow mode between two messages of a member, in milliseconds; 0 without. */
  get pauseMs(): number {
    return (this.#guild?.slowModeSeconds ?? 0) * 1_000;
  }

  /** The roles that a text can mention, with those who have them unless the channel is large. */
  get namedRoles(): NamedRoles<MentionedRole> | null {
    if (this.#guild === null) return null;
    this.#namedRoles ??= mentionedRoles(this.#guild, this.isLarge ? null : this.members);
    return this.#namedRoles;
  }

  /** What the channel knows of its guild; null for direct channels and groups. */
  get guild(): GuildMirror | null {
    return this.#guild;
  }

  /** Returns what a member may do, by the rules that the channel has now. */
  permissionsOf({ user, role, blocks, roles = [], timedOutUntil = 0 }: RosterMember): EffectivePermissions<Permission> {
    if (!this.#permissions) return blocks ? readOnly : permissionsOf(this.header.kind, role);
    return this.#permissions.of(guildMember(user, roles, this.timeOuts.isAhead(timedOutUntil)));
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
    const member = this.#members.get(user);
    if (member !== undefined) return member;
    if (!this.isLarge) return null;
    this.#load("WHERE user = ?", user);
    return this.#members.get(user) ?? null;
  }

  readonly isMember = (user: string): boolean => this.get(user) !== null;

  /** Whether a user is a member whom the entries of the channel reach. */
  readonly isReached = (user: string): boolean => isReached(this.get(user));

  /** Returns the last entry that a user may see of a log that ends at `head`. */
  readonly visibleHead = (user: string, head: number): number => visibleHead(this.get(user), head);

  /** Whether others may see the delivered mark of a member, who shows receipts and presence. */
  showsDelivered(user: string): boolean {
    const member = this.get(user);
    return member ? member.receipts && !member.hidden : false;
  }

  /** Returns a member. Throws `not_found`. A caller whose session may have ended needs `admit`. */
  member(user: string): MirroredMember {
    const member = this.get(user);
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
    return this.timeOuts.isOver(member.user) ? this.#resolve(member) : member;
  }

  /** Returns what a roster changes. A roster that is not newer changes nothing. */
  changeTo(roster: Roster): RosterChange {
    if (roster.revision <= this.revision) return { put: [], removed: [] };
    if (roster.delta) return visitorChange(this.sql, this, roster, this.#permissions);
    if (this.isLarge) this.#load();
    return diffRoster(this.members, roster.members);
  }

  /** Raises the token cutoff of a member. Returns whether the user is a member. */
  raiseTokensFrom(user: string, to: number): boolean {
    const member = this.get(user);
    if (member && member.tokensFrom < to) this.put({ ...member, tokensFrom: to });
    return member !== null;
  }

  /**
   * Stores a member. The token cutoff never goes back: a roster may have been read before the end
   * of a session that this channel knows.
   */
  put(next: StoredMember): void {
    const known = this.get(next.user);
    const member = { ...next, tokensFrom: Math.max(next.tokensFrom, known?.tokensFrom ?? 0) };
    writeMember(this.sql, member);
    this.#take(member);
  }

  /** Resolves the permissions of the members of a channel of a guild again. */
  resolveAll(): void {
    if (this.#permissions) for (const member of this.#members.values()) this.#take(member);
  }

  /**
   * Whether a member has other permissions than `earlier`, or another end of their time-out. A user
   * who is no member has not.
   */
  isPermittedOtherwise({ user, permissions: earlier, timedOutUntil = 0 }: MirroredMember): boolean {
    const now = this.#members.get(user);
    if (now === undefined) return false;
    return !isSame(now.permissions.words, earlier.words) || (now.timedOutUntil ?? 0) !== timedOutUntil;
  }

  remove(user: string): void {
    this.sql.exec("DELETE FROM members WHERE user = ?", user);
    this.#drop(user);
  }

  /** Forgets all visitors of a large channel. Those who are members visit it again. */
  forgetVisitors(): void {
    this.sql.exec("DELETE FROM members");
    this.#members.clear();
    this.timeOuts.clear();
    this.#byHandle = null;
  }

  /** Stores the last entry that each of these former members may know. */
  recordFormer(leavers: readonly { user: string; seq: number }[]): void {
    if (leavers.length > 0) this.#hasFormer = true;
    for (const { user, seq } of leavers) writeFormer(this.sql, user, seq);
  }

  /** Returns the last entry that a former member may know; 0 if it is not known. */
  leftAt(user: string): number {
    return readFormer(this.sql, user);
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
    this.#permissions = guild && new SharedPermissions(rulesOfChannel(guild));
    this.#namedRoles = null;
  }

  /** Reads members that are not in memory. */
  #load(where = "", ...values: string[]): void {
    for (const member of readMembers(this.sql, this.#permissions !== null, where, ...values))
      if (!this.#members.has(member.user)) this.#take(member);
  }

  /** Takes a stored member into memory. */
  #take(member: StoredMember): void {
    const { user, handle, timedOutUntil = 0 } = member;
    this.timeOuts.set(user, timedOutUntil);
    const before = this.#members.get(user);
    this.#resolve(member);
    if (!this.isLarge) this.#namedRoles = null;
    // A large channel keeps the map, because a new visitor must not make it build it again.
    if (!this.isLarge || !this.#byHandle) this.#byHandle = null;
    else {
      if (before && this.#byHandle.get(before.handle) === user) this.#byHandle.delete(before.handle);
      this.#byHandle.set(handle, user);
    }
  }

  /** Keeps a member with what they may do at present. */
  #resolve(member: StoredMember): MirroredMember {
    const resolved = { ...member, role: this.#roleOf(member), permissions: this.permissionsOf(member) };
    this.#members.set(member.user, resolved);
    return resolved;
  }

  /** A roster of a large channel does not say how the roles of unchanged members have changed. */
  #roleOf({ user, role, roles = [] }: StoredMember): RosterMember["role"] {
    if (!this.isLarge || !this.#permissions) return role;
    return channelRoleOf(this.#permissions.rules, guildMember(user, roles));
  }

  #drop(user: string): void {
    const member = this.#members.get(user);
    this.#members.delete(user);
    this.timeOuts.set(user, 0);
    if (!this.isLarge) this.#namedRoles = null;
    if (!this.isLarge) this.#byHandle = null;
    else if (member && this.#byHandle?.get(member.handle) === user) this.#byHandle.delete(member.handle);
  }
}
