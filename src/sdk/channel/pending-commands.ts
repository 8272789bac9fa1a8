// The unconfirmed commands of one channel, in order. A command is stored before it is sent. After
// every lost connection it is sent again with the same nonce. It is removed only when the server
// has confirmed it. A refused text stays, also in storage, until the person retries or discards it.
import type { Rate } from "../../protocol";
import { type Outbox, type OutboxEntry, type OutgoingFile, type RefusalCode, UNFIXED_EPOCH } from "../outbox/outbox";
import { OutboxWrites } from "../outbox/outbox-writes";
import { SendPacer } from "../outbox/send-pacer";
import { ParleyError } from "../parley-error";
import { jitteredDelay } from "../transport/backoff";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { CommandSender } from "./command-sender";
import type { ChannelLog } from "./log";
import { type PendingCommand, refusedTextOf, stageOf, withTickets } from "./pending-command";
import type { PartReport } from "./reports";
import type { RefusedText } from "./views";

/**
 * A command that the server refuses for longer fails, so that the person learns of it. Rates ask
 * for less, and the budget of a day for hours.
 */
const LONGEST_PAUSE_MS = 120_000;

export class PendingCommands {
  readonly #environment: Environment;
  readonly #log: ChannelLog;
  readonly #commands: CommandSender;
  readonly #report: (report: PartReport) => void;
  readonly #pacer: SendPacer;
  readonly #retryTimer: Timer;
  #list: PendingCommand[] = [];
  #refused: readonly RefusedText[] = [];
  readonly #writes: OutboxWrites;
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
    this.#writes = new OutboxWrites(outbox, environment.warn);
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
    const busy: readonly string[] = ["waiting", "in-flight", "uploading"];
    return this.#list.some(({ stage }) => busy.includes(stage.state));
  }

  /** The refused texts. The same object until they change. */
  get refusedTexts(): readonly RefusedText[] {
    return this.#refused;
  }

  /** Returns a promise of the seq. It rejects if the command fails. */
  add(entry: OutboxEntry): Promise<number> {
    this.#list.push({ entry, stage: stageOf(entry) });
    const promise = this.#promise(entry);
    void this.#writes.store(entry);
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

  /**
   * Stores what the upload of a file has reached. With all tickets the message waits to be sent.
   */
  fileChanged(pending: PendingCommand, at: number, change: Partial<OutgoingFile>): void {
    const files = (pending.entry.files ?? []).map((file, index) => (index === at ? { ...file, ...change } : file));
    pending.entry = withTickets({ ...pending.entry, files });
    pending.stage = stageOf(pending.entry);
    void this.#writes.store(pending.entry);
    this.#report({ type: "changed" });
    void this.#drain();
  }

  /** An upload of a message was refused for good. */
  uploadFailed(pending: PendingCommand, error: ParleyError): void {
    if (!this.#list.includes(pending) || pending.stage.state !== "uploading") return;
    this.#fail(pending, error);
    this.#report({ type: "changed" });
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
      const { state } = pending.stage;
      if (state === "waiting" || state === "in-flight" || state === "uploading") this.#fail(pending, error, code);
    }
  }

  /** Sends a failed command again, after all others. Does nothing if it has not failed. */
  retry(nonce: string, renew: (entry: OutboxEntry, isConflict: boolean) => OutboxEntry): void {
    const failed = this.#list.find(({ entry, stage }) => entry.command.nonce === nonce && stage.state === "failed");
    if (failed?.stage.state !== "failed") return;
    const { refusal: _, ...entry } = renew(failed.entry, failed.stage.code === "nonce_conflict");
    this.#list = this.#list.filter((pending) => pending !== failed);
    if (entry.command.nonce !== nonce) void this.#writes.erase(nonce);
    this.#refusedChanged();
    void this.add(entry);
  }

  /**
   * Removes a failed command, or a message whose files are being uploaded. A command that waits or
   * is in flight cannot be taken back.
   */
  discard(nonce: string): void {
    this.#complete((pending) => {
      const { state } = pending.stage;
      if (pending.entry.command.nonce !== nonce || (state !== "failed" && state !== "uploading")) return false;
      pending.upload?.abort();
      this.#settle(nonce, (outcome) => outcome.reject(new ParleyError("invalid", { detail: "discarded" })));
      return true;
    });
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
      await this.#writes.store(pending.entry);
    } else await this.#writes.ended(pending.entry.command.nonce);
  }

  #fail(pending: PendingCommand, error: ParleyError, code: RefusalCode = error.code): void {
    const refusal = { code, detail: error.detail ?? error.message };
    const { nonce } = pending.entry.command;
    pending.stage = { state: "failed", ...refusal };
    this.#settle(nonce, (outcome) => outcome.reject(error));
    if (!("text" in pending.entry.command)) {
      void this.#writes.erase(nonce);
      return;
    }
    pending.entry = { ...pending.entry, refusal };
    void this.#writes.store(pending.entry);
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
    for (const { entry } of done) void this.#writes.erase(entry.command.nonce);
    void this.#drain();
  }

  #inFlight(id: string): PendingCommand | undefined {
    return this.#list.find(({ stage }) => stage.state === "in-flight" && stage.id === id);
  }
}
