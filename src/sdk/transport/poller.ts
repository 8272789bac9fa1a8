// One poll after the other, each from where the last one ended. The first greets. A poll that was held and then lost may have been cut by
// something that does not let polls be held, so a plain one is asked at once: only if that is lost too, the connection is.
import { closeCodes, type FrameOf, hearServerFrame, limits } from "../../protocol";
import { answerOf, type ParleyError } from "../parley-error";
import { Alarm } from "./clock";
import type { Environment } from "./environment";
import type { Holding } from "./long-poll-limiter";
import type { Heard, Polls, Question } from "./poll-cursor";
import type { Outcome, PollLine } from "./poll-requests";
import { Tempo } from "./poll-schedule";

const GREETING: Question = { id: "hello", query: {}, tag: null };
/** Between polls that can be held, after news: what happens together is told together. */
const GATHER_MS = 100;

interface PollerListener {
  heard(text: string): void;
  /** The answer to a `look`. */
  isAlive(): void;
  ended(code: number): void;
}

export class Poller {
  readonly #environment: Environment;
  readonly #line: PollLine;
  readonly #polls: Polls;
  readonly #holding: Holding;
  readonly #place: string;
  readonly #listener: PollerListener;
  readonly #tempo: Tempo;
  readonly #pause: Alarm;
  #underWay: AbortController | null = null;
  #heardAt = 0;
  #isClosed = false;
  /** The next poll is not to be held: the one before was cut. */
  #wasCut = false;
  #isLookedAt = false;

  constructor(
    environment: Environment,
    line: PollLine,
    polls: Polls,
    holding: Holding,
    place: string,
    listener: PollerListener,
  ) {
    this.#environment = environment;
    this.#line = line;
    this.#polls = polls;
    this.#holding = holding;
    this.#place = place;
    this.#listener = listener;
    this.#tempo = new Tempo(environment);
    this.#pause = new Alarm(environment.clock);
  }

  /** Asks what is to be asked, instead of what is being asked. */
  async turn(): Promise<void> {
    this.#underWay?.abort();
    this.#pause.clear();
    const isGreeted = this.#line.user !== null;
    const question = isGreeted ? this.#polls.question : GREETING;
    if (question === null || this.#isClosed) return;
    const aborter = new AbortController();
    this.#underWay = aborter;
    const isPlain = question.tag === null || this.#wasCut || this.#isLookedAt;
    const isHeld = !isPlain && this.#holding.take();
    const askedAt = this.#environment.clock.now();
    const outcome = await this.#line.poll(question.query, question.tag, isHeld ? limits.longPollMs : 0, aborter);
    if (isHeld) this.#holding.giveBack();
    if (aborter !== this.#underWay) return;
    this.#underWay = null;
    if (outcome.kind === "lost") this.#lost(isHeld);
    else if (outcome.kind === "refused") this.#refused(question, outcome.error);
    else this.#answered(outcome, isGreeted, isHeld, askedAt);
  }

  /** Something was sent or answered elsewhere: news is likely. */
  stir(): void {
    this.#tempo.stir();
    if (this.#pause.isSet) void this.turn();
  }

  /** Finds out whether the server is still there. What was heard within a heartbeat is proof enough. */
  look(): void {
    if (this.#environment.clock.now() - this.#heardAt <= limits.heartbeatMs || this.#polls.question === null) {
      this.#listener.isAlive();
      return;
    }
    this.#isLookedAt = true;
    void this.turn();
  }

  close(): void {
    this.#isClosed = true;
    this.#pause.clear();
    this.#underWay?.abort();
    this.#underWay = null;
  }

  /** Whether the server's refusal ends the connection. */
  ends({ code }: ParleyError): boolean {
    if (code === "token_expired") this.#listener.ended(closeCodes.tokenStale);
    else if (code === "sign_in_required") this.#listener.ended(closeCodes.sessionRevoked);
    else if (code === "not_found") this.#listener.ended(closeCodes.removed);
    return this.#isClosed;
  }

  #lost(isHeld: boolean): void {
    if (isHeld) {
      this.#wasCut = true;
      void this.turn();
    } else this.#listener.ended(1006);
  }

  #refused({ id, tag }: Question, error: ParleyError): void {
    if (this.ends(error)) return;
    if (tag !== null && error.code === "rate_limited")
      this.#later(Math.max(error.retryAfterMs ?? 0, this.#tempo.pauseMs));
    else if (id === null || this.#line.user === null) this.#listener.ended(1006);
    else {
      this.#polls.drop();
      this.#listener.heard(JSON.stringify(answerOf(id, error)));
    }
  }

  #answered(
    outcome: Exclude<Outcome, { kind: "lost" | "refused" }>,
    isGreeted: boolean,
    isHeld: boolean,
    askedAt: number,
  ): void {
    const { clock } = this.#environment;
    this.#heardAt = clock.now();
    if (this.#isLookedAt) this.#listener.isAlive();
    this.#isLookedAt = false;
    const heldMs = isHeld ? this.#heardAt - askedAt : 0;
    const isLong = heldMs >= limits.longPollMs / 2;
    if (isLong) this.#holding.lasted();
    if (this.#wasCut || (isHeld && !isLong && outcome.kind === "unchanged")) this.#holding.wasCut(this.#place);
    const wasCut = this.#wasCut;
    this.#wasCut = false;
    if (outcome.kind === "unchanged") this.#later(isLong ? 0 : this.#tempo.pauseMs);
    else if (isGreeted) this.#take(outcome, wasCut);
    else this.#greeted(outcome.frames);
  }

  #greeted(frames: readonly unknown[]): void {
    const hello = frames.map(heard).find(isHello);
    if (hello) {
      this.#line.user = hello.frame.user;
      this.#listener.heard(hello.text);
    } else this.#listener.ended(1006);
  }

  #take({ frames, tag }: Extract<Outcome, { kind: "frames" }>, wasCut: boolean): void {
    const before = this.#polls.question;
    const taken = this.#polls.take(frames.map(heard), tag);
    if (taken.kind === "over") {
      this.#listener.ended(closeCodes.restarted);
      return;
    }
    const { question } = this.#polls;
    const isNews = taken.texts.length > 0;
    if (isNews) this.#tempo.stir();
    for (const text of taken.texts) if (!this.#isClosed) this.#listener.heard(text);
    // Whoever listens may have asked something meanwhile, or closed.
    if (this.#isClosed || this.#polls.question !== question || question === null) return;
    const isMoved = isNews || JSON.stringify(question) !== JSON.stringify(before);
    const isAsked = before?.id !== null;
    if (isMoved && (taken.isMore || (isAsked && this.#holding.isAllowed))) void this.turn();
    else this.#later(this.#holding.isAllowed && isMoved && !wasCut ? GATHER_MS : this.#tempo.pauseMs);
  }

  #later(ms: number): void {
    this.#pause.set(ms, () => void this.turn());
  }
}

function heard(raw: unknown): Heard {
  const text = JSON.stringify(raw);
  const decoded = hearServerFrame(text);
  return { text, frame: decoded.ok ? decoded.value : null };
}

const isHello = (one: Heard): one is Heard & { frame: FrameOf<"hello"> } => one.frame?.type === "hello";
