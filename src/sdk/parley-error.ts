import { closeAction, closeCodes, describeIssues, type ErrorCode, type ErrorFrame, errors } from "../protocol";

interface Facts {
  temporary?: boolean | undefined;
  retryAfterMs?: number | undefined;
  detail?: string | undefined;
  requestId?: string | undefined;
}

/**
 * Every error of this library. The code `offline` means that no answer came: the request may or may
 * not have been performed.
 */
export class ParleyError extends Error {
  override readonly name = "ParleyError";
  readonly code: ErrorCode | "offline";
  /** Whether the same request may succeed later without changes. */
  readonly temporary: boolean;
  readonly retryAfterMs?: number;
  readonly detail?: string;
  /** The id to quote when reporting the error to an operator. */
  readonly requestId?: string;

  constructor(code: ErrorCode | "offline", { temporary, retryAfterMs, detail, requestId }: Facts = {}) {
    super(code === "offline" ? "The server cannot be reached." : errors[code].sentence);
    this.code = code;
    this.temporary = temporary ?? (code === "offline" || errors[code].temporary);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (detail !== undefined) this.detail = detail;
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** Returns whether an error says that nobody is signed in: signing in again is the only remedy. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof ParleyError && (error.code === "sign_in_required" || error.code === "unauthorized");

/** Returns whether an error is declared final: the same request never succeeds. */
export const isFinal = (error: unknown): error is ParleyError & { readonly temporary: false } =>
  error instanceof ParleyError && !error.temporary;

/** Returns what the close code of a socket says. */
export function errorOfClose(code: number): ParleyError {
  const action = closeAction(code);
  if (action === "sign-in") return new ParleyError("sign_in_required");
  if (code === closeCodes.restarted) return new ParleyError("temporary", { detail: "The server restarted." });
  if (code === closeCodes.tooSlow) return new ParleyError("temporary", { detail: "This client reads too slowly." });
  if (code === closeCodes.tokenStale) return new ParleyError("token_expired");
  if (code === closeCodes.rateLimited) return new ParleyError("rate_limited");
  if (action === "resume") return new ParleyError("offline", { detail: `The connection was lost (${code}).` });
  if (code === closeCodes.tooManySockets) return new ParleyError("too_many_sockets");
  if (code === closeCodes.unreadable) return new ParleyError("malformed");
  return new ParleyError("not_found");
}

export const errorOf = (frame: ErrorFrame): ParleyError => new ParleyError(frame.code, frame);

/** Turns the refusal of a request into the error frame that answers one of its commands. */
export function errorFrameOf(id: string, { code, temporary, retryAfterMs, detail }: ParleyError): ErrorFrame {
  return {
    type: "error",
    id,
    code: code === "offline" ? "temporary" : code,
    temporary,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(detail !== undefined && { detail }),
  };
}

/** What a schema says of a value that it refuses. */
interface ValueIssues {
  issues: readonly { message: string; path: readonly PropertyKey[] }[];
}

/**
 * Returns the parsed value. Throws `invalid` before anything is sent, because the server would
 * refuse the same value.
 */
export function parsed<T>(result: { success: true; data: T } | { success: false; error: ValueIssues }): T {
  if (!result.success) throw new ParleyError("invalid", { detail: describeIssues(result.error) });
  return result.data;
}
