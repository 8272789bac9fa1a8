import type { ChannelCommand, Page, PageQuery } from "../../protocol";
import type { ParleyError } from "../parley-error";

interface Request {
  id: string;
  query: PageQuery;
  answered: (page: Page) => void;
  settle: (error?: ParleyError) => void;
  promise: Promise<void>;
}

interface Steps {
  started(): void;
  answered(page: Page): void;
  /** After the answer was taken in, or the request failed. */
  settled(): void;
}

/** Pages of history that have been asked for. A cut does not fail them: they are asked for again on the next connection. */
export class PageRequests {
  readonly #send: (command: ChannelCommand) => void;
  readonly #nextId: () => string;
  readonly #underWay = new Map<string, Request>();

  constructor(send: (command: ChannelCommand) => void, nextId: () => string) {
    this.#send = send;
    this.#nextId = nextId;
  }

  /** One request per name: asking again while it is under way is the same request. */
  ask(name: string, query: PageQuery, { started, answered, settled }: Steps): Promise<void> {
    const before = this.#underWay.get(name);
    if (before) return before.promise;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {});
    const settle = (error?: ParleyError) => {
      this.#underWay.delete(name);
      settled();
      if (error) reject(error);
      else resolve();
    };
    const request = { id: this.#nextId(), query, answered, settle, promise };
    this.#underWay.set(name, request);
    started();
    this.#ask(request);
    return promise;
  }

  /** After a new connection: everything still wanted is asked for again. */
  resume(): void {
    for (const request of this.#underWay.values()) {
      request.id = this.#nextId();
      this.#ask(request);
    }
  }

  answered(id: string, page: Page): void {
    const request = this.#find(id);
    if (!request) return;
    request.answered(page);
    request.settle();
  }

  /** Whether the refused command was one of these. After a temporary refusal it is asked again. */
  refused(id: string, error: ParleyError, later: (ms: number, again: () => void) => void): boolean {
    const request = this.#find(id);
    if (!request) return false;
    if (error.temporary) later(error.retryAfterMs ?? 1_000, () => this.#find(id) && this.#ask(request));
    else request.settle(error);
    return true;
  }

  rejectAll(error: ParleyError): void {
    for (const request of [...this.#underWay.values()]) request.settle(error);
  }

  #find(id: string): Request | undefined {
    return [...this.#underWay.values()].find((request) => request.id === id);
  }

  #ask({ id, query }: Request): void {
    this.#send({ id, type: "history.page", query });
  }
}
