// Telling those who are not there: a cursor per member again, kept in the packed row. What is owed is computed, never queued: a job in the queue only
// says that somebody may owe something, the consumer asks what, and the cursor moves when it says what came of it. A job that is never answered is
// sent again by the alarm.
import { type Due, dueFor, type Told } from "../domain/notify";
import type { Debt, Outcome, Owed, OwedMessage, PushQueue, Settlement } from "../domain/push";
import { type ChannelKind, type Event, limits, type WindowJob } from "../protocol";
import { logFault } from "../runtime/log";
import type { ChannelLog } from "./log";
import type { Standing } from "./standing";
import type { Summaries } from "./summary";

/** A job that was not answered by then is lost, and so is an asker. */
const PATIENCE_MS = 30_000;
/** A queue that took no job is tried again. */
const QUEUE_AGAIN_MS = 5_000;
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
  readonly #claims = new Map<string, { claim: number; at: number }>();
  #claim = 0;
  /** Members of whom memory knows that nothing is owed before a minute is over. */
  readonly #settled = new Set<string>();
  /** Up to which entry it was asked anew whether somebody is there, by user. */
  readonly #asked = new Map<string, number>();

  constructor(private readonly host: PushingHost) {}

  /** The log moved: whoever it calls, and whoever may have nothing left to be told of, is looked at again. */
  moved(events: readonly Event[]): void {
    for (const { type, data } of events) {
      if (type === "message.deleted") this.#settled.clear();
      if (type !== "message.sent" && type !== "message.edited") continue;
      const { body } = data;
      if (body.state !== "live") continue;
      if (body.mentions.all !== null) this.#settled.clear();
      for (const user of body.mentions.users) this.#settled.delete(user);
    }
  }

  /** Somebody's mark moved: what their devices show may be stale. */
  looked(user: string): void {
    this.#settled.delete(user);
    if (this.host.standing.toldOf(user)?.shown) this.consider();
  }

  /** They are online: there is a device to tell, for all that is known. */
  woke(user: string): void {
    const told = this.host.standing.toldOf(user);
    if (told?.nobody) this.host.standing.tell(user, { ...told, nobody: false });
  }

  forget(user: string): void {
    this.#claims.delete(user);
    this.#settled.delete(user);
    this.#asked.delete(user);
  }

  /** Sends a job where something is owed, or sees to it that the alarm rings when something will be. */
  consider(): void {
    const now = this.host.now();
    if (this.#job && isWithin(PATIENCE_MS, this.#job.sentAt, now)) return;
    const owing: string[] = [];
    let waitsUntil = Number.POSITIVE_INFINITY;
    for (const user of this.host.members()) {
      const due = this.#dueOf(user, now, PATIENCE_MS);
      if (typeof due === "number") waitsUntil = Math.min(waitsUntil, due);
      else if (due !== null) owing.push(user);
    }
    if (owing.length > 0) this.#send(owing, now);
    else if (waitsUntil < Number.POSITIVE_INFINITY) this.host.arm(waitsUntil);
  }

  /** The alarm rang. */
  ring(): void {
    const now = this.host.now();
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
    let againAt = Number.POSITIVE_INFINITY;
    for (const user of job.epoch === log.epoch ? members() : []) {
      const claimed = this.#claims.get(user);
      if (claimed && isWithin(PATIENCE_MS, claimed.at, at)) {
        againAt = Math.min(againAt, claimed.at + PATIENCE_MS);
        continue;
      }
      const due = this.#dueOf(user, at, 0);
      if (typeof due === "number") againAt = Math.min(againAt, due);
      if (typeof due !== "string") continue;
      const debt = this.#debtOf(user, due);
      const message = debt.message === null ? null : summaries.startOf(debt.message);
      if (debt.message !== null && message) messages[debt.message] = message;
      debts.push(debt);
      this.#claims.set(user, { claim, at });
    }
    const againMs = againAt < Number.POSITIVE_INFINITY ? againAt - at : null;
    // Nobody will say what came of nothing.
    if (debts.length === 0 && againMs === null) this.#job = null;
    return { claim, kind, name, life, debts, messages, againMs };
  }

  settle({ claim, outcomes, returned }: Settlement): void {
    const { standing, isMember, now } = this.host;
    const at = now();
    for (const user of [...returned, ...outcomes.map((outcome) => outcome.user)]) this.#claims.delete(user);
    for (const outcome of outcomes) {
      if (isMember(outcome.user)) standing.tell(outcome.user, toldAfter(standing.toldOf(outcome.user), outcome, at));
    }
    if (outcomes.length > 0) standing.save(at);
    // Whoever says something is at work on the rest.
    for (const [user, claimed] of this.#claims) {
      if (claimed.claim === claim) this.#claims.set(user, { claim, at });
      else if (!isWithin(PATIENCE_MS, claimed.at, at)) this.#claims.delete(user);
    }
    if (this.#claims.size > 0) return;
    this.#job = null;
    this.consider();
  }

  /** `patienceMs`: how much longer than the consumer the channel waits with what could not be done before. */
  #dueOf(user: string, now: number, patienceMs: number): Due {
    const { standing, summaries, log, isPresent } = this.host;
    const { kind } = log.header;
    const known = standing.toldOf(user);
    const here = isPresent(user);
    if (here && !known?.shown) return null;
    // Whoever was found without a device may have one after a while, unless nobody has come since.
    const isFound = known?.nobody && !standing.isQuiet(user) && !isWithin(limits.pushEveryMs, known.at, now);
    const told = known && isFound ? { ...known, nobody: false } : known;
    if (told?.nobody && !told.shown) return null;
    if (told && this.#isSettled(kind, user, told, now)) {
      return log.head > told.seq ? told.at + limits.pushEveryMs : null;
    }
    const again = told && { ...told, againAt: told.againAt + patienceMs };
    const hasLooked = told !== null && standing.readOf(user) >= told.seq;
    const unread = { ...summaries.newestFor(user, told?.seq ?? 0), hasLooked };
    const due = dueFor(kind, again, unread, { now, isPresent: here });
    if (kind === "group" && (due === null || typeof due === "number")) this.#settled.add(user);
    else this.#settled.delete(user);
    return due;
  }

  /** In a lively group the members who were just told of it cost nothing. */
  #isSettled(kind: ChannelKind, user: string, told: Told, now: number): boolean {
    if (kind === "direct" || told.missing.length > 0 || !this.#settled.has(user)) return false;
    // Looked at meanwhile: what comes next is the first unread again.
    if (this.host.standing.readOf(user) >= told.seq) return false;
    return isWithin(limits.pushEveryMs, told.at, now);
  }

  #debtOf(user: string, due: "show" | "again" | "clear"): Debt {
    const told = this.host.standing.toldOf(user);
    if (due === "clear") {
      const only = told?.clearing && told.missing.length > 0 ? told.missing : null;
      return { user, do: "clear", seq: told?.seq ?? 1, message: null, mention: false, unread: 0, only };
    }
    const { seq, mention } = this.host.summaries.newestFor(user, due === "again" ? 0 : (told?.seq ?? 0));
    const { unread } = this.host.summaries.rowOf(user);
    const only = due === "again" ? (told?.missing ?? null) : null;
    const newest = seq ?? 1;
    return { user, do: "show", seq: newest, message: mention ?? newest, mention: mention !== null, unread, only };
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
      arm(this.host.now() + QUEUE_AGAIN_MS);
    });
  }

  /** Who seemed to be there and has read nothing since may have gone without a word. */
  #lookAgain(now: number): void {
    const { log, standing, summaries, members, isPresent, ask, arm } = this.host;
    const at = log.lastAt + LOOK_AGAIN_MS;
    for (const user of members()) {
      if (!isPresent(user) || this.#asked.get(user) === log.head) continue;
      const toldUpTo = standing.toldOf(user)?.seq ?? 0;
      const { seq } = standing.readOf(user) >= log.head ? { seq: null } : summaries.newestFor(user, toldUpTo);
      if (seq === null || seq <= toldUpTo) continue;
      // After a day nobody takes it for news.
      if (now - log.lastAt > limits.sessionTouchMs) continue;
      if (now < at) {
        arm(at);
        continue;
      }
      this.#asked.set(user, log.head);
      ask(user);
    }
  }
}

/** Whether less than `ms` have passed since `from`; a clock that went back tells nobody how long it was. */
const isWithin = (ms: number, from: number | null, now: number): boolean =>
  from !== null && now >= from && now - from < ms;

/** Where a member stands once something was done. */
function toldAfter(before: Told | null, { do: done, seq, result, missing, againMs }: Outcome, now: number): Told {
  const again = { missing, againAt: missing.length > 0 ? now + againMs : 0 };
  if (done === "clear") {
    const isCleared = missing.length === 0;
    const rest = before ?? { seq, at: now, nobody: false };
    return { ...rest, ...again, shown: !isCleared, clearing: !isCleared };
  }
  // Another asker was faster with something newer.
  if (before && before.seq > seq) return before;
  const at = before?.seq === seq ? before.at : now;
  const shown = result === "told" || (before?.shown ?? false);
  return { seq, at, shown, ...again, clearing: false, nobody: result === "nobody" };
}
