import type { Page, PageQuery } from "../../protocol";
import type { ParleyError } from "../parley-error";
import type { Clock } from "../transport/clock";
import type { CommandSender } from "./command-sender";

interface Request {
  id: string;
  query: PageQuery;
  answered: (page: Page) => void;
  settle: (error?: ParleyError) => void;
  promise: Promise<void>;
}

interface PageRequestListener {
  started(): void;
  answered(page: Page): void;
  /** Called after the answer was processed, or the request failed. */
  pageSettled(): void;
}

/**
 * Requested history pages. A lost connection does not fail them: they are requested again over the
 * next one.
 */
export class PageRequests {
  readonly #clock: Clock;
  readonly #commands: CommandSender;
  readonly #inFlight = new Map<string, Request>();

  constructor(clock: Clock, commands: CommandSender) {
    this.#clock = clock;
    this.#commands = commands;
  }

  /** Loads a page. While a request of the same name is in flight, returns its promise. */
  load(name: string, query: PageQuery, { started, answered, pageSettled }: PageRequestListener): Promise<void> {
    const before = this.#inFlight.get(name);
    if (before) return before.promise;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {});
    const settle = (error?: ParleyError) => {
      this.#inFlight.delete(name);
      pageSettled();
      if (error) reject(error);
      else resolve();
    };
    const request = { id: this.#commands.nextId(), query, answered, settle, promise };
    this.#inFlight.set(name, request);
    started();
    this.#sendRequest(request);
    return promise;
  }

  /** Sends all unanswered requests again, over a new connection. */
  resume(): void {
    for (const request of this.#inFlight.values()) {
      request.id = this.#commands.nextId();
      this.#sendRequest(request);
    }
  }

  answered(id: string, page: Page): void {
    const request = this.#find(id);
    if (!request) return;
    request.answered(page);
    request.settle();
  }

  /** Returns whether the refused command was one of these. Temporary refusals are retried. */
  refused(id: string, error: ParleyError): boolean {
    const request = this.#find(id);
    if (!request) return false;
    if (error.temporary) {
      const again = () => void (this.#find(id) && this.#sendRequest(request));
      this.#clock.setTimeout(again, error.retryAfterMs ?? 1_000);
    } else request.settle(error);
    return true;
  }

  rejectAll(error: ParleyError): void {
    for (const request of [...this.#inFlight.values()]) request.settle(error);
  }

  #find(id: string): Request | undefined {
    return [...this.#inFlight.values()].find((request) => request.id === id);
  }

  #sendRequest({ id, query }: Request): void {
    this.#commands.send({ id, type: "history.page", query });
  }
}
