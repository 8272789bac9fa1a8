// The draft of one place: what shows, and what of it the server does not hold yet. It is stored a moment after the last change and not much
// later than the first, one request at a time; an empty one, which is a message that was sent, at once. What the server tells of this place
// is taken over only where nothing here waits to be stored: of a race between two devices the one that stores last wins, on both.
import type { Draft } from "../../protocol";
import { ParleyError } from "../parley-error";
import { Cell } from "../store";
import { jitteredDelay } from "../transport/backoff";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { DraftView } from "./views";

/** After the last change. */
const QUIET_MS = 1_500;
/** After the first change that is not stored, for somebody who never pauses. */
const LATEST_MS = 10_000;
/** What was stored from here is told to this device too. So many of those echoes are remembered. */
const ECHOES = 8;

/** What a draft says; an empty text is none. */
export type DraftContent = Pick<Draft, "text" | "replyTo">;

const NOTHING: DraftContent = { text: "", replyTo: null };

const isSame = (a: DraftContent, b: DraftContent): boolean => a.text === b.text && a.replyTo === b.replyTo;

export interface DraftSyncHost {
  readonly environment: Environment;
  store(said: DraftContent): Promise<void>;
  shown(view: DraftView | null): void;
  /** The client is disconnected: nothing is tried again until it is back. */
  isAway(): boolean;
}

export class DraftSync {
  readonly view = new Cell<DraftView | null>(null);
  readonly #line: DraftSyncHost;
  readonly #alarm: Timer;
  #unsaved: { since: number; dueAt: number } | null = null;
  /** What the server holds; null while nobody knows. */
  #stored: DraftContent | null = NOTHING;
  /** A request whose answer is still to come; `told`: the server has said already that it holds it. */
  #underWay: "no" | "asked" | "told" = "no";
  /** The server does not take it: it stays here, and is not asked again. */
  #isRefused = false;
  /** What was sent from here and has not been told by the server yet, in its order. */
  #echoes: DraftContent[] = [];
  /** What the server told last: polls tell it twice. */
  #heard: (DraftContent & { at: number }) | null = null;
  #attempt = 0;
  #heldUntil = 0;
  /** Answers to what was asked before the place was forgotten say nothing. */
  #life = Symbol();

  constructor(line: DraftSyncHost) {
    this.#line = line;
    this.#alarm = new Timer(line.environment.clock);
  }

  put(said: DraftContent): void {
    if (isSame(said, this.#said)) return;
    const now = this.#line.environment.clock.now();
    const since = this.#unsaved?.since ?? now;
    this.#isRefused = false;
    this.#unsaved = { since, dueAt: said.text === "" ? now : Math.min(now + QUIET_MS, since + LATEST_MS) };
    this.#show(said, now);
    this.#schedule();
  }

  /** What the server holds, as it tells all devices. */
  heard({ text, replyTo, at }: Draft): void {
    const said = text === "" ? NOTHING : { text, replyTo };
    if (this.#heard?.at === at && isSame(this.#heard, said)) return;
    this.#heard = { ...said, at };
    const echo = this.#echoes.findIndex((one) => isSame(one, said));
    if (echo >= 0) this.#echoes.splice(0, echo + 1);
    // A later one of mine is still to come.
    if (echo >= 0 && this.#echoes.length > 0) return;
    if (echo >= 0 && this.#underWay === "asked") this.#underWay = "told";
    if (this.#underWay !== "asked") this.#stored = said;
    if (isSame(said, this.#said)) this.#isRefused = false;
    else if (this.#unsaved === null && this.#underWay !== "asked" && !this.#isRefused) {
      this.#echoes = [];
      this.#show(said, at);
    }
  }

  /** Stores at once what is not stored. */
  flush(): void {
    if (this.#unsaved) this.#unsaved.dueAt = 0;
    this.retryNow();
  }

  /** Waits no longer after a failure. */
  retryNow(): void {
    this.#heldUntil = 0;
    this.#schedule();
  }

  /** There is no draft, and nothing known of one. */
  forget(): void {
    this.#life = Symbol();
    this.rest();
    this.#unsaved = null;
    this.#stored = NOTHING;
    this.#underWay = "no";
    this.#isRefused = false;
    this.#echoes = [];
    this.#heard = null;
    this.#attempt = 0;
    this.#heldUntil = 0;
    this.#show(NOTHING, 0);
  }

  /** Does nothing by itself any more. */
  rest(): void {
    this.#alarm.clear();
  }

  get #said(): DraftContent {
    return this.view.get() ?? NOTHING;
  }

  #show({ text, replyTo }: DraftContent, at: number): void {
    this.view.set(text === "" ? null : { text, replyTo, at });
    this.#line.shown(this.view.get());
  }

  #schedule(): void {
    if (this.#unsaved === null || this.#underWay !== "no") return;
    const ms = Math.max(this.#unsaved.dueAt, this.#heldUntil) - this.#line.environment.clock.now();
    if (ms <= 0) void this.#store(this.#unsaved.since);
    else this.#alarm.set(ms, () => this.#schedule());
  }

  async #store(since: number): Promise<void> {
    const said = { text: this.#said.text, replyTo: this.#said.replyTo };
    const before = this.#stored;
    const life = this.#life;
    this.#alarm.clear();
    this.#unsaved = null;
    if (before && isSame(said, before)) return;
    this.#underWay = "asked";
    this.#stored = null;
    const last = this.#echoes.at(-1);
    if (!last || !isSame(last, said)) this.#echoes = [...this.#echoes, said].slice(-ECHOES);
    let failure: unknown = null;
    try {
      await this.#line.store(said);
    } catch (error) {
      failure = error;
    }
    if (life !== this.#life) return;
    const wasTold = this.#isTold;
    this.#underWay = "no";
    if (failure === null || wasTold) {
      if (!wasTold) this.#stored = said;
      this.#attempt = 0;
      this.#schedule();
    } else if (failure instanceof ParleyError && failure.temporary) this.#later(since, failure);
    else this.#refused(said, before, failure);
  }

  get #isTold(): boolean {
    return this.#underWay === "told";
  }

  #later(since: number, { retryAfterMs = 0 }: ParleyError): void {
    const { clock, random } = this.#line.environment;
    this.#unsaved ??= { since, dueAt: 0 };
    this.#unsaved.since = since;
    this.#heldUntil = clock.now() + Math.max(retryAfterMs, jitteredDelay(this.#attempt++, random));
    if (!this.#line.isAway()) this.#schedule();
  }

  #refused(said: DraftContent, before: DraftContent | null, failure: unknown): void {
    if (failure instanceof ParleyError && failure.code === "not_found") {
      this.forget();
      return;
    }
    this.#line.environment.warn(`a draft could not be stored: ${String(failure)}`);
    this.#stored = before;
    this.#echoes = this.#echoes.filter((one) => !isSame(one, said));
    this.#isRefused = this.#unsaved === null;
    this.#schedule();
  }
}
