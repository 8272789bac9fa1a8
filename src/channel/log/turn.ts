// One commit and one frame per turn. Everything that arrives (frames, RPC, HTTP, rosters) is
// queued. At the end of the turn of the event loop one synchronous flush runs the queue in the
// order of arrival: first the writes, in one transaction; then the broadcast of their events; then
// the answers; then the reads, which see all of the writes. An acknowledgement is sent after the
// transaction, and the output gate holds it until the transaction is on disk.

import { ChatError, fail, type RpcResult } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import type { Event } from "../../protocol";
import type { HeldPolls } from "../../runtime/held-polls";
import { logError } from "../../runtime/logger";
import type { PolledUpdate, TurnListeners } from "../turn-committed";
import type { Log } from "./log";

/**
 * The result of a write: the events to broadcast, and the answer, which is sent after they are
 * stored.
 */
export interface TurnResult {
  events: readonly Event[];
  /**
   * Called before the broadcast with all events of the turn, for sockets that must not get all of
   * them.
   */
  beforeBroadcast?(events: Event[]): void;
  answer(): void;
}

export type TurnWork =
  /**
   * `write` runs inside the transaction. It answers refusals itself; any error that it throws is a
   * fault of the storage. `abandon` answers that the turn failed.
   */
  | { kind: "write"; bytes: number; write(): TurnResult; abandon(): void }
  | { kind: "read"; bytes: number; read(): void; abandon(): void };

export interface TurnParts {
  log: Pick<Log, "transact">;
  listeners: TurnListeners;
  heldPolls: Pick<HeldPolls<PolledUpdate>, "answerAll">;
  /**
   * Called when the storage refused a turn. The memory of the object may then differ from the
   * storage.
   */
  onStorageFailure(): void;
}

export class Turn {
  /** Bound: `turnCommands` and `turnBytes`, beyond which the turn is flushed at once. */
  #queue: TurnWork[] = [];
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #flushed = Promise.withResolvers<void>();

  constructor(private readonly parts: TurnParts) {}

  /**
   * Queues work. The promise resolves when its turn is flushed; awaiting it keeps the object from
   * being evicted until then. Undefined if the work has run already.
   */
  enqueue(work: TurnWork): Promise<void> | undefined {
    // If the queue is empty, a read has nothing to wait for.
    if (work.kind === "read" && this.#queue.length === 0) {
      work.read();
      return undefined;
    }
    this.#queue.push(work);
    this.#bytes += work.bytes;
    const { promise } = this.#flushed;
    // A flood of frames starves the timer, so a full turn is flushed at once.
    if (this.#queue.length >= tuning.turnCommands || this.#bytes >= tuning.turnBytes) this.#flush();
    else this.#timer ??= setTimeout(this.#onTimer, 0);
    return promise;
  }

  /** Queues a write of an RPC or an HTTP request and returns its answer. */
  enqueueWrite<T>(bytes: number, write: (reply: (answer: RpcResult<T>) => void) => TurnResult): Promise<RpcResult<T>> {
    return new Promise((resolve) => {
      const abandon = () => resolve(fail(new ChatError("temporary")));
      void this.enqueue({ kind: "write", bytes, write: () => write(resolve), abandon });
    });
  }

  /** The timer has fired. Clearing it would cost as much as sending a frame. */
  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#flush();
  };

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const queue = this.#queue;
    const flushed = this.#flushed;
    this.#queue = [];
    this.#bytes = 0;
    this.#timer = null;
    this.#flushed = Promise.withResolvers();
    this.#run(queue);
    flushed.resolve();
  }

  #run(queue: TurnWork[]): void {
    const results: TurnResult[] = [];
    try {
      if (queue.some(({ kind }) => kind === "write")) {
        this.parts.log.transact(() => {
          for (const item of queue) if (item.kind === "write") results.push(item.write());
        });
      }
    } catch (error) {
      logError("turn.failed", error, { commands: queue.length });
      for (const item of queue) item.abandon();
      this.parts.onStorageFailure();
      return;
    }
    const events = results.flatMap((result) => result.events);
    for (const result of results) result.beforeBroadcast?.(events);
    const { listeners, heldPolls } = this.parts;
    const turn = events.length > 0 ? { events, actors: new Set(events.map(({ actor }) => actor)) } : null;
    if (turn) for (const listener of listeners.beforeAnswers) listener.onTurnCommitted(turn);
    for (const result of results) result.answer();
    for (const item of queue) if (item.kind === "read") item.read();
    if (turn) for (const listener of listeners.afterReads) listener.onTurnCommitted(turn);
    // A refusal or a read may change what a poll answers.
    heldPolls.answerAll(true);
  }
}
