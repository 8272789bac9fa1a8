// What a refusal over HTTP means. The server answers with a problem document; anything else was said by somebody in between.
import { type ErrorCode, problem } from "../protocol";
import { type Answer, jsonOf } from "./exchange";
import { ParleyError } from "./parley-error";

/** What the server said; null where it was not the server. */
export function spokenProblem(answer: Answer): ParleyError | null {
  const retryAfterMs = retryAfterOf(answer);
  const body = jsonOf(answer.text);
  const parsed = problem.safeParse(body);
  if (parsed.success) return new ParleyError(parsed.data.code, { retryAfterMs, ...parsed.data });
  // A code this client is too old to know: `temporary` is to be believed [S49].
  const { code, temporary } = Object(body);
  if (typeof code !== "string" || typeof temporary !== "boolean") return null;
  return new ParleyError(temporary ? "temporary" : codeOf(answer), { temporary, retryAfterMs, detail: code });
}

/** A proxy in between may answer with a page of its own, so the status has to do where there is no problem document. */
export function problemOf(answer: Answer): ParleyError {
  const { status } = answer;
  const temporary = status >= 500 || status === 429;
  const facts = { temporary, retryAfterMs: retryAfterOf(answer), detail: `HTTP ${status}` };
  return spokenProblem(answer) ?? new ParleyError(temporary ? "temporary" : codeOf(answer), facts);
}

const codeOf = ({ status }: Answer): ErrorCode => (status === 401 ? "sign_in_required" : "internal");

function retryAfterOf({ headers }: Answer): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
