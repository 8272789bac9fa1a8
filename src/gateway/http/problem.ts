// Errors as clients see them: `application/problem+json` with a stable code. An unexpected error is
// logged with the id of its request and answered as `internal`, without details.
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { ZodError } from "zod";
import { ChatError, readRpcError, toChatError } from "../../domain/error";
import { describeIssues, type ErrorCode, errors, issueCode, type Problem } from "../../protocol";
import { logError } from "../../runtime/logger";
import { type GatewayContext, requestIdOf } from "./context";

export function answerProblem(c: GatewayContext, error: unknown): Response {
  const known = refusalOf(error);
  // Not the path: it may hold an emoji, an id, or whatever a person typed into the address bar.
  if (!known || !isRefusal(error))
    logError("request.failed", error, { requestId: requestIdOf(c), method: c.req.method, route: routePath(c) });
  return problemResponse(c, known ?? new ChatError("internal"));
}

export function problemResponse(c: GatewayContext, error: ChatError, headers: Record<string, string> = {}): Response {
  const { status, temporary, sentence } = errors[error.code];
  const body: Problem = {
    type: `/docs#${error.code}`,
    title: sentence,
    status,
    code: error.code,
    temporary,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    requestId: requestIdOf(c),
  };
  const retryMs = error.retryAfterMs ?? (status === 503 ? 1_000 : undefined);
  const retryHeader = retryMs === undefined ? {} : { "retry-after": String(Math.ceil(retryMs / 1000)) };
  return c.body(JSON.stringify(body), status, {
    "content-type": "application/problem+json",
    ...retryHeader,
    ...headers,
  });
}

/**
 * Whether the error refuses the request. Any other error is a fault, even a temporary one. An
 * object has logged the error that it threw.
 */
const isRefusal = (error: unknown): boolean =>
  error instanceof ChatError ||
  error instanceof ZodError ||
  error instanceof HTTPException ||
  readRpcError(error) !== null;

function refusalOf(error: unknown): ChatError | null {
  if (error instanceof ZodError) return new ChatError(issueCode(error), describeIssues(error));
  if (error instanceof HTTPException) return new ChatError(codeOfStatus(error.status), error.message || undefined);
  return toChatError(error);
}

/** Returns the code of an error that Hono throws itself, mostly for malformed JSON. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 413) return "frame_too_large";
  if (status === 415) return "unsupported_content_type";
  return status < 500 ? "malformed" : "internal";
}
