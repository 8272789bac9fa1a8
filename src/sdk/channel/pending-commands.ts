// The unconfirmed commands of one channel, in order. A command is stored before it is sent. After
// every lost connection it is sent again with the same nonce. It is removed only when the server
// has confirmed it. A refused text stays, also in storage, until the person retries or discards it.
import type { Rate } from "../../protocol";
import { type Outbox, type OutboxEntry, type RefusalCode, UNFIXED_EPOCH } from "../outbox/outbox";
import { SendPacer } from "../outbox/send-pacer";
import type { ParleyError } from "../parley-error";
import { jitteredDelay } from "../transport/backoff";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { CommandSender } from "./command-sender";
import type { ChannelLog } from "./log";
import { type PendingCommand, refusedTextOf, stageOf } from "./pending-command";
import type { PartReport } from "./reports";
import type { RefusedText } from "./views";

/**
 * A command that the server refuses for longer fails, so that the person learns of it. Rates ask
 * for less, and the budget of a day for hours.
 */
const LONGEST_PAUSE_MS = 120_000;

export class PendingCommands {
  readonly #environment: Environment;
  readonly #outbox: Outbox;
  readonly #log: ChannelLog;
  readonly #commands: CommandSender;
  readonly #report: (report: PartReport) => void;
  readonly #pacer: SendPacer;
  readonly #retryTimer: Timer;
  #list: PendingCommand[] = [];
  #refused: readonly RefusedText[] = [];
  /** The last write to the outbox per nonce. The next write for that nonce waits for it. */
  readonly #writes = new Map<string, Promise<void>>();
  /** How each command that is unsent or unanswered ends: with its seq, or with the refusal. */
  readonly #outcomes = new Map<string, PromiseWithResolvers<number>>();
  #connection: symbol | null = null;
  #isDraining = false;
  #refusals = 0;

  constructor(
    environment: Environment,
    outbox: Outbox,
    log: ChannelLog,
    commands: CommandSender,
    report: (report: PartReport) => void,
  ) {
    this.#environment = environment;
    this.#outbox = outbox;
    this.#log = log;
    this.#commands = commands;
    this.#report = report;
    this.#pacer = new SendPacer(environment.clock);
    this.#retryTimer = new Timer(environment.clock);
  }

  /** Sets the rate that the server announced in `hello`. */
  setRate(rate: Rate): void {
    this.#pacer.setRate(rate);
  }

  get list(): readonly PendingCommand[] {
    return this.#list;
  }

  /** Whether some command waits to be sent or answered. */
  get isBusy(): boolean {
    return this.#list.some(({ stage }) => stage.state === "waiting" || stage.state === "in-flight");
  }

  /** The refused texts. The same object until they change. */
  get refusedTexts(): readonly RefusedText[] {
    return this.#refused;
  }

  /** Returns a promise of the seq. It rejects if the command fails. */
  add(entry: OutboxEntry): Promise<number> {
    this.#list.push({ entry, stage: { state: "waiting" } });
    const promise = this.#promise(entry);
    void this.#store(entry);
    this.#report({ type: "changed" });
    void this.#drain();
    return promise;
  }

  /** Resolves when every command has been stored by the server or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#outcomes.values()].map(({ promise }) => promise));
  }

  /** Rejects the promises of all commands, which stay in the outbox, because the client ends. */
  abandon(error: ParleyError): void {
    for (const nonce of [...this.#outcomes.keys()]) this.#settle(nonce, (outcome) => outcome.reject(error));
  }

  /** Takes over commands that an earlier client left in the outbox. */
  adopt(entries: readonly OutboxEntry[]): void {
    const known = new Set(this.#list.map(({ entry }) => entry.command.nonce));
    const adopted = entries.filter(({ command }) => !known.has(command.nonce));
    this.#list.push(...adopted.map((entry): PendingCommand => ({ entry, stage: stageOf(entry) })));
    for (const entry of adopted) if (!entry.refusal) void this.#promise(entry);
    this.#list.sort((a, b) => a.entry.order - b.entry.order);
    this.#refusedChanged();
    this.#report({ type: "changed" });
    void this.#drain();
  }

  /** Sends everything that waits, in order, because the channel is live. */
  attach(): void {
    this.#connection = Symbol();
    void this.#drain();
  }

  detach(): void {
    this.#connection = null;
    for (const pending of this.#list) if (pending.stage.state === "in-flight") pending.stage = { state: "waiting" };
  }

  /** Sends acknowledged commands again, because the log was replaced and may lack them. */
  reset(): void {
    for (const pending of this.#list) if (pending.stage.state === "acked") pending.stage = { state: "waiting" };
  }

  /**
   * Removes commands that have taken effect: those whose own event arrived, and acknowledged ones
   * whose `seq` the local log has reached.
   */
  confirm(events: readonly { actor: string; nonce: string; seq: number }[]): void {
    if (this.#list.length === 0) return;
    const last = this.#log.last ?? 0;
    const done = new Map(events.map((event) => [event.nonce, event]));
    this.#complete(({ stage, entry: { command, author } }) => {
      const own = done.get(command.nonce);
      if (own?.actor !== author) return stage.state === "acked" && stage.seq <= last;
      this.#settle(command.nonce, (outcome) => outcome.resolve(own.seq));
      return true;
    });
  }

  acked(id: string, seq: number): void {
    const pending = this.#inFlight(id);
    if (!pending) return;
    pending.stage = { state: "acked", seq };
    this.#settle(pending.entry.command.nonce, (outcome) => outcome.resolve(seq));
    this.confirm([]);
    this.#report({ type: "changed" });
    void this.#drain();
  }

  /** Returns whether the refused command was one of these. */
  refused(id: string, error: ParleyError): boolean {
    const pending = this.#inFlight(id);
    if (!pending) return false;
    if (error.temporary && (error.retryAfterMs ?? 0) <= LONGEST_PAUSE_MS) {
      pending.stage = { state: "waiting" };
      this.#pacer.exhaust();
      const pause = error.retryAfterMs ?? 500 + jitteredDelay(this.#refusals++, this.#environment.random);
      this.#retryTimer.set(pause, () => void this.#drain());
    } else {
      this.#fail(pending, error);
      void this.#drain();
    }
    this.#report({ type: "changed" });
    return true;
  }

  /** Marks all commands as failed, because the channel is gone permanently. They stay visible. */
  failAll(error: ParleyError, code: RefusalCode): void {
    for (const pending of this.#list) {
      if (pending.stage.state === "waiting" || pending.stage.state === "in-flight") this.#fail(pending, error, code);
    }
  }

  /** Sends a failed command again, after all others. Does nothing if it has not failed. */
  retry(nonce: string, renew: (entry: OutboxEntry, isConflict: boolean) => OutboxEntry): void {
    const failed = this.#list.find(({ entry, stage }) => entry.command.nonce === nonce && stage.state === "failed");
    if (failed?.stage.state !== "failed") return;
    const { refusal: _, ...entry } = renew(failed.entry, failed.stage.code === "nonce_conflict");
    this.#list = this.#list.filter((pending) => pending !== failed);
    if (entry.command.nonce !== nonce) void this.#erase(nonce);
    this.#refusedChanged();
    void this.add(entry);
  }

  /** Removes a failed command. A command that waits or is in flight cannot be taken back. */
  discard(nonce: string): void {
    this.#complete(({ entry, stage }) => entry.command.nonce === nonce && stage.state === "failed");
    this.#refusedChanged();
    this.#report({ type: "changed" });
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        await this.#fixCursor(next);
        const isObsolete = next.stage.state !== "waiting" || !this.#list.includes(next);
        if (this.#connection === null || isObsolete) continue;
        const id = this.#commands.nextId();
        next.stage = { state: "in-flight", id };
        this.#commands.send({ id, ...next.entry.command });
      }
    } finally {
      this.#isDraining = false;
    }
  }

  #next(): PendingCommand | null {
    if (this.#connection === null || this.#retryTimer.isSet || this.#log.cursor === null) return null;
    const next = this.#list.find(({ stage }) => stage.state === "waiting");
    if (!next) return null;
    const inFlight = this.#list.filter(({ stage }) => stage.state === "in-flight").length;
    return this.#pacer.tryTake(inFlight) ? next : null;
  }

  /** Waits until the command is stored exactly as it is about to be sent. */
  async #fixCursor(pending: PendingCommand): Promise<void> {
    const { cursor } = this.#log;
    if (pending.entry.command.epoch === UNFIXED_EPOCH && cursor) {
      pending.entry = { ...pending.entry, command: { ...pending.entry.command, ...cursor } };
      await this.#store(pending.entry);
    } else await this.#writes.get(pending.entry.command.nonce);
  }

  #fail(pending: PendingCommand, error: ParleyError, code: RefusalCode = error.code): void {
    const refusal = { code, detail: error.detail ?? error.message };
    const { nonce } = pending.entry.command;
    pending.stage = { state: "failed", ...refusal };
    this.#settle(nonce, (outcome) => outcome.reject(error));
    if (!("text" in pending.entry.command)) {
      void this.#erase(nonce);
      return;
    }
    pending.entry = { ...pending.entry, refusal };
    void this.#store(pending.entry);
    this.#refusedChanged();
  }

  #refusedChanged(): void {
    const refused = this.#list.flatMap(refusedTextOf);
    if (refused.length === 0 && this.#refused.length === 0) return;
    this.#refused = refused;
    this.#report({ type: "texts-refused" });
  }

  /** The views show a failure too, so a rejection that no program waits for is no error. */
  #promise({ command: { nonce } }: OutboxEntry): Promise<number> {
    const outcome = Promise.withResolvers<number>();
    outcome.promise.catch(() => {});
    this.#outcomes.set(nonce, outcome);
    return outcome.promise;
  }

  #settle(nonce: string, settle: (outcome: PromiseWithResolvers<number>) => void): void {
    const outcome = this.#outcomes.get(nonce);
    this.#outcomes.delete(nonce);
    if (outcome) settle(outcome);
  }

  #complete(isDone: (pending: PendingCommand) => boolean): void {
    const done = this.#list.filter(isDone);
    if (done.length === 0) return;
    this.#list = this.#list.filter((pending) => !done.includes(pending));
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

  /** Writes to the outbox. If the outbox fails, the command stays in memory and is sent anyway. */
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
