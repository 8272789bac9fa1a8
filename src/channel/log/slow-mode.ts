// Slow mode: the time between two messages of a member. The log says when a member sent last, so
// neither sleep nor a restart of the object gives anybody a message more.
import type { EffectivePermissions } from "../../domain/permission-list";
import type { FrameOf, Permission } from "../../protocol";
import type { RosterMirror } from "../members/roster-mirror";
import { positionBefore } from "./history";
import type { Log } from "./log";

/** How many members the cache holds before it begins again. */
const CACHED_MAX = 1_000;

interface SlowModeParts {
  sql: SqlStorage;
  log: Pick<Log, "head">;
  roster: RosterMirror;
  now(): number;
}

export class SlowMode {
  /** What the log says, for the pause `#pauseMs`; 0 for nobody within it. Bound: `CACHED_MAX`. */
  readonly #lastSends = new Map<string, number>();
  #pauseMs = 0;

  constructor(private readonly parts: SlowModeParts) {}

  /** Returns when a member may send the next message; 0 if slow mode does not bind them. */
  nextSendAt(user: string, permissions: EffectivePermissions<Permission>): number {
    const { pauseMs } = this.parts.roster;
    if (pauseMs === 0 || isExempt(permissions)) return 0;
    if (pauseMs !== this.#pauseMs || this.#lastSends.size >= CACHED_MAX) this.#lastSends.clear();
    this.#pauseMs = pauseMs;
    let last = this.#lastSends.get(user);
    if (last === undefined) {
      last = this.#findLast(user, this.parts.now() - pauseMs);
      this.#lastSends.set(user, last);
    }
    return last === 0 ? 0 : last + pauseMs;
  }

  /** Notes a message that was just appended. */
  onSent(user: string, at: number): void {
    if (this.#lastSends.has(user)) this.#lastSends.set(user, at);
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

  #findLast(user: string, since: number): number {
    const { sql, log } = this.parts;
    const query = `SELECT at FROM entries WHERE seq > ? AND actor = ? AND type = 'message.sent'
      ORDER BY seq DESC LIMIT 1`;
    return sql.exec<{ at: number }>(query, positionBefore(sql, log.head, since), user).toArray()[0]?.at ?? 0;
  }
}

/** Those who keep the order of a channel are not slowed down. */
const isExempt = (permissions: EffectivePermissions<Permission>): boolean =>
  permissions.has("manage_channels") || permissions.has("delete_any");
