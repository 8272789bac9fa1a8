// Requests to the HTTP API: authentication, the shape of answers, and retries. Reads are retried
// after temporary failures. Writes that carry a nonce or set a state are retried too, because
// repeating them is safe. Other writes are not, because the first attempt may have succeeded.
import { limits } from "../../protocol";
import { ParleyError } from "../parley-error";
import { jitteredDelay } from "./backoff";
import type { ByteUpload, PartBytes } from "./byte-upload";
import type { Environment } from "./environment";
import { download, exchange, type HttpAnswer, type HttpMethod, jsonOf } from "./http-exchange";
import { problemOf } from "./problems";

/** Returns the path of a channel. Everything that belongs to the channel is below it. */
export const channelPath = (id: string): string => `/v1/channels/${encodeURIComponent(id)}`;

/** The characters of a Bearer token (RFC 6750, 2.1). */
const BEARER = /^[\w.~+/=-]+$/;
const RETRIES = 2;
const TIMEOUT_MS = 30_000;
/** A longer pause is not waited for: the person learns of the refusal. */
const LONGEST_PAUSE_MS = 120_000;
/**
 * The time for a download. Long, because an account export holds everything a person ever wrote,
 * and the network may be slow.
 */
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

interface RequestOptions {
  /** Whether the request completes even if the page goes away. */
  outlivesPage?: boolean;
}

/** The part of a zod schema that parsing uses. */
export interface AnswerSchema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

interface ListPage<T> {
  items: T[];
  next: string | null;
}

export class Http {
  /** The Bearer token. Null if a cookie authenticates the person, or nobody is signed in. */
  token: string | null;
  readonly #environment: Environment;
  /** Ends each pause before a retry. */
  readonly #pauses = new Set<() => void>();

  constructor(environment: Environment, token: string | null) {
    this.#environment = environment;
    this.token = token;
  }

  get<T>(path: string, schema: AnswerSchema<T>): Promise<T> {
    return this.#untilAnswered(async () => parse(schema, await this.#request("GET", path)));
  }

  /** Sends like `send`, for writes that carry a nonce, so that repeating them is safe. */
  sendWithRetry<T>(method: HttpMethod, path: string, body: unknown, schema: AnswerSchema<T>): Promise<T> {
    return this.#untilAnswered(() => this.send(method, path, body, schema));
  }

  /** Sends like `command`, for writes that set a state, so that repeating them is safe. */
  async commandWithRetry(method: HttpMethod, path: string, body?: unknown): Promise<void> {
    await this.#untilAnswered(() => this.#request(method, path, body));
  }

  /**
   * Repeats a request until it is answered or refused for good, or `signal` aborts. Also a refusal
   * that asks for a longer pause than `LONGEST_PAUSE_MS` is final.
   */
  untilAnswered<T>(request: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#untilAnswered(
      async () => {
        signal?.throwIfAborted();
        return await request();
      },
      Number.POSITIVE_INFINITY,
      LONGEST_PAUSE_MS,
    );
  }

  /** Sends bytes. A repeat stores the same bytes again. */
  async putBytes(path: string, bytes: PartBytes, options: Pick<ByteUpload, "signal" | "onSent">): Promise<void> {
    const { putBytes } = await import("./byte-upload").catch((error: unknown) => {
      throw new ParleyError("offline", { detail: String(error) });
    });
    const answer = await putBytes(this.#environment, { path, bearer: this.#bearer, bytes, ...options });
    if (answer.status < 200 || answer.status > 299) throw this.#refusalOf(answer);
  }

  async #untilAnswered<T>(
    request: () => Promise<T>,
    retries = RETRIES,
    longestMs = Number.POSITIVE_INFINITY,
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        const mayRetry = error instanceof ParleyError && error.temporary && attempt < retries;
        if (!mayRetry || (error.retryAfterMs ?? 0) > longestMs) throw error;
        await this.#pause(Math.max(error.retryAfterMs ?? 0, jitteredDelay(attempt, this.#environment.random)));
      }
    }
  }

  async send<T>(method: HttpMethod, path: string, body: unknown, schema: AnswerSchema<T>): Promise<T> {
    return parse(schema, await this.#request(method, path, body));
  }

  /** Sends a request whose answer has no content. */
  async command(method: HttpMethod, path: string, body?: unknown, options?: RequestOptions): Promise<void> {
    await this.#request(method, path, body, options);
  }

  /** Downloads JSON that the caller saves without parsing it. */
  async download(path: string): Promise<Blob> {
    const answer = await download(this.#environment, {
      method: "GET",
      path,
      bearer: this.#bearer,
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
    });
    if ("status" in answer) throw this.#refusalOf(answer);
    if (!answer.type.includes("json")) throw new ParleyError("offline", { detail: "not JSON" });
    return answer;
  }

  /**
   * Loads all pages of a list. If the server refuses a cursor, which another version of it may have
   * made, the list is loaded once more from its beginning.
   */
  async list<T>(path: string, schema: AnswerSchema<ListPage<T>>): Promise<T[]> {
    const first = await this.get(path, schema);
    try {
      return await this.#withFollowing(path, schema, first);
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === "invalid")) throw error;
      return await this.#withFollowing(path, schema, await this.get(path, schema));
    }
  }

  async #withFollowing<T>(path: string, schema: AnswerSchema<ListPage<T>>, first: ListPage<T>): Promise<T[]> {
    const items = [...first.items];
    for (let cursor = first.next; cursor !== null; ) {
      const page: ListPage<T> = await this.get(`${path}?cursor=${encodeURIComponent(cursor)}`, schema);
      items.push(...page.items);
      cursor = page.next;
    }
    return items;
  }

  async #request(method: HttpMethod, path: string, body?: unknown, options?: RequestOptions): Promise<unknown> {
    const answer = await exchange(this.#environment, {
      method,
      path,
      bearer: this.#bearer,
      timeoutMs: TIMEOUT_MS,
      ...options,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status < 200 || answer.status > 299) throw this.#refusalOf(answer);
    const value = jsonOf(answer.text);
    // A proxy answered. The request may never have reached the server.
    if (value === undefined && answer.text !== "") throw new ParleyError("offline", { detail: "not JSON" });
    return value;
  }

  /** Throws `unauthorized` for a token that no header can carry, because sending it would fail. */
  get #bearer(): string | null {
    if (this.token !== null && !BEARER.test(this.token))
      throw new ParleyError("unauthorized", { detail: "The token is empty or has characters that no token has." });
    return this.token;
  }

  /**
   * Returns the error of a refusal. The token of a session does not expire like an access token, so
   * a server that says so was given something else, and no repeat helps.
   */
  #refusalOf(answer: HttpAnswer): ParleyError {
    const error = problemOf(answer);
    return this.token !== null && error.code === "token_expired" ? new ParleyError("unauthorized") : error;
  }

  /** Ends the pauses before retries. */
  retryNow(): void {
    for (const end of [...this.#pauses]) end();
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#environment;
    return new Promise((resolve) => {
      const end = () => {
        clock.clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = clock.setTimeout(end, Math.min(ms, limits.backoffMaxMs));
      this.#pauses.add(end);
    });
  }
}

function parse<T>(schema: AnswerSchema<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ParleyError("internal", { temporary: false, detail: "The answer could not be read." });
  return parsed.data;
}
