// Requests to the HTTP surface: who is asking, what an answer must look like, and what a failure means.
// Reads are repeated when that may help, and so are writes that name themselves or set a state; no other write is, for nobody
// knows whether the first one happened.
import { limits } from "../../protocol";
import { ParleyError } from "../parley-error";
import { jitteredDelay } from "./backoff";
import type { Environment } from "./environment";
import { download, exchange, jsonOf, type Method } from "./exchange";
import { problemOf } from "./problems";

/** The address of a channel; its parts are below it. */
export const channelPath = (id: string): string => `/v1/channels/${encodeURIComponent(id)}`;

const RETRIES = 2;
const TIMEOUT_MS = 30_000;
/** All that somebody ever wrote, over a slow network. */
const DOWNLOAD_MS = 10 * 60_000;

interface Manner {
  /** Sent to its end though the page goes away meanwhile. */
  outlivesPage?: boolean;
}

/** As much of a zod schema as parsing takes. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

export class Http {
  /** Sent as Bearer; null where a cookie speaks for the person, or nobody is signed in. */
  token: string | null;
  readonly #environment: Environment;

  constructor(environment: Environment, token: string | null) {
    this.#environment = environment;
    this.token = token;
  }

  get<T>(path: string, schema: Schema<T>): Promise<T> {
    return this.#untilAnswered(async () => parse(schema, await this.#request("GET", path)));
  }

  /** As `send`, for a write that names itself, so that repeating it is safe. */
  repeat<T>(method: Method, path: string, body: unknown, schema: Schema<T>): Promise<T> {
    return this.#untilAnswered(() => this.send(method, path, body, schema));
  }

  /** As `command`, for a write that sets a state, so that repeating it is safe. */
  async insist(method: Method, path: string, body?: unknown): Promise<void> {
    await this.#untilAnswered(() => this.#request(method, path, body));
  }

  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ParleyError && error.temporary && attempt < RETRIES)) throw error;
        await this.#pause(Math.max(error.retryAfterMs ?? 0, jitteredDelay(attempt, this.#environment.random)));
      }
    }
  }

  async send<T>(method: Method, path: string, body: unknown, schema: Schema<T>): Promise<T> {
    return parse(schema, await this.#request(method, path, body));
  }

  /** For requests whose success has nothing to say. */
  async command(method: Method, path: string, body?: unknown, manner?: Manner): Promise<void> {
    await this.#request(method, path, body, manner);
  }

  /** JSON that is kept and not read. */
  async download(path: string): Promise<Blob> {
    const answer = await download(this.#environment, {
      method: "GET",
      path,
      bearer: this.token,
      timeoutMs: DOWNLOAD_MS,
    });
    if ("status" in answer) throw problemOf(answer);
    if (!answer.type.includes("json")) throw new ParleyError("offline", { detail: "not JSON" });
    return answer;
  }

  /** All pages of a list. */
  async list<T>(path: string, schema: Schema<{ items: T[]; next: string | null }>): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: T[]; next: string | null } = await this.get(
        cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`,
        schema,
      );
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  }

  async #request(method: Method, path: string, body?: unknown, manner?: Manner): Promise<unknown> {
    const answer = await exchange(this.#environment, {
      method,
      path,
      bearer: this.token,
      timeoutMs: TIMEOUT_MS,
      ...manner,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status < 200 || answer.status > 299) throw problemOf(answer);
    const value = jsonOf(answer.text);
    // Not the server's: nobody knows whether it was asked at all.
    if (value === undefined && answer.text !== "") throw new ParleyError("offline", { detail: "not JSON" });
    return value;
  }

  #pause(ms: number): Promise<void> {
    const bounded = Math.min(ms, limits.backoffMaxMs);
    return new Promise((resolve) => this.#environment.clock.setTimeout(resolve, bounded));
  }
}

function parse<T>(schema: Schema<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ParleyError("internal", { temporary: false, detail: "The answer could not be read." });
  return parsed.data;
}
