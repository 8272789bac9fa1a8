// HTTP requests that survive kills: a request is repeated until the server answers it. Between its
// beginning and its answer its effect is unknown.
import { setTimeout as sleep } from "node:timers/promises";

const RETRY_MS = 200;
const ANSWER_WITHIN_MS = 10_000;
const GIVE_UP_AFTER_MS = 90_000;

export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  token?: string;
  body?: object;
  /** The idempotency key of a message. */
  name?: string;
  /** Error statuses that are expected. */
  refusals?: readonly number[];
}

export interface ApiAnswer<T> {
  value: T;
  begunAt: number;
  doneAt: number;
}

export class HttpClient {
  readonly #url: string;

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** Throws on an error status, unless it is expected: then the value is null. */
  async ask<T>(request: ApiRequest): Promise<ApiAnswer<T>> {
    const begunAt = Date.now();
    for (;;) {
      const value = await this.#attempt<T>(request);
      if (value) return { ...value, begunAt, doneAt: Date.now() };
      if (Date.now() - begunAt > GIVE_UP_AFTER_MS) throw new Error(`${request.method} ${request.path}: no answer`);
      await sleep(RETRY_MS);
    }
  }

  /** Null where the request has to be repeated. */
  async #attempt<T>({ method, path, token, body, name, refusals = [] }: ApiRequest): Promise<{ value: T } | null> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#url + path, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body && { "content-type": "application/json" }),
          ...(name !== undefined && { "idempotency-key": name }),
        },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body && { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch {
      return null;
    }
    if (response.status >= 500 || response.status === 429) return null;
    if (response.ok) return { value: (text === "" ? null : JSON.parse(text)) as T };
    if (refusals.includes(response.status)) return { value: null as T };
    throw new Error(`${method} ${path}: ${response.status} ${text}`);
  }
}
