// The commands of one channel that are not confirmed: in order, each once. A command is stored before it is sent, sent again
// with the same nonce after every cut, and forgotten only when the server has confirmed it or refused it for good.
import type { ChannelCommand, Cursor, ErrorCode, Rate } from "../../protocol";
import type { ParleyError } from "../parley-error";
import { jitteredDelay } from "../transport/backoff";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import { type Outbox, type OutboxEntry, UNFIXED_EPOCH } from "./outbox";
import { SendPacer } from "./send-pacer";

export type PendingStage =
  | { state: "waiting" }
  | { state: "in-flight"; id: string }
  /** The server has it at `seq`, and its event is still to come. */
  | { state: "acked"; seq: number }
  | { state: "failed"; code: ErrorCode | "offline"; detail: string };

export interface PendingCommand {
  entry: OutboxEntry;
  stage: PendingStage;
}

interface Line {
  send(command: ChannelCommand): void;
  nextId(): string;
  /** Where the log stands; null while it is not known. */
  cursor(): Cursor | null;
  changed(): void;
}

export class PendingCommands {
  readonly #environment: Environment;
  readonly #outbox: Outbox;
  readonly #line: Line;
  readonly #pace: SendPacer;
  readonly #hold: Timer;
  #list: PendingCommand[] = [];
  /** Per nonce, the last write to the outbox: the next one waits for it. */
  readonly #writes = new Map<string, Promise<void>>();
  #connection: symbol | null = null;
  #isDraining = false;
  #refusals = 0;

  constructor(environment: Environment, outbox: Outbox, line: Line) {
    this.#environment = environment;
    this.#outbox = outbox;
    this.#line = line;
    this.#pace = new SendPacer(environment.clock);
    this.#hold = new Timer(environment.clock);
  }

  /** The server said how fast it takes commands. */
  follow(rate: Rate): void {
    this.#pace.follow(rate);
  }

  get list(): readonly PendingCommand[] {
    return this.#list;
  }

  /** Whether something is still to be sent or answered. */
  get isBusy(): boolean {
    return this.#list.some(({ stage }) => stage.state === "waiting" || stage.state === "in-flight");
  }

  add(entry: OutboxEntry): void {
    this.#list.push({ entry, stage: { state: "waiting" } });
    void this.#store(entry);
    this.#line.changed();
    void this.#drain();
  }

  /** Takes over what an earlier client left in the outbox. */
  adopt(entries: readonly OutboxEntry[]): void {
    const known = new Set(this.#list.map(({ entry }) => entry.command.nonce));
    const adopted = entries.filter(({ command }) => !known.has(command.nonce));
    this.#list.push(...adopted.map((entry): PendingCommand => ({ entry, stage: { state: "waiting" } })));
    this.#list.sort((a, b) => a.entry.order - b.entry.order);
    this.#line.changed();
    void this.#drain();
  }

  /** The channel is live: everything unanswered goes out, in order. */
  attach(): void {
    this.#connection = Symbol();
    void this.#drain();
  }

  detach(): void {
    this.#connection = null;
    for (const one of this.#list) if (one.stage.state === "in-flight") one.stage = { state: "waiting" };
  }

  /** The log is another one: what was acknowledged may not be in it, so it is asked again. */
  reset(): void {
    for (const one of this.#list) if (one.stage.state === "acked") one.stage = { state: "waiting" };
  }

  /** What has come to pass: my own events confirm their commands, and acks are settled by the log reaching them. */
  confirm(events: readonly { actor: string; nonce: string }[], last: number): void {
    const done = new Map(events.map(({ actor, nonce }) => [nonce, actor]));
    this.#settle((one) => {
      const { stage, entry } = one;
      return done.get(entry.command.nonce) === entry.author || (stage.state === "acked" && stage.seq <= last);
    });
  }

  acked(id: string, seq: number, last: number): void {
    const one = this.#inFlight(id);
    if (!one) return;
    one.stage = { state: "acked", seq };
    this.confirm([], last);
    this.#line.changed();
    void this.#drain();
  }

  /** Whether the refused command was one of these. */
  refused(id: string, error: ParleyError): boolean {
    const one = this.#inFlight(id);
    if (!one) return false;
    if (error.temporary) {
      one.stage = { state: "waiting" };
      this.#pace.exhaust();
      const pause = error.retryAfterMs ?? 500 + jitteredDelay(this.#refusals++, this.#environment.random);
      this.#hold.set(pause, () => void this.#drain());
    } else {
      this.#fail(one, error.code, error.detail ?? error.message);
      void this.#drain();
    }
    this.#line.changed();
    return true;
  }

  /** The channel is out of reach for good; what was written stays on the screen. */
  failAll(error: ParleyError): void {
    for (const one of this.#list) {
      if (one.stage.state === "waiting" || one.stage.state === "in-flight") this.#fail(one, error.code, error.message);
    }
  }

  /** Sends a failed command again, as the last in line; one that did not fail is left alone. */
  retry(nonce: string, renew: (entry: OutboxEntry, isConflict: boolean) => OutboxEntry): void {
    const failed = this.#list.find(({ entry, stage }) => entry.command.nonce === nonce && stage.state === "failed");
    if (failed?.stage.state !== "failed") return;
    const entry = renew(failed.entry, failed.stage.code === "nonce_conflict");
    this.#list = this.#list.filter((one) => one !== failed);
    this.add(entry);
  }

  /** Forgets a failed command; one under way can no longer be taken back. */
  discard(nonce: string): void {
    this.#settle(({ entry, stage }) => entry.command.nonce === nonce && stage.state === "failed");
    this.#line.changed();
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        await this.#fix(next);
        const isGone = next.stage.state !== "waiting" || !this.#list.includes(next);
        if (this.#connection === null || isGone) continue;
        const id = this.#line.nextId();
        next.stage = { state: "in-flight", id };
        this.#line.send({ id, ...next.entry.command });
      }
    } finally {
      this.#isDraining = false;
    }
  }

  #next(): PendingCommand | null {
    if (this.#connection === null || this.#hold.isSet || this.#line.cursor() === null) return null;
    const next = this.#list.find(({ stage }) => stage.state === "waiting");
    if (!next) return null;
    const underWay = this.#list.filter(({ stage }) => stage.state === "in-flight").length;
    return this.#pace.take(underWay) ? next : null;
  }

  /** Makes sure that what is about to be sent is stored exactly so. */
  async #fix(one: PendingCommand): Promise<void> {
    const cursor = this.#line.cursor();
    if (one.entry.command.epoch === UNFIXED_EPOCH && cursor) {
      one.entry = { ...one.entry, command: { ...one.entry.command, ...cursor } };
      await this.#store(one.entry);
    } else await this.#writes.get(one.entry.command.nonce);
  }

  #fail(one: PendingCommand, code: ErrorCode | "offline", detail: string): void {
    one.stage = { state: "failed", code, detail };
    void this.#erase(one.entry.command.nonce);
  }

  #settle(isDone: (one: PendingCommand) => boolean): void {
    const done = this.#list.filter(isDone);
    if (done.length === 0) return;
    this.#list = this.#list.filter((one) => !done.includes(one));
    this.#refusals = 0;
    for (const { entry } of done) void this.#erase(entry.command.nonce);
    void this.#drain();
  }

  #inFlight(id: string): PendingCommand | undefined {
    return this.#list.find(({ stage }) => stage.state === "in-flight" && stage.id === id);
  }

  #store(entry: OutboxEntry): Promise<void> {
    return this.#write(entry.command.nonce, () => this.#outbox.put(entry));
  }

  #erase(nonce: string): Promise<void> {
    return this.#write(nonce, () => this.#outbox.remove(nonce));
  }

  /** An outbox that fails costs durability, not the message: it stays in memory and is sent all the same. */
  #write(nonce: string, write: () => Promise<void>): Promise<void> {
    const before = this.#writes.get(nonce);
    const written = (before ? before.then(write) : write()).catch((error) =>
      this.#environment.warn(`outbox: ${String(error)}`),
    );
    this.#writes.set(nonce, written);
    void written.then(() => {
      if (this.#writes.get(nonce) === written) this.#writes.delete(nonce);
    });
    return written;
  }
}
