// Commands over HTTP: one request at a time, or a later one could overtake an earlier one. Nothing is repeated here: what was lost
// ends the connection, and whoever composed a command sends it again, as the same command, on the next.
import { encodeFrame, limits } from "../../protocol";
import { answerOf, type ParleyError } from "../parley-error";
import type { Outcome } from "./poll-requests";

/** UTF-16 units of a batch. One of them is at most three bytes, so that a batch stays well below what a body may be. */
const BATCH_UNITS = 256 * 1024;

interface Queued {
  id: string;
  text: string;
}

interface QueueListener {
  perform(commands: readonly string[]): Promise<Outcome>;
  /** Answers to commands, as texts of frames. */
  answered(texts: readonly string[]): void;
  /** It is not known whether the commands were performed. */
  lost(): void;
  /** The server refused the request as such; false where its commands may be answered by the error. */
  ends(error: ParleyError): boolean;
}

export class CommandQueue {
  readonly #listener: QueueListener;
  #waiting: Queued[] = [];
  #isBusy = false;
  #isClosed = false;

  constructor(listener: QueueListener) {
    this.#listener = listener;
  }

  send(id: string, text: string): void {
    this.#waiting.push({ id, text });
    void this.#drain();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
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
    const end = this.#waiting.findIndex(({ text }, at) => {
      units += text.length;
      return at > 0 && (at === limits.commandsPerRequest || units > BATCH_UNITS);
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  #settle(batch: readonly Queued[], outcome: Outcome): void {
    if (outcome.kind === "frames") {
      this.#listener.answered(outcome.frames.map((frame) => JSON.stringify(frame)));
      const answers = new Set(outcome.frames.map((frame) => Object(frame).id));
      if (!batch.every(({ id }) => answers.has(id))) this.#listener.lost();
    } else if (outcome.kind === "refused") {
      const { error } = outcome;
      if (!this.#listener.ends(error)) this.#listener.answered(batch.map(({ id }) => encodeFrame(answerOf(id, error))));
    } else this.#listener.lost();
  }
}
