import { describeIssues, type ErrorCode, type ErrorFrame, errors } from "../protocol";

interface Facts {
  temporary?: boolean | undefined;
  retryAfterMs?: number | undefined;
  detail?: string | undefined;
  requestId?: string | undefined;
}

/** Everything that goes wrong in this library. `offline` means that no answer came, so nobody knows whether it happened. */
export class ParleyError extends Error {
  override readonly name = "ParleyError";
  readonly code: ErrorCode | "offline";
  /** Whether the same call may succeed later, unchanged. */
  readonly temporary: boolean;
  readonly retryAfterMs?: number;
  readonly detail?: string;
  /** What to quote to an operator. */
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

export const errorOf = (frame: ErrorFrame): ParleyError => new ParleyError(frame.code, frame);

/** The refusal of a request, as the answer to a command in it. */
export function answerOf(id: string, { code, temporary, retryAfterMs, detail }: ParleyError): ErrorFrame {
  return {
    type: "error",
    id,
    code: code === "offline" ? "temporary" : code,
    temporary,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(detail !== undefined && { detail }),
  };
}

type Issues = Parameters<typeof describeIssues>[0];

/** What is refused here would be refused there; asking would only cost an attempt. */
export function parsed<T>(result: { success: true; data: T } | { success: false; error: Issues }): T {
  if (!result.success) throw new ParleyError("invalid", { detail: describeIssues(result.error) });
  return result.data;
}
