// Telling those who are not there: a cursor per member again, kept in the packed row. What is owed is computed, never queued: a job in the queue only
// says that somebody may owe something, the consumer asks what, and the cursor moves when it says what came of it. A job that is never answered is
// sent again by the alarm.
import { type Due, dueFor } from "../../domain/notification";
import type { Debt, Owed, OwedMessage, PushQueue, Settlement } from "../../domain/notification-ports";
import { type Event, limits, type WindowJob } from "../../protocol";
import { doubling } from "../../runtime/backoff";
import { isWithin } from "../../runtime/elapsed";
import { logFault } from "../../runtime/logger";
import type { Summaries } from "../inbox/inbox-rows";
import type { ChannelLog } from "../log/log";
import type { Standing } from "../members/member-states";
import { toldAfter, untold } from "../members/notification-cursor";

/** A job that was not answered by then is lost, and so is an asker. */
const PATIENCE_MS = 30_000;
/** A queue that took no job, or an asker who could do nothing, is left alone for so long: twice as long each time. */
const REST_MS = 5_000;
const REST_MAX_MS = 40_000;
/** Who has read nothing for so long is not asked after any more. */
const NEWS_MS = 3_600_000;
/** Longer than a lease: whoever fell silent without a word is found out by then. */
const LOOK_AGAIN_MS = limits.leaseMs + 5_000;

export interface PushingHost {
  log: ChannelLog;
  standing: Standing;
  summaries: Summaries;
  queue: PushQueue;
  members(): string[];
  isMember(user: string): boolean;
  /** A device of theirs is in use, or shows the channel. */
  isPresent(user: string): boolean;
  /** Asks anew whether somebody is there. */
  ask(user: string): void;
  now(): number;
  /** The alarm rings at `at` or before, and considers. */
  arm(at: number): void;
}

export class Pushing {
  /** On its way. */
  #job: { id: string; sentAt: number } | null = null;
  /** Members whose debts somebody is paying, who, and since when they were heard of. */
  readonly #claims = new Map<string, { claim: number; askedAt: number; at: number }>();
  #claim = 0;
  #failures = 0;
  #restUntil = 0;
  /** What was found to be due, by member, until something happens that may change it. Somebody who is told of a lively group costs nothing meanwhile. */
  readonly #dues = new Map<string, Due>();
  /** Up to which entry it was asked anew whether somebody is there, by user. */
  readonly #asked = new Map<string, number>();

  constructor(private readonly host: PushingHost) {}

  /** The log moved: who waits for a minute to pass goes on waiting, unless it calls them; whoever may hear of it is looked at again. */
  moved(events: readonly Event[]): void {
    const called = new Set<string>();
    const heard = new Set<string>();
    let isHeardByAll = false;
    let isWide = this.host.log.header.kind === "direct";
    for (const { type, actor, data } of events) {
      // Whoever says something has read what was there.
      this.#dues.delete(actor);
      if (type === "message.deleted") isWide = true;
      if (type !== "message.sent" && type !== "message.edited") continue;
      const { body } = data;
      if (body.state !== "live") continue;
      if (body.mentions.all !== null) isWide = true;
      for (const user of body.mentions.users) called.add(user);
      if (type !== "message.sent") continue;
      if (!data.root) isHeardByAll = true;
      for (const user of data.root?.replies.followers ?? []) heard.add(user);
    }
    for (const [user, due] of this.#dues) {
      const isNews = due === null && (isHeardByAll || heard.has(user)) && !this.host.isPresent(user);
      if (isWide || isNews || called.has(user)) this.#dues.delete(user);
    }
  }

  /** Somebody came, went or turned away: what they have to be told may be something else. */
  turned(user: string): void {
    this.#dues.delete(user);
  }

  /** Somebody's mark moved: what their devices show may be stale. */
  looked(user: string): void {
    this.#dues.delete(user);
    if (this.host.standing.toldOf(user)?.shown) this.consider();
  }

  /** They are online: there is a device to tell, for all that is known. */
  woke(user: string): void {
    this.#dues.delete(user);
    const { standing, now } = this.host;
    const told = standing.toldOf(user);
    if (!told?.nobody) return;
    standing.tell(user, { ...told, nobody: false });
    // Lost with the memory, they would never be told of this channel again.
    standing.save(now());
  }

  forget(user: string): void {
    this.#claims.delete(user);
    this.#dues.delete(user);
    this.#asked.delete(user);
  }

  /** Sends a job where something is owed, or sees to it that the alarm rings when something will be. */
  consider(): void {
    const now = this.host.now();
    if (this.#job && isWithin(PATIENCE_MS, this.#job.sentAt, now)) return;
    if (now < this.#restUntil) {
      this.host.arm(this.#restUntil);
      return;
    }
    const owing: string[] = [];
    let waitsUntil = Number.POSITIVE_INFINITY;
    for (const user of this.host.members()) {
      const due = this.#claimedUntil(user, now) ?? this.#knownDue(user, now);
      if (typeof due === "number") waitsUntil = Math.min(waitsUntil, due);
      else if (due !== null) owing.push(user);
    }
    if (owing.length > 0) this.#send(owing, now);
    else if (waitsUntil < Number.POSITIVE_INFINITY) this.host.arm(waitsUntil);
  }

  /** The alarm rang. */
  ring(): void {
    const now = this.host.now();
    // A socket that fell silent says nothing of it.
    for (const [user, due] of this.#dues) if (due === null && !this.host.isPresent(user)) this.#dues.delete(user);
    if (this.#job && isWithin(PATIENCE_MS, this.#job.sentAt, now)) this.host.arm(this.#job.sentAt + PATIENCE_MS);
    this.consider();
    this.#lookAgain(now);
  }

  /** What is owed now, each debt to one asker at a time. */
  owed(job: WindowJob): Owed {
    const { log, summaries, members, now } = this.host;
    const { kind, name, life } = log.header;
    const at = now();
    const debts: Debt[] = [];
    const messages: Record<number, OwedMessage> = {};
    const claim = ++this.#claim;
    for (const user of job.epoch === log.epoch ? members() : []) {
      const due = this.#claimedUntil(user, at) ?? this.#dueOf(user, at);
      if (typeof due !== "string") continue;
      const debt = this.#debtOf(user, due, at);
      const message = debt.message === null ? null : summaries.startOf(debt.message);
      if (debt.message !== null && message) messages[debt.message] = message;
      debts.push(debt);
      this.#claims.set(user, { claim, askedAt: at, at });
    }
    // Nobody will say what came of nothing; what waits is the alarm's.
    if (debts.length === 0) {
      this.#job = null;
      this.consider();
    }
    return { claim, epoch: log.epoch, kind, name, life, debts, messages };
  }

  settle({ epoch, claim, outcomes, returned, isFailing }: Settlement): void {
    const { standing, log, isMember, now } = this.host;
    if (epoch !== log.epoch) return;
    const at = now();
    for (const outcome of outcomes) {
      const { user } = outcome.debt;
      const askedAt = this.#claims.get(user)?.askedAt ?? at;
      const told = toldAfter(standing.toldOf(user) ?? untold, outcome, at, askedAt);
      // Who was removed meanwhile has it on their screen all the same.
      if (isMember(user) || outcome.result === "told") standing.tell(user, told);
    }
    for (const user of [...returned, ...outcomes.map(({ debt }) => debt.user)]) {
      this.#claims.delete(user);
      this.#dues.delete(user);
    }
    if (outcomes.length > 0) standing.save(at);
    if (isFailing) this.#rest(at);
    else if (outcomes.length > 0) this.#failures = 0;
    // Whoever says something is at work on the rest.
    for (const [user, claimed] of this.#claims) {
      if (claimed.claim === claim) this.#claims.set(user, { ...claimed, at });
      else if (!isWithin(PATIENCE_MS, claimed.at, at)) this.#claims.delete(user);
    }
    if (this.#claims.size > 0) return;
    this.#job = null;
    this.consider();
  }

  #rest(now: number): void {
    this.#restUntil = now + doubling(++this.#failures, REST_MS, REST_MAX_MS);
  }

  /** Until when a member's debt is somebody's who is paying it. */
  #claimedUntil(user: string, now: number): number | null {
    const claimed = this.#claims.get(user);
    return claimed && isWithin(PATIENCE_MS, claimed.at, now) ? claimed.at + PATIENCE_MS : null;
  }

  #knownDue(user: string, now: number): Due {
    const known = this.#dues.get(user);
    // What waits until then has to be looked at again then.
    if (known !== undefined && (typeof known !== "number" || now < known)) return known;
    const due = this.#dueOf(user, now);
    this.#dues.set(user, due);
    return due;
  }

  #dueOf(user: string, now: number): Due {
    const { standing, summaries, log } = this.host;
    const known = standing.toldOf(user);
    const isPresent = this.host.isPresent(user);
    if (isPresent && !known?.shown) return null;
    // Whoever was found without a device may have one after a while, unless nobody has come since.
    const isFound = known?.nobody && !standing.isQuiet(user) && !isWithin(limits.pushEveryMs, known.at, now);
    const told = known && isFound ? { ...known, nobody: false } : known;
    if (told?.nobody && !told.shown) return null;
    const seq = summaries.newestUnread(user);
    const mention = () => summaries.newestCall(user, told?.seq ?? 0);
    const isShownUnread = told?.shown === true && told.message !== null && summaries.isUnread(user, told.message);
    const hasLooked = told !== null && standing.readOf(user) >= told.seq;
    return dueFor(log.header.kind, told, { seq, mention, hasLooked, isShownUnread }, { now, isPresent });
  }

  #debtOf(user: string, due: "show" | "again" | "clear", now: number): Debt {
    const { standing, summaries } = this.host;
    const told = standing.toldOf(user) ?? untold;
    const { seq, tries, failingSince, mention } = told;
    const ready = Object.keys(told.missing).filter((device) => (told.missing[device] ?? 0) <= now);
    const rest = { user, tries, failingSince };
    if (due === "clear") {
      const only = told.clearing ? ready : null;
      return { ...rest, do: "clear", seq: Math.max(1, seq), message: null, mention, unread: 0, only, except: [] };
    }
    const { unread } = summaries.rowOf(user);
    if (due === "again") {
      return { ...rest, do: "show", seq, message: told.message, mention, unread, only: ready, except: [] };
    }
    const newest = summaries.newestUnread(user) ?? 1;
    const call = summaries.newestCall(user, seq);
    const except = Object.keys(told.missing).filter((device) => !ready.includes(device));
    const what = { message: call ?? newest, mention: call !== null };
    return { ...rest, do: "show", seq: newest, ...what, unread, only: null, except };
  }

  #send(owing: readonly string[], now: number): void {
    const { log, standing, queue, arm } = this.host;
    const { channel, epoch } = log.header;
    const to = log.head;
    const from = Math.min(to, ...owing.map((user) => (standing.toldOf(user)?.seq ?? 0) + 1));
    const job: WindowJob = { kind: "window", id: `${channel}.${epoch}.${from}-${to}`, channel, epoch, from, to };
    this.#job = { id: job.id, sentAt: now };
    arm(now + PATIENCE_MS);
    queue.send(job).catch((error: unknown) => {
      logFault("push.queue", error, { channel });
      if (this.#job?.id === job.id) this.#job = null;
      this.#rest(this.host.now());
      arm(this.#restUntil);
    });
  }

  /** Who seemed to be there and has read nothing since may have gone without a word. */
  #lookAgain(now: number): void {
    const { log, standing, summaries, members, isPresent, ask, arm } = this.host;
    const at = log.lastAt + LOOK_AGAIN_MS;
    if (now - log.lastAt > NEWS_MS) return;
    for (const user of members()) {
      if (!isPresent(user) || this.#asked.get(user) === log.head) continue;
      const toldUpTo = standing.toldOf(user)?.seq ?? 0;
      const seq = standing.readOf(user) >= log.head ? null : summaries.newestUnread(user);
      if (seq === null || seq <= toldUpTo) continue;
      // One is enough for the alarm to look at all of them.
      if (now < at) {
        arm(at);
        return;
      }
      this.#asked.set(user, log.head);
      ask(user);
    }
  }
}
