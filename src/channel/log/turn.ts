// One commit and one frame per turn. Whatever arrives (frames, RPC, HTTP, rosters) is only queued; at the end of the event-loop turn one
// synchronous flush runs it in arrival order: the writes in one transaction, then the broadcast of what they made, then the answers, then
// the reads, which see all of it. The acknowledgement leaves after the transaction and the output gate holds it until it is on disk.
import { ChatError, fail, type RpcResult } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import type { Event } from "../../protocol";
import { logError } from "../../runtime/logger";

/** What a write did: the events to broadcast, and how to answer once everything is stored. */
export interface Done {
  events: readonly Event[];
  /** Called before the broadcast with all of the turn's events: for those who may hear only a part of them. */
  depart?(events: Event[]): void;
  settle(): void;
}

export type Work =
  /** `attempt` runs inside the transaction. It answers its own refusals; what it throws is a storage fault. */
  | { kind: "write"; bytes: number; attempt(): Done; abandon(): void }
  | { kind: "read"; bytes: number; run(): void; abandon(): void };

export interface TurnHost {
  /** Runs the writes as one commit; throws after undoing all of them. */
  transact(work: () => void): void;
  broadcast(events: Event[]): void;
  /** Called once a turn, with what it appended. */
  flushed(events: Event[]): void;
  /** Storage refused a turn: the object cannot be trusted any more. */
  broken(): void;
}

export class Turn {
  #queue: Work[] = [];
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #ended = Promise.withResolvers<void>();

  constructor(private readonly host: TurnHost) {}

  /** Queues work; the promise resolves when its turn has been flushed. Awaiting it keeps the object from being evicted meanwhile. */
  enqueue(work: Work): Promise<void> {
    // Nothing stands before it, so nothing is gained by waiting.
    if (work.kind === "read" && this.#queue.length === 0) {
      work.run();
      return Promise.resolve();
    }
    this.#queue.push(work);
    this.#bytes += work.bytes;
    const { promise } = this.#ended;
    // A flood of frames starves the timer, so a full turn does not wait for it.
    if (this.#queue.length >= tuning.turnCommands || this.#bytes >= tuning.turnBytes) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), 0);
    return promise;
  }

  /** Queues a write whose caller awaits its answer: RPC and HTTP. */
  write<T>(bytes: number, attempt: (reply: (answer: RpcResult<T>) => void) => Done): Promise<RpcResult<T>> {
    return new Promise((resolve) => {
      const abandon = () => resolve(fail(new ChatError("temporary")));
      void this.enqueue({ kind: "write", bytes, attempt: () => attempt(resolve), abandon });
    });
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const work = this.#queue;
    const ended = this.#ended;
    this.#queue = [];
    this.#bytes = 0;
    this.#timer = null;
    this.#ended = Promise.withResolvers();
    this.#run(work);
    ended.resolve();
  }

  #run(work: Work[]): void {
    const done: Done[] = [];
    const writes = work.filter((item) => item.kind === "write");
    try {
      if (writes.length > 0) {
        this.host.transact(() => {
          for (const write of writes) done.push(write.attempt());
        });
      }
    } catch (error) {
      logError("turn.failed", error, { commands: work.length });
      for (const item of work) item.abandon();
      this.host.broken();
      return;
    }
    const events = done.flatMap((item) => item.events);
    for (const item of done) item.depart?.(events);
    if (events.length > 0) this.host.broadcast(events);
    for (const item of done) item.settle();
    for (const item of work) if (item.kind === "read") item.run();
    this.host.flushed(events);
  }
}
