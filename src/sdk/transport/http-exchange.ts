import { ParleyError } from "../parley-error";
import type { Environment } from "./environment";

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface HttpRequest {
  method: HttpMethod;
  path: string;
  /** The Bearer token; null if a cookie authenticates the request. */
  bearer: string | null;
  /** The body as JSON text. */
  body?: string;
  /** The tag of the last answer, for polls. The server answers 304 if nothing has changed. */
  knownTag?: string | null;
  timeoutMs: number;
  /** Whether the request completes even if the page goes away. */
  outlivesPage?: boolean;
  /** Aborts the request. The timeout uses it too. */
  aborter?: AbortController;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * The longest body, in UTF-16 units, of a request that outlives its page. Browsers limit the bodies
 * of all such requests together to 64 KiB, and a unit takes up to three bytes.
 */
const KEEPALIVE_MAX_UNITS = 8 * 1024;

/**
 * Sends one request and reads the whole answer, whatever its status is. Throws `offline` if no
 * answer came; the server may or may not have performed the request.
 */
export const exchange = (environment: Environment, request: HttpRequest): Promise<HttpAnswer> =>
  send(environment, request, readAnswer);

/**
 * Sends a request like `exchange`, for answers that may be too large for a string. Only refusals
 * are read as text.
 */
export const download = (environment: Environment, request: HttpRequest): Promise<Blob | HttpAnswer> =>
  send<Blob | HttpAnswer>(environment, request, (response) => (response.ok ? response.blob() : readAnswer(response)));

async function readAnswer(response: Response): Promise<HttpAnswer> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function send<T>(
  environment: Environment,
  request: HttpRequest,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { fetch, origin, clock, agent, isPage } = environment;
  const { method, path, bearer, body, knownTag, timeoutMs, outlivesPage, aborter = new AbortController() } = request;
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (bearer !== null) headers.authorization = `Bearer ${bearer}`;
  if (knownTag) headers["if-none-match"] = knownTag;
  if (agent !== null) headers["user-agent"] = agent;
  const timer = clock.setTimeout(() => aborter.abort(), timeoutMs);
  try {
    const response = await fetch(origin + path, {
      method,
      headers,
      signal: aborter.signal,
      ...(body !== undefined && { body }),
      // Runtimes without cookies reject the `credentials` field, and those without a cache reject
      // `cache`. A browser's cache would add its own tags to polls, so it is bypassed.
      ...(isPage && { credentials: bearer === null ? "include" : "omit" }),
      ...(isPage && knownTag !== undefined && { cache: "no-store" }),
      ...(isPage && outlivesPage && (body?.length ?? 0) <= KEEPALIVE_MAX_UNITS && { keepalive: true }),
    });
    return await read(response);
  } catch (error) {
    throw new ParleyError("offline", { detail: String(error) });
  } finally {
    clock.clearTimeout(timer);
  }
}

/** Parses JSON. Returns undefined if the text is not JSON, for example the page of a proxy. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
