// Sends a request to a push service, with a deadline for the whole exchange, and maps the answer to
// a result.
import { withTimeout } from "../runtime/deadline";
import type { SendResult } from "./sender";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

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

/**
 * Sends a POST request without following redirects. Throws if the answer is not complete after
 * `timeoutMs`. `now` is in epoch milliseconds.
 */
export async function post(
  fetch: Fetch,
  url: string,
  init: { headers: Record<string, string>; body: BodyInit },
  timeoutMs: number,
  now: () => number,
): Promise<ServiceAnswer> {
  const abort = new AbortController();
  const exchange = async (): Promise<ServiceAnswer> => {
    const response = await fetch(url, { ...init, method: "POST", redirect: "manual", signal: abort.signal });
    const body = await readStart(response);
    return { status: response.status, body, retryAfterMs: readRetryAfter(response.headers.get("retry-after"), now()) };
  };
  try {
    return await withTimeout(exchange(), timeoutMs);
  } finally {
    abort.abort();
  }
}

/** Reads the first bytes of a body and cancels the rest. */
async function readStart(response: Response): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let left = BODY_BYTES; left > 0; ) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
  }
  await reader.cancel();
  return text;
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
export const resultOfError = (error: unknown): SendResult => ({
  result: "retry",
  detail: detailOf(error instanceof Error ? error.message : String(error)),
  retryAfterMs: null,
  isAnswered: false,
});
