// Who visits a large channel: the channel asks the directory once about a person whom it does not
// know, and stores a row. It also asks about people whom a message mentions, so that they get it.
// What the directory answers may be older than what the channel has: then it is asked again.
import { ChatError } from "../../domain/error";
import { channelRoleOf, type GuildMirror, guildMember, rulesOfChannel } from "../../domain/guild-mirror";
import { SharedPermissions } from "../../domain/guild-viewers";
import type { EndedSessions } from "../../domain/ports";
import type { RosterMember } from "../../domain/roster";
import type { VisitDirectory, WantedMembers } from "../../domain/visits";
import { findMentions } from "../../protocol";
import { logError } from "../../runtime/logger";
import type { TokenBuckets } from "../../runtime/token-buckets";
import type { RosterMirror } from "./roster-mirror";

/** How often the directory is asked again because the channel has a newer revision. */
const ATTEMPTS = 5;
/** The most names of one message that are looked up at once, and how often. */
const NAMES_MAX = 100;
const ROUNDS = 3;
/** How long a name that nobody has is not looked up again, and how many of them are kept. */
const UNKNOWN_MS = 10_000;
const UNKNOWN_MAX = 1_000;

interface VisitorsParts {
  roster: RosterMirror;
  directory: VisitDirectory;
  buckets: TokenBuckets;
  head(): number;
  now(): number;
}

export class Visitors {
  /** Visits that wait for the directory, by user. Bound: the requests of some seconds. */
  readonly #visits = new Map<string, Promise<void>>();
  /** How many answers of the directory are awaited. */
  #asked = 0;
  /**
   * The token cutoffs of sessions that ended meanwhile: the directory may have answered before.
   * Bound: the sessions that end in some seconds.
   */
  readonly #cutoffs = new Map<string, number>();
  /** Names that nobody here has, and until when this is believed. Bound: `UNKNOWN_MAX` names. */
  readonly #unknown = new Map<string, number>();
  /** The last lookup of names for each author. Bound: the authors whose message waits. */
  readonly #lookups = new Map<string, Promise<void>>();

  constructor(private readonly parts: VisitorsParts) {}

  /** Whether a person must visit before the channel can say whether they are a member. */
  isStranger(user: string): boolean {
    const { roster } = this.parts;
    return roster.isLarge && roster.get(user) === null;
  }

  /**
   * Makes a person who may view the channel a visitor. Resolves also if they may not, and at once
   * beyond the rate. Throws `temporary` if the directory does not answer.
   */
  visit(user: string): Promise<void> {
    const { buckets, now } = this.parts;
    const waiting = this.#visits.get(user);
    if (waiting) return waiting;
    if (!buckets.tryTake(user, now())) return Promise.resolve();
    const visit = this.#admit({ users: [user] }).finally(() => this.#visits.delete(user));
    this.#visits.set(user, visit);
    return visit;
  }

  /** Call this when sessions of a user ended, also of one who is not known. */
  onSessionsEnded({ user, tokensFrom }: EndedSessions): void {
    if (this.#asked > 0) this.#cutoffs.set(user, Math.max(tokensFrom, this.#cutoffs.get(user) ?? 0));
  }

  /**
   * Looks up the names in a text of a large channel that the channel does not know. Returns what
   * the message must wait for: also an earlier one of its author, so that their order stays. Null
   * if there is nothing to wait for. The promise rejects with `temporary` if the directory does not
   * answer.
   */
  lookUp(author: string, text: string): Promise<void> | null {
    const { roster } = this.parts;
    if (!roster.isLarge || roster.get(author) === null) return null;
    const before = this.#lookups.get(author) ?? null;
    const names = text.includes("@") ? this.#unknownNames(text) : [];
    if (names.length === 0) return before?.catch(() => {}) ?? null;
    const lookup = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#lookUpNames(text, names));
    this.#lookups.set(author, lookup);
    const end = () => {
      if (this.#lookups.get(author) === lookup) this.#lookups.delete(author);
    };
    lookup.then(end, end);
    return lookup;
  }

  async #lookUpNames(text: string, names: readonly string[]): Promise<void> {
    let wanted = names;
    // A name that is found may begin another one: "@bob@minji".
    for (let round = 0; round < ROUNDS && wanted.length > 0; round++) {
      await this.#admit({ handles: wanted });
      const { handles } = this.parts.roster;
      for (const name of wanted) if (!handles.has(name)) this.#noteUnknown(name);
      wanted = this.#unknownNames(text);
    }
  }

  /** Returns the names in a text that may be of people whom the channel does not know. */
  #unknownNames(text: string): string[] {
    const { handles } = this.parts.roster;
    const now = this.parts.now();
    const names = new Set<string>();
    const has = (name: string): boolean => {
      if (handles.has(name)) return true;
      if (names.size < NAMES_MAX && (this.#unknown.get(name) ?? 0) <= now) names.add(name);
      return false;
    };
    findMentions(text, { has, get: (name) => handles.get(name) }, false);
    return [...names];
  }

  #noteUnknown(name: string): void {
    this.#unknown.delete(name);
    this.#unknown.set(name, this.parts.now() + UNKNOWN_MS);
    for (const oldest of this.#unknown.keys()) {
      if (this.#unknown.size <= UNKNOWN_MAX) break;
      this.#unknown.delete(oldest);
    }
  }

  /** Asks the directory, and stores those who may view the channel. */
  async #admit(wanted: WantedMembers): Promise<void> {
    this.#asked++;
    try {
      for (let tries = 0; tries < ATTEMPTS; tries++) if (await this.#tryAdmit(wanted)) return;
    } catch (error) {
      logError("channel.visit-failed", error);
    } finally {
      if (--this.#asked === 0) this.#cutoffs.clear();
    }
    throw new ChatError("temporary");
  }

  /** Returns false if the directory must be asked again. */
  async #tryAdmit(wanted: WantedMembers): Promise<boolean> {
    const { roster, directory } = this.parts;
    if (!roster.guild) return true;
    const found = await directory.findMembers(roster.guild.guild, wanted);
    const { guild } = roster;
    // The channel left its guild, or became small and has everybody.
    if (!found || !guild?.isLarge) return true;
    // A change that the channel has already may be missing in the answer.
    if (found.revision < guild.revision) return false;
    this.#store(guild, found.members);
    return true;
  }

  #store(guild: GuildMirror, members: readonly RosterMember[]): void {
    const { roster, head } = this.parts;
    const permissions = new SharedPermissions(rulesOfChannel(guild));
    for (const found of members) {
      const member = { ...found, tokensFrom: Math.max(found.tokensFrom, this.#cutoffs.get(found.user) ?? 0) };
      const own = guildMember(member.user, member.roles ?? []);
      const allowed = permissions.of(own);
      if (!allowed.has("view") || roster.get(member.user)) continue;
      const since = allowed.has("history") ? 0 : head() + 1;
      roster.put({ ...member, role: channelRoleOf(permissions.rules, own), since });
    }
  }
}
