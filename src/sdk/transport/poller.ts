// Sends one poll after the other, each from the cursor of the last answer. The first one brings
// `hello`. If a held poll is lost, the network may cut held polls, so a plain one follows
// immediately. The connection is lost only if that fails too.
import { closeCodes, type FrameOf, hearServerFrame, limits } from "../../protocol";
import { errorFrameOf, isFinal, isSignedOut, type ParleyError } from "../parley-error";
import { Timer } from "./clock";
import type { Environment } from "./environment";
import type { LongPollLimiter } from "./long-poll-limiter";
import type { PollCursor, PollQuery, ReceivedFrame } from "./poll-cursor";
import type { PollOutcome, PollRequests } from "./poll-requests";
import { PollSchedule } from "./poll-schedule";

const HELLO_QUERY: PollQuery = { id: "hello", query: {}, tag: null };
/** The pause before the next held poll after news, so that related events arrive together. */
const BATCH_DELAY_MS = 100;

interface PollerListener {
  received(text: string): void;
  /** Called when the server has answered after `checkAlive`. */
  alive(): void;
  /** `error` is the refusal that ended it, if there was one. */
  ended(code: number, error?: ParleyError): void;
}

export class Poller {
  readonly #environment: Environment;
  readonly #requests: PollRequests;
  readonly #cursor: PollCursor;
  readonly #longPolls: LongPollLimiter;
  readonly #path: string;
  readonly #listener: PollerListener;
  readonly #schedule: PollSchedule;
  readonly #pause: Timer;
  #current: AbortController | null = null;
  #receivedAt = 0;
  #isClosed = false;
  /** Whether the last poll was cut. The next one is then not held. */
  #wasCut = false;
  #isCheckingAlive = false;

  constructor(
    environment: Environment,
    requests: PollRequests,
    cursor: PollCursor,
    longPolls: LongPollLimiter,
    path: string,
    listener: PollerListener,
  ) {
    this.#environment = environment;
    this.#requests = requests;
    this.#cursor = cursor;
    this.#longPolls = longPolls;
    this.#path = path;
    this.#listener = listener;
    this.#schedule = new PollSchedule(environment);
    this.#pause = new Timer(environment.clock);
  }

  /** Sends the next poll and aborts the current one. */
  async poll(): Promise<void> {
    this.#current?.abort();
    this.#pause.clear();
    const isIdentified = this.#requests.user !== null;
    const next = isIdentified ? this.#cursor.next : HELLO_QUERY;
    if (next === null || this.#isClosed) return;
    const aborter = new AbortController();
    this.#current = aborter;
    const isPlain = next.tag === null || this.#wasCut || this.#isCheckingAlive;
    const isHeld = !isPlain && this.#longPolls.tryAcquire();
    const sentAt = this.#environment.clock.now();
    const outcome = await this.#requests.poll(next.query, next.tag, isHeld ? limits.longPollMs : 0, aborter);
    if (isHeld) this.#longPolls.release();
    if (aborter !== this.#current) return;
    this.#current = null;
    if (outcome.kind === "lost") this.#connectionLost(isHeld);
    else if (outcome.kind === "refused") this.#refused(next, outcome.error);
    else this.#answered(outcome, isIdentified, isHeld, sentAt);
  }

  /** Polls soon and often for a while, because a command was answered and news is likely. */
  expectNews(): void {
    this.#schedule.expectNews();
    if (this.#pause.isSet) void this.poll();
  }

  /**
   * Checks whether the server still answers. An answer within the last heartbeat interval is proof
   * enough. Otherwise a plain poll is sent.
   */
  checkAlive(): void {
    if (this.#environment.clock.now() - this.#receivedAt <= limits.heartbeatMs || this.#cursor.next === null) {
      this.#listener.alive();
      return;
    }
    this.#isCheckingAlive = true;
    void this.poll();
  }

  close(): void {
    this.#isClosed = true;
    this.#pause.clear();
    this.#current?.abort();
    this.#current = null;
  }

  /** Returns whether the server's refusal ends the connection. */
  endsConnection(error: ParleyError): boolean {
    if (error.code === "token_expired") this.#listener.ended(closeCodes.tokenStale);
    else if (isSignedOut(error)) this.#listener.ended(closeCodes.sessionRevoked, error);
    else if (error.code === "not_found") this.#listener.ended(closeCodes.removed, error);
    return this.#isClosed;
  }

  #connectionLost(isHeld: boolean): void {
    if (isHeld) {
      this.#wasCut = true;
      void this.poll();
    } else this.#listener.ended(1006);
  }

  #refused({ id, tag }: PollQuery, error: ParleyError): void {
    if (this.endsConnection(error)) return;
    if (tag !== null && error.code === "rate_limited")
      this.#pollLater(Math.max(error.retryAfterMs ?? 0, this.#schedule.pauseMs));
    else if (id === null || this.#requests.user === null)
      this.#listener.ended(isFinal(error) ? closeCodes.removed : 1006, error);
    else {
      this.#cursor.clear();
      this.#listener.received(JSON.stringify(errorFrameOf(id, error)));
    }
  }

  #answered(
    outcome: Exclude<PollOutcome, { kind: "lost" | "refused" }>,
    isIdentified: boolean,
    isHeld: boolean,
    sentAt: number,
  ): void {
    const { clock } = this.#environment;
    this.#receivedAt = clock.now();
    if (this.#isCheckingAlive) this.#listener.alive();
    this.#isCheckingAlive = false;
    const heldMs = isHeld ? this.#receivedAt - sentAt : 0;
    const wasHeldLong = heldMs >= limits.longPollMs / 2;
    if (wasHeldLong) this.#longPolls.succeeded();
    if (this.#wasCut || (isHeld && !wasHeldLong && outcome.kind === "unchanged")) this.#longPolls.cutShort(this.#path);
    const wasCut = this.#wasCut;
    this.#wasCut = false;
    if (outcome.kind === "unchanged") this.#pollLater(wasHeldLong ? 0 : this.#schedule.pauseMs);
    else if (isIdentified) this.#take(outcome, wasCut);
    else this.#helloReceived(outcome.frames);
  }

  #helloReceived(frames: readonly unknown[]): void {
    const hello = frames.map(received).find(isHello);
    if (hello) {
      this.#requests.user = hello.frame.user;
      this.#listener.received(hello.text);
      // Where no command begins the polls, they follow at once.
      if (this.#current === null && this.#cursor.next !== null) void this.poll();
    } else this.#listener.ended(1006);
  }

  #take({ frames, tag }: Extract<PollOutcome, { kind: "frames" }>, wasCut: boolean): void {
    const before = this.#cursor.next;
    const taken = this.#cursor.take(frames.map(received), tag);
    if (taken.kind === "over") {
      this.#listener.ended(closeCodes.restarted);
      return;
    }
    const { next } = this.#cursor;
    const isNews = taken.texts.length > 0;
    if (isNews) this.#schedule.expectNews();
    for (const text of taken.texts) if (!this.#isClosed) this.#listener.received(text);
    // The listener may have begun another query meanwhile, or closed the socket.
    if (this.#isClosed || this.#cursor.next !== next || next === null) return;
    const hasAdvanced = isNews || JSON.stringify(next) !== JSON.stringify(before);
    const isAnswer = before?.id !== null;
    if (hasAdvanced && (taken.isMore || (isAnswer && this.#longPolls.isAllowed))) void this.poll();
    else this.#pollLater(this.#longPolls.isAllowed && hasAdvanced && !wasCut ? BATCH_DELAY_MS : this.#schedule.pauseMs);
  }

  #pollLater(ms: number): void {
    this.#pause.set(ms, () => void this.poll());
  }
}

function received(raw: unknown): ReceivedFrame {
  const text = JSON.stringify(raw);
  const decoded = hearServerFrame(text);
  return { text, frame: decoded.ok ? decoded.value : null };
}

const isHello = (one: ReceivedFrame): one is ReceivedFrame & { frame: FrameOf<"hello"> } => one.frame?.type === "hello";
