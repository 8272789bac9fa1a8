// Tells the guild object which message is the newest of a large channel, at most once in 2 s, and
// once a minute while no device follows the guild. A head that is not stored there is repeated by
// the alarm, which every appended entry arms. So a crash of either object loses none.
import type { GuildPort } from "../../domain/channel-heads";
import { type HeadReport, isNewerHead } from "../../domain/channel-heads";
import { TO_CHANNEL } from "../../domain/log";
import { tuning } from "../../domain/tuning";
import { type Event, type Mentions, noMentions } from "../../protocol";
import { logError } from "../../runtime/logger";
import { exponentialBackoff, retry } from "../../runtime/retry";
import { type ChannelAlarm, REDELIVERY_ACTIVE_MS, REDELIVERY_MS } from "../alarm";
import type { Log } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { Checkpoint } from "../members/state-saver";
import type { TurnCommitted, TurnListener } from "../turn-committed";
import type { UsageCounter } from "../usage";

/** The roles of which a head says when they were mentioned last. */
const ROLES_MAX = 20;
/** The most entries that are searched for the newest message when the object wakes. */
const SCAN_ENTRIES = 1_000;

interface HeadReporterParts {
  sql: SqlStorage;
  log: Pick<Log, "head" | "header">;
  roster: Pick<RosterMirror, "isLarge" | "guild">;
  checkpoint: Checkpoint;
  guildObject(guild: string): GuildPort;
  usage: Pick<UsageCounter, "objectRequests">;
  alarm: Pick<ChannelAlarm, "arm" | "firesBy">;
  now(): number;
}

type NewestMessage = Omit<HeadReport, "channel" | "revision">;

export class HeadReporter implements TurnListener {
  /** Null until it is asked for. */
  #newest: NewestMessage | null = null;
  /** What the guild object has got. */
  #told: NewestMessage | null = null;
  #isHeard = true;
  #nextAt = Number.NEGATIVE_INFINITY;
  /** When a head that the guild object has and has not stored is repeated. */
  #repeatAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #reporting: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly parts: HeadReporterParts) {}

  onTurnCommitted({ events }: TurnCommitted): void {
    const { roster, log } = this.parts;
    if (!roster.isLarge) return;
    const shown = events.filter(isShown);
    if (shown.length === 0) return;
    // Before this turn, because the search would find its messages too.
    const { epochNumber } = log.header;
    const known = this.#newest?.epochNumber === epochNumber ? this.#newest : null;
    this.#newest = known ? shown.reduce(headAfter, known) : null;
    this.#reportSoon();
  }

  /** Call this when the channel became large, or ceased to be. */
  onResized(): void {
    this.#newest = null;
    if (!this.parts.roster.isLarge) return;
    this.parts.alarm.arm(this.parts.now() + REDELIVERY_MS);
    this.#reportSoon();
  }

  /** Call this when a device follows the guild now. */
  onHeard(): void {
    this.#isHeard = true;
    this.#nextAt = Math.min(this.#nextAt, this.parts.now());
    this.#reportSoon();
  }

  /** Repeats a head that is not stored. Resolves when it is answered. */
  async onAlarm(): Promise<void> {
    const { roster, checkpoint, now } = this.parts;
    if (!roster.isLarge || !this.#isNewerThan(checkpoint.guildHead)) return;
    const dueAt = this.#isPending() ? this.#nextAt : this.#repeatAt;
    if (now() >= dueAt) await this.#report();
    else this.#armFor(dueAt);
  }

  /** Makes sure that an alarm repeats the report. One that is set anyway soon is early enough. */
  #armFor(dueAt: number): void {
    const { alarm, now } = this.parts;
    if (!alarm.firesBy(now() + REDELIVERY_ACTIVE_MS)) alarm.arm(dueAt);
  }

  /** The newest message that the channel shows outside of threads. */
  #current(): NewestMessage {
    const { sql, log, checkpoint } = this.parts;
    const { epochNumber } = log.header;
    if (this.#newest?.epochNumber === epochNumber) return this.#newest;
    const saved = checkpoint.guildHead?.epochNumber === epochNumber ? checkpoint.guildHead : null;
    const known = saved ?? { epochNumber, newest: 0, at: 0 };
    const found = sql.exec<{ seq: number; at: number; mentions: string | null }>(
      `SELECT seq, at, mentions FROM current_entries WHERE seq > ? AND type = 'message.sent'
         AND (thread IS NULL OR detail = ?) ORDER BY seq`,
      Math.max(known.newest, log.head - SCAN_ENTRIES),
      TO_CHANNEL,
    );
    this.#newest = known;
    for (const { seq, at, mentions } of found)
      this.#newest = withMessage(this.#newest, seq, at, mentions === null ? noMentions : JSON.parse(mentions));
    return this.#newest;
  }

  #isPending(): boolean {
    return this.#isNewerThan(this.#told);
  }

  /** A channel without messages has nothing to tell. */
  #isNewerThan(known: NewestMessage | null): boolean {
    const current = this.#current();
    return known === null ? current.newest > 0 : isNewerHead(known, current);
  }

  /** Reports now, or when the pause is over. While nobody listens, the alarm reports. */
  #reportSoon(): void {
    if (this.#reporting || !this.parts.roster.isLarge || !this.#isPending()) return;
    const waitMs = this.#nextAt - this.parts.now();
    if (waitMs <= 0 || waitMs > tuning.unheardHeadMs) void this.#report();
    else if (this.#isHeard)
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.#reportSoon();
      }, waitMs);
  }

  #report(): Promise<void> {
    this.#reporting ??= this.#send().finally(() => {
      this.#reporting = null;
      if (this.#failures === 0) this.#reportSoon();
    });
    return this.#reporting;
  }

  async #send(): Promise<void> {
    const { log, roster, checkpoint, guildObject, usage, now } = this.parts;
    const { guild } = roster;
    if (!guild) return;
    const { channel } = log.header;
    const current = this.#current();
    const askedAt = now();
    try {
      const answer = await retry(() => {
        usage.objectRequests++;
        return guildObject(guild.guild).report(guild.guild, { channel, ...current, revision: guild.revision });
      });
      this.#told = current;
      this.#failures = 0;
      this.#isHeard = answer.isHeard;
      this.#nextAt = askedAt + (answer.isHeard ? tuning.headMs : tuning.unheardHeadMs);
      if (answer.isSaved) checkpoint.guildHead = current;
      else this.#repeatAt = now() + answer.repeatAfterMs;
    } catch (error) {
      logError("heads.report-failed", error, { channel });
      this.#nextAt = now() + exponentialBackoff(++this.#failures, tuning.headMs, tuning.unheardHeadMs);
      this.#repeatAt = this.#nextAt;
    }
    if (this.#isNewerThan(checkpoint.guildHead)) this.#armFor(this.#isPending() ? this.#nextAt : this.#repeatAt);
  }
}

type SentMessage = Extract<Event, { type: "message.sent" }>;

/** Whether an event is a message that the channel shows outside of threads. */
const isShown = (event: Event): event is SentMessage =>
  event.type === "message.sent" && (event.data.thread === null || event.data.toChannel === true);

const headAfter = (head: NewestMessage, { seq, at, data: { body } }: SentMessage): NewestMessage =>
  withMessage(head, seq, at, body.state === "live" ? body.mentions : noMentions);

/** Returns a head after a message. Of the roles those that were mentioned last are kept. */
function withMessage(head: NewestMessage, newest: number, at: number, { all, roles = [] }: Mentions): NewestMessage {
  const next = { ...head, newest, at, ...(all !== null && { everyone: newest }) };
  if (roles.length === 0) return next;
  const others = Object.entries(head.roles ?? {}).filter(([role]) => !roles.includes(role));
  const named = [...others, ...roles.map((role): [string, number] => [role, newest])].slice(-ROLES_MAX);
  return { ...next, roles: Object.fromEntries(named) };
}
