// What a refusal over HTTP means. The server answers with a problem document; anything else was said by somebody in between.
import { problem } from "../../protocol";
import { ParleyError } from "../parley-error";
import { type Answer, jsonOf } from "./exchange";

/** What the server said; null where it was not the server. */
export function spokenProblem(answer: Answer): ParleyError | null {
  const retryAfterMs = retryAfterOf(answer);
  const body = jsonOf(answer.text);
  const parsed = problem.safeParse(body);
  if (parsed.success) return new ParleyError(parsed.data.code, { retryAfterMs, ...parsed.data });
  // A code this client is too old to know: `temporary` is to be believed [S49].
  const { code, temporary } = Object(body);
  if (typeof code !== "string" || typeof temporary !== "boolean") return null;
  const known = temporary ? "temporary" : answer.status === 401 ? "sign_in_required" : "internal";
  return new ParleyError(known, { temporary, retryAfterMs, detail: code });
}

/** Somebody in between may answer with a page of their own (a proxy, a network to sign in to first). The server has not answered then. */
export function problemOf(answer: Answer): ParleyError {
  const { status } = answer;
  const isBusy = status >= 500 || status === 429;
  const facts = { retryAfterMs: retryAfterOf(answer), detail: `HTTP ${status}` };
  return spokenProblem(answer) ?? new ParleyError(isBusy ? "temporary" : "offline", facts);
}

function retryAfterOf({ headers }: Answer): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
