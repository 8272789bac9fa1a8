// Commands over HTTP. One request is in flight at a time, so that commands keep their order.
// Nothing is retried here: a lost request ends the connection, and the outbox sends its commands
// again over the next one, with the same nonces.
import { encodeFrame, limits } from "../../protocol";
import { errorFrameOf, type ParleyError } from "../parley-error";
import type { PollOutcome } from "./poll-requests";

/**
 * The size of a batch in UTF-16 units. A unit takes up to three bytes, so a batch stays well below
 * the limit of a request body.
 */
const MAX_BATCH_UNITS = 256 * 1024;

interface Queued {
  id: string;
  text: string;
}

interface QueueListener {
  perform(commands: readonly string[]): Promise<PollOutcome>;
  /** The answers to commands, as texts of frames. */
  answered(texts: readonly string[]): void;
  /** The answer was lost, so it is unknown whether the commands were performed. */
  lost(): void;
  /**
   * Returns whether the refusal of a request ends the connection. If not, the refusal answers the
   * commands.
   */
  endsConnection(error: ParleyError): boolean;
}

export class CommandQueue {
  readonly #listener: QueueListener;
  #queue: Queued[] = [];
  #isBusy = false;
  #isClosed = false;

  constructor(listener: QueueListener) {
    this.#listener = listener;
  }

  send(id: string, text: string): void {
    this.#queue.push({ id, text });
    void this.#drain();
  }

  close(): void {
    this.#isClosed = true;
    this.#queue = [];
  }

  async #drain(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      const outcome = await this.#listener.perform(batch.map(({ text }) => text));
      if (this.#isClosed) return;
      this.#settle(batch, outcome);
    }
    this.#isBusy = false;
  }

  #next(): Queued[] {
    let units = 0;
    const end = this.#queue.findIndex(({ text }, at) => {
      units += text.length;
      return at > 0 && (at === limits.commandsPerRequest || units > MAX_BATCH_UNITS);
    });
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  #settle(batch: readonly Queued[], outcome: PollOutcome): void {
    if (outcome.kind === "frames") {
      this.#listener.answered(outcome.frames.map((frame) => JSON.stringify(frame)));
      const answers = new Set(outcome.frames.map((frame) => Object(frame).id));
      if (!batch.every(({ id }) => answers.has(id))) this.#listener.lost();
    } else if (outcome.kind === "refused") {
      const { error } = outcome;
      if (!this.#listener.endsConnection(error))
        this.#listener.answered(batch.map(({ id }) => encodeFrame(errorFrameOf(id, error))));
    } else this.#listener.lost();
  }
}
