// Requests to the HTTP surface: who is asking, what an answer must look like, and what a failure means.
// Reads are repeated when that may help, and so are writes that name themselves or set a state; no other write is, for nobody
// knows whether the first one happened.
import { type ErrorCode, limits, problem } from "../protocol";
import { jitteredDelay } from "./backoff";
import type { Environment } from "./options";
import { ParleyError } from "./parley-error";

const RETRIES = 2;
const TIMEOUT_MS = 30_000;

/** As much of a zod schema as parsing takes. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

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
  async command(method: Method, path: string, body?: unknown): Promise<void> {
    await this.#request(method, path, body);
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

  async #request(method: Method, path: string, body?: unknown): Promise<unknown> {
    const { fetch, origin, clock, agent, isPage } = this.#environment;
    const headers: Record<string, string> = { accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (this.token !== null) headers.authorization = `Bearer ${this.token}`;
    if (agent !== null) headers["user-agent"] = agent;
    const aborter = new AbortController();
    const timer = clock.setTimeout(() => aborter.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(origin + path, {
        method,
        headers,
        signal: aborter.signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // Runtimes without cookies refuse the field itself.
        ...(isPage && { credentials: this.token === null ? "include" : "omit" }),
      });
      const text = await response.text();
      if (!response.ok) throw problemOf(response, text);
      return text === "" ? undefined : json(text);
    } catch (error) {
      if (error instanceof ParleyError) throw error;
      throw new ParleyError("offline", { detail: String(error) });
    } finally {
      clock.clearTimeout(timer);
    }
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

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A problem whose code this client is too old to know: `temporary` is to be believed [S49]. */
function strangeProblemOf(body: unknown): { code: string; temporary: boolean } | null {
  const { code, temporary } = Object(body);
  return typeof code === "string" && typeof temporary === "boolean" ? { code, temporary } : null;
}

/** A proxy in between may answer with a page of its own, so the status has to do where there is no problem document. */
function problemOf(response: Response, text: string): ParleyError {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  const body = json(text);
  const parsed = problem.safeParse(body);
  if (parsed.success) return new ParleyError(parsed.data.code, { retryAfterMs, ...parsed.data });
  const unknown = strangeProblemOf(body);
  const temporary = unknown?.temporary ?? (response.status >= 500 || response.status === 429);
  const code: ErrorCode = temporary ? "temporary" : response.status === 401 ? "sign_in_required" : "internal";
  return new ParleyError(code, { temporary, retryAfterMs, detail: unknown?.code ?? `HTTP ${response.status}` });
}
