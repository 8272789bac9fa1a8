// Slow mode: the time between two messages of a member. The log says when a member sent last, so
// neither sleep nor a restart of the object gives anybody a message more.
import type { EffectivePermissions } from "../../domain/permission-list";
import { type FrameOf, limits, type Permission } from "../../protocol";
import type { RosterMirror } from "../members/roster-mirror";
import { positionBefore } from "./history";
import type { Log } from "./log";

/** How many senders are remembered before the log is read again. */
const SENDERS_MAX = 2 * limits.guildMembers;

interface SlowModeParts {
  sql: SqlStorage;
  log: Pick<Log, "head">;
  roster: RosterMirror;
  now(): number;
}

export class SlowMode {
  /** When each member sent last, within the pause or since it was read. Bound: `SENDERS_MAX`. */
  readonly #lastSends = new Map<string, number>();
  /** The pause for which the log was read; 0 before. */
  #pauseMs = 0;

  constructor(private readonly parts: SlowModeParts) {}

  /** Returns when a member may send the next message; 0 if slow mode does not bind them. */
  nextSendAt(user: string, permissions: EffectivePermissions<Permission>): number {
    const { pauseMs } = this.parts.roster;
    if (pauseMs === 0 || isExempt(permissions)) return 0;
    if (pauseMs !== this.#pauseMs) this.#readSends(pauseMs);
    const last = this.#lastSends.get(user);
    return last === undefined ? 0 : last + pauseMs;
  }

  /** Notes a message that was just appended. */
  onSent(user: string, at: number): void {
    if (this.#pauseMs === 0) return;
    this.#lastSends.set(user, at);
    if (this.#lastSends.size > SENDERS_MAX) this.#pauseMs = 0;
  }

  /** Returns what a member learns of slow mode; nothing if it does not bind them. */
  viewOf(user: string): Pick<FrameOf<"ready">, "slowMode"> {
    const { roster, now } = this.parts;
    if (roster.pauseMs === 0) return {};
    const { permissions } = roster.member(user);
    if (isExempt(permissions)) return {};
    const nextAt = this.nextSendAt(user, permissions);
    return { slowMode: { seconds: roster.pauseMs / 1_000, ...(nextAt > now() && { nextAt }) } };
  }

  /** Reads the entries within a pause, once for all members. */
  #readSends(pauseMs: number): void {
    const { sql, log, now } = this.parts;
    this.#lastSends.clear();
    const query = `SELECT actor, max(at) AS at FROM entries WHERE seq > ? AND type = 'message.sent' GROUP BY actor`;
    const before = positionBefore(sql, log.head, now() - pauseMs);
    for (const { actor, at } of sql.exec<{ actor: string; at: number }>(query, before)) this.#lastSends.set(actor, at);
    this.#pauseMs = pauseMs;
  }
}

/** Those who keep the order of a channel are not slowed down. */
const isExempt = (permissions: EffectivePermissions<Permission>): boolean =>
  permissions.has("manage_channels") || permissions.has("delete_any");
