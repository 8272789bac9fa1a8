// Synchronises one draft with the server. It is stored shortly after the last change and at most
// ten seconds after the first, one request at a time. An empty draft, which means that the message
// was sent, is stored immediately. A draft from the server replaces the local one only if no local
// change is unsaved. Of changes on several devices, the one written last wins. The server decides
// this: each request says how long ago the draft was written, so the clocks of the devices do not
// matter.
import { type Draft, putDraft } from "../../protocol";
import { ParleyError, parsed } from "../parley-error";
import { Cell } from "../store";
import { jitteredDelay } from "../transport/backoff";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import { channelPath, type Http } from "../transport/http";
import type { DraftView } from "./views";

/** How long after the last change the draft is stored. */
const PAUSE_MS = 1_500;
/** How long after the first unsaved change the draft is stored, for a writer who never pauses. */
const MAX_DELAY_MS = 10_000;
/**
 * The server also sends each draft back to the device that stored it. This many of those echoes are
 * remembered.
 */
const MAX_ECHOES = 8;

/** The content of a draft. An empty text means that there is no draft. */
export type DraftContent = Pick<Draft, "text" | "replyTo">;

const NO_DRAFT: DraftContent = { text: "", replyTo: null };

const isSame = (a: DraftContent, b: DraftContent): boolean => a.text === b.text && a.replyTo === b.replyTo;

export class DraftSync {
  readonly view = new Cell<DraftView | null>(null);
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #channel: string;
  readonly #thread: number | null;
  readonly #timer: Timer;
  /** `writtenAt`: when the person made the last change, by this device's clock. */
  #unsaved: { since: number; dueAt: number; writtenAt: number } | null = null;
  /** When the server was last known to have this device's draft. A later change follows it. */
  #confirmedAt = 0;
  /** The draft on the server; null while that is unknown. */
  #stored: DraftContent | null = NO_DRAFT;
  /** The state of the request. `confirmed`: its echo arrived before its answer. */
  #inFlight: "none" | "sent" | "confirmed" = "none";
  /** Whether the server refused the draft. It stays on this device and is not sent again. */
  #isRefused = false;
  /** The contents that were sent and whose echoes have not arrived, in order. */
  #echoes: DraftContent[] = [];
  /** The last draft received. Polls deliver a draft twice. */
  #lastReceived: (DraftContent & { at: number }) | null = null;
  #attempt = 0;
  #retryAt = 0;
  /** Whether the client is disconnected, so that nothing is retried. */
  #isPaused = false;
  /** Changes with every reset, so that answers to earlier requests are ignored. */
  #generation = Symbol();

  constructor(environment: Environment, http: Http, channel: string, thread: number | null) {
    this.#environment = environment;
    this.#http = http;
    this.#channel = channel;
    this.#thread = thread;
    this.#timer = new Timer(environment.clock);
  }

  /** Whether the server has the draft, as far as this device knows. */
  get isStored(): boolean {
    return this.#unsaved === null && this.#inFlight !== "sent" && !this.#isRefused;
  }

  /** `writtenAt` is earlier than now for a draft that was kept while the program did not run. */
  put(content: DraftContent, writtenAt?: number): void {
    if (isSame(content, this.#content) || this.#isOutdated(writtenAt)) return;
    const now = this.#environment.clock.now();
    const since = this.#unsaved?.since ?? now;
    const isDue = content.text === "" || writtenAt !== undefined;
    this.#isRefused = false;
    this.#unsaved = {
      since,
      dueAt: isDue ? now : Math.min(now + PAUSE_MS, since + MAX_DELAY_MS),
      writtenAt: writtenAt ?? now,
    };
    this.#show(content, writtenAt ?? now);
    this.#schedule();
  }

  /** Whether another device is known to have changed the draft after this time. */
  #isOutdated(writtenAt: number | undefined): boolean {
    if (writtenAt === undefined || this.#lastReceived === null) return false;
    return this.#lastReceived.at > writtenAt + this.#environment.serverClock.aheadMs;
  }

  /** Takes a draft that the server sent to all devices. */
  received({ text, replyTo, at }: Draft): void {
    const content = text === "" ? NO_DRAFT : { text, replyTo };
    if (this.#lastReceived?.at === at && isSame(this.#lastReceived, content)) return;
    this.#lastReceived = { ...content, at };
    const echo = this.#echoes.findIndex((one) => isSame(one, content));
    if (echo >= 0) {
      this.#echoes.splice(0, echo + 1);
      this.#confirmedAt = this.#environment.clock.now();
    }
    // The echo of a later draft of this device is still to come.
    if (echo >= 0 && this.#echoes.length > 0) return;
    if (echo >= 0 && this.#inFlight === "sent") this.#inFlight = "confirmed";
    if (this.#inFlight !== "sent") this.#stored = content;
    if (isSame(content, this.#content)) this.#isRefused = false;
    else if (this.#unsaved === null && this.#inFlight !== "sent" && !this.#isRefused) {
      this.#echoes = [];
      this.#show(content, at);
    }
  }

  /** Stores unsaved changes immediately. */
  flush(): void {
    if (this.#unsaved) this.#unsaved.dueAt = 0;
    this.#retryNow();
  }

  /** Stores unsaved changes immediately. Failures are retried after `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.flush();
    this.#timer.clear();
  }

  /** Ends a pause, and retries immediately after a failure. */
  resume(): void {
    this.#isPaused = false;
    this.#retryNow();
  }

  /** Forgets the draft and everything known about it. */
  reset(): void {
    this.#generation = Symbol();
    this.#timer.clear();
    this.#unsaved = null;
    this.#stored = NO_DRAFT;
    this.#inFlight = "none";
    this.#isRefused = false;
    this.#echoes = [];
    this.#lastReceived = null;
    this.#confirmedAt = 0;
    this.#attempt = 0;
    this.#retryAt = 0;
    this.#show(NO_DRAFT, 0);
  }

  get #content(): DraftContent {
    return this.view.get() ?? NO_DRAFT;
  }

  #show({ text, replyTo }: DraftContent, at: number): void {
    this.view.set(text === "" ? null : { text, replyTo, at });
  }

  #retryNow(): void {
    this.#retryAt = 0;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#unsaved === null || this.#inFlight !== "none") return;
    const ms = Math.max(this.#unsaved.dueAt, this.#retryAt) - this.#environment.clock.now();
    if (ms <= 0) void this.#store(this.#unsaved);
    else this.#timer.set(ms, () => this.#schedule());
  }

  async #store(unsaved: { since: number; writtenAt: number }): Promise<void> {
    const content = { text: this.#content.text, replyTo: this.#content.replyTo };
    const before = this.#stored;
    const generation = this.#generation;
    this.#timer.clear();
    this.#unsaved = null;
    if (before && isSame(content, before)) return;
    this.#inFlight = "sent";
    this.#stored = null;
    const last = this.#echoes.at(-1);
    if (!last || !isSame(last, content)) this.#echoes = [...this.#echoes, content].slice(-MAX_ECHOES);
    let failure: unknown = null;
    try {
      const ageMs = Math.max(0, this.#environment.clock.now() - Math.max(unsaved.writtenAt, this.#confirmedAt));
      const body = parsed(putDraft.safeParse({ thread: this.#thread, ...content, ageMs: Math.round(ageMs) }));
      await this.#http.command("PUT", `${channelPath(this.#channel)}/draft`, body, { outlivesPage: true });
    } catch (error) {
      failure = error;
    }
    if (generation !== this.#generation) return;
    const wasConfirmed = this.#isConfirmed;
    this.#inFlight = "none";
    if (failure === null || wasConfirmed) {
      if (!wasConfirmed) this.#stored = content;
      this.#confirmedAt = this.#environment.clock.now();
      this.#attempt = 0;
      this.#schedule();
    } else if (failure instanceof ParleyError && failure.temporary) this.#retryLater(unsaved, failure);
    else if (failure instanceof ParleyError && failure.code === "draft_outdated") this.#outdated(content, unsaved);
    else this.#refused(content, before, failure);
  }

  get #isConfirmed(): boolean {
    return this.#inFlight === "confirmed";
  }

  #retryLater({ since, writtenAt }: { since: number; writtenAt: number }, { retryAfterMs = 0 }: ParleyError): void {
    const { clock, random } = this.#environment;
    this.#unsaved ??= { since, dueAt: 0, writtenAt };
    this.#unsaved.since = since;
    this.#retryAt = clock.now() + Math.max(retryAfterMs, jitteredDelay(this.#attempt++, random));
    if (!this.#isPaused) this.#schedule();
  }

  /** Another device changed the draft later. Its draft has arrived, or is about to. */
  #outdated(content: DraftContent, { writtenAt }: { writtenAt: number }): void {
    this.#echoes = this.#echoes.filter((one) => !isSame(one, content));
    const received = this.#lastReceived;
    if (received && this.#isOutdated(writtenAt)) {
      this.#stored = received;
      if (this.#unsaved === null) this.#show(received, received.at);
    }
    this.#schedule();
  }

  #refused(content: DraftContent, before: DraftContent | null, failure: unknown): void {
    if (failure instanceof ParleyError && failure.code === "not_found") {
      this.reset();
      return;
    }
    this.#environment.warn(`a draft could not be stored: ${String(failure)}`);
    this.#stored = before;
    this.#echoes = this.#echoes.filter((one) => !isSame(one, content));
    this.#isRefused = this.#unsaved === null;
    this.#schedule();
  }
}
