// Errors from HTTP answers. The server answers with a problem document. Any other answer comes from
// a proxy or a captive portal.
import { problem } from "../../protocol";
import { ParleyError } from "../parley-error";
import { type HttpAnswer, jsonOf } from "./http-exchange";

/** Returns the server's error, or null if the answer is not the server's. */
export function serverProblem(answer: HttpAnswer): ParleyError | null {
  const retryAfterMs = retryAfterOf(answer);
  const body = jsonOf(answer.text);
  const parsed = problem.safeParse(body);
  if (parsed.success) return new ParleyError(parsed.data.code, { retryAfterMs, ...parsed.data });
  // A newer server may send an unknown code. Its `temporary` still applies [S49].
  const { code, temporary } = Object(body);
  if (typeof code !== "string" || typeof temporary !== "boolean") return null;
  const known = temporary ? "temporary" : answer.status === 401 ? "sign_in_required" : "internal";
  return new ParleyError(known, { temporary, retryAfterMs, detail: code });
}

/**
 * Returns the error for a refusal. If a proxy or a captive portal answered instead of the server,
 * the error is `temporary` for status 429 and 5xx, and `offline` for any other status.
 */
export function problemOf(answer: HttpAnswer): ParleyError {
  const { status } = answer;
  const isBusy = status >= 500 || status === 429;
  const facts = { retryAfterMs: retryAfterOf(answer), detail: `HTTP ${status}` };
  return serverProblem(answer) ?? new ParleyError(isBusy ? "temporary" : "offline", facts);
}

function retryAfterOf({ headers }: HttpAnswer): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
