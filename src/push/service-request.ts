// Sends a request to a push service and maps the answer to a result.
import { type Fetch, guardedFetch, OutboundRefusal } from "../runtime/guarded-fetch";
import type { SendResult } from "./sender";

export interface ServiceAnswer {
  status: number;
  /** The first `BODY_BYTES` bytes. */
  body: string;
  /** `Retry-After` in milliseconds; null without the header. */
  retryAfterMs: number | null;
}

/** Enough for an error in JSON and for an access token of Google. */
const BODY_BYTES = 8 * 1024;
const DETAIL_CHARACTERS = 200;
const RETRY_AFTER_MAX_MS = 12 * 60 * 60 * 1_000;

/** How a request to a push service is sent. */
export interface ServiceNetwork {
  timeoutMs: number;
  /** Epoch milliseconds. */
  now: () => number;
  /** The loopback origins that the operator allows, for tests. */
  loopback?: readonly string[] | undefined;
  /** The platform's `fetch` by default. */
  fetch?: Fetch | undefined;
}

/**
 * Sends a POST request, as `guardedFetch` does. Throws if the answer is not complete after
 * `timeoutMs`, and if the server may not send requests to `url`.
 */
export async function post(
  { timeoutMs, now, loopback = [], fetch }: ServiceNetwork,
  url: string,
  init: { headers: Record<string, string>; body: BodyInit },
): Promise<ServiceAnswer> {
  const request = { ...init, method: "POST" } as const;
  const answer = await guardedFetch(url, request, { timeoutMs, maxBytes: BODY_BYTES, loopback, fetch });
  const { status, headers, body } = answer;
  return { status, body, retryAfterMs: readRetryAfter(headers.get("retry-after"), now()) };
}

/**
 * Converts `Retry-After`, in seconds or as an HTTP date, to milliseconds from `now`: at most 12
 * hours; null if the header is neither.
 */
export function readRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? "";
  const isDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/.test(text);
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : isDate ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS);
}

/**
 * Shortens the text of an answer, so that it can be stored and shown. Removes URLs, and words as
 * long as tokens or keys.
 */
export function detailOf(text: string): string {
  const plain = text.slice(0, 1_024).replace(/<[^>]*>|\p{Cc}/gu, " ");
  const redacted = plain
    .replace(/https?:\/\/[^\s"']+|[\w:.%?&~+/=-]{40,}/gi, "…")
    .replace(/\s+/g, " ")
    .trim();
  return redacted.slice(0, DETAIL_CHARACTERS).replace(/[\ud800-\udbff]$/, "");
}

/** Maps an answer to a result by its status alone. */
export function resultOf(answer: ServiceAnswer): SendResult {
  const { status, retryAfterMs } = answer;
  const detail = detailOf(`${status} ${answer.body}`);
  if (status >= 200 && status < 300) return { result: "accepted" };
  if (status === 404 || status === 410) return { result: "gone", detail };
  if (status === 413) return { result: "too_large", detail };
  if (status === 429 || status >= 500) return { result: "retry", detail, retryAfterMs, isAnswered: true };
  return { result: "refused", detail };
}

/** Maps an error during the request to a result. */
export function resultOfError(error: unknown): SendResult {
  const detail = detailOf(error instanceof Error ? error.message : String(error));
  if (error instanceof OutboundRefusal) return { result: "refused", detail };
  return { result: "retry", detail, retryAfterMs: null, isAnswered: false };
}
