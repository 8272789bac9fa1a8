import { ParleyError } from "../parley-error";
import type { Environment } from "./environment";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Request {
  method: Method;
  path: string;
  /** Null where a cookie speaks for the person. */
  bearer: string | null;
  /** JSON. */
  body?: string;
  /** Of a poll: the tag of what is known, whose answer may be 304. */
  known?: string | null;
  timeoutMs: number;
  /** Sent to its end though the page goes away meanwhile. */
  outlivesPage?: boolean;
  /** Gives the request up; the time limit uses it too. */
  aborter?: AbortController;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Browsers refuse bodies of more than 64 KiB, all together, to requests that outlive their page; a unit is at most three bytes. */
const OUTLIVING_LENGTH = 8 * 1024;

/** One request and its whole answer, whatever that says. Throws `offline` where none came: nobody knows whether it happened. */
export const exchange = (environment: Environment, request: Request): Promise<Answer> =>
  ask(environment, request, whole);

/** As `exchange`, for an answer that may be too large to hold as text; only what was refused is read as one. */
export const download = (environment: Environment, request: Request): Promise<Blob | Answer> =>
  ask<Blob | Answer>(environment, request, (response) => (response.ok ? response.blob() : whole(response)));

async function whole(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function ask<T>(
  environment: Environment,
  request: Request,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { fetch, origin, clock, agent, isPage } = environment;
  const { method, path, bearer, body, known, timeoutMs, outlivesPage, aborter = new AbortController() } = request;
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (bearer !== null) headers.authorization = `Bearer ${bearer}`;
  if (known) headers["if-none-match"] = known;
  if (agent !== null) headers["user-agent"] = agent;
  const timer = clock.setTimeout(() => aborter.abort(), timeoutMs);
  try {
    const response = await fetch(origin + path, {
      method,
      headers,
      signal: aborter.signal,
      ...(body !== undefined && { body }),
      // Runtimes without cookies refuse the field itself; so do those without a cache, and a cache would add tags of its own.
      ...(isPage && { credentials: bearer === null ? "include" : "omit" }),
      ...(isPage && known !== undefined && { cache: "no-store" }),
      ...(isPage && outlivesPage && (body?.length ?? 0) <= OUTLIVING_LENGTH && { keepalive: true }),
    });
    return await read(response);
  } catch (error) {
    throw new ParleyError("offline", { detail: String(error) });
  } finally {
    clock.clearTimeout(timer);
  }
}

/** Undefined for what is not JSON: a page of whoever stands between. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
