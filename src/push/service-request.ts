// One request to a push service, whichever it is: a deadline over all of it, a short answer, and what its status means.
import { within } from "../runtime/deadline";
import type { Sent } from "./sender";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ServiceAnswer {
  status: number;
  /** Its beginning. */
  body: string;
  /** When the service wants to hear from us again, in milliseconds; null where it does not say. */
  afterMs: number | null;
}

/** Long enough for an error in JSON, and for the access token of Google. */
const BODY_BYTES = 8 * 1024;
const DETAIL_CHARACTERS = 200;
const AFTER_MAX_MS = 12 * 60 * 60 * 1_000;

/** POSTs, and follows no redirect. Throws where there is no answer after `timeoutMs`, which counts reading it. `now` in epoch milliseconds. */
export async function post(
  fetch: Fetch,
  url: string,
  init: { headers: Record<string, string>; body: BodyInit },
  timeoutMs: number,
  now: () => number,
): Promise<ServiceAnswer> {
  const stop = new AbortController();
  const exchange = async (): Promise<ServiceAnswer> => {
    const response = await fetch(url, { ...init, method: "POST", redirect: "manual", signal: stop.signal });
    const body = await beginningOf(response);
    return { status: response.status, body, afterMs: readRetryAfter(response.headers.get("retry-after"), now()) };
  };
  try {
    return await within(exchange(), timeoutMs);
  } finally {
    stop.abort();
  }
}

/** The first bytes of a body; the rest is never asked for. */
async function beginningOf(response: Response): Promise<string> {
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

/** `Retry-After`, seconds or an HTTP date, as milliseconds from `now`: at most 12 hours, null where it is neither. */
export function readRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? "";
  const isDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/.test(text);
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : isDate ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), AFTER_MAX_MS);
}

/** What a service says, short enough to be kept and shown. Addresses, and words as long as tokens and keys are, are left out. */
export function detailOf(text: string): string {
  const words = text.slice(0, 1_024).replace(/<[^>]*>|\p{Cc}/gu, " ");
  const harmless = words
    .replace(/https?:\/\/[^\s"']+|[\w:.%?&~+/=-]{40,}/gi, "…")
    .replace(/\s+/g, " ")
    .trim();
  return harmless.slice(0, DETAIL_CHARACTERS).replace(/[\ud800-\udbff]$/, "");
}

/** What became of it, by the status alone. */
export function sentBy(answer: ServiceAnswer): Sent {
  const { status, afterMs } = answer;
  const detail = detailOf(`${status} ${answer.body}`);
  if (status >= 200 && status < 300) return { result: "taken" };
  if (status === 404 || status === 410) return { result: "gone", detail };
  if (status === 413) return { result: "too_large", detail };
  if (status === 429 || status >= 500) return { result: "later", detail, afterMs, isAnswer: true };
  return { result: "refused", detail };
}

/** Of what was thrown on the way. */
export const laterBy = (error: unknown): Sent => ({
  result: "later",
  detail: detailOf(error instanceof Error ? error.message : String(error)),
  afterMs: null,
  isAnswer: false,
});
