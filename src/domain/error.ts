import { type ErrorCode, type ErrorFrame, errors } from "../protocol";

/** The one error of the rules. Thrown, it undoes what its command was about to do; it is answered at the boundary, never logged as a fault. */
export class ChatError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail?: string,
    readonly retryAfterMs?: number,
  ) {
    super(detail ?? errors[code].sentence);
    this.name = "ChatError";
  }
}

/** What crosses from one object to another instead of a thrown error, whose class would be lost on the way. */
export type RpcResult<T> =
  | { ok: true; value: T }
  | { ok: false; code: ErrorCode; detail: string | undefined; retryAfterMs: number | undefined };

export const succeed = <T>(value: T): RpcResult<T> => ({ ok: true, value });

/** Anything but a `ChatError` is a fault of ours and is answered as `fallback`. */
export function fail(error: unknown, fallback: ErrorCode = "internal"): RpcResult<never> {
  if (error instanceof ChatError) {
    return { ok: false, code: error.code, detail: error.detail, retryAfterMs: error.retryAfterMs };
  }
  return { ok: false, code: fallback, detail: undefined, retryAfterMs: undefined };
}

/** The value of an answer; throws the `ChatError` it carries. */
export function unwrap<T>(answer: RpcResult<T>): T {
  if (answer.ok) return answer.value;
  throw new ChatError(answer.code, answer.detail, answer.retryAfterMs);
}

/** The frame that tells a socket its command failed. */
export function errorFrame(failure: RpcResult<never>, id: string | undefined): ErrorFrame {
  if (failure.ok) throw new TypeError("a success is not an error");
  return {
    type: "error",
    ...(id === undefined ? {} : { id }),
    code: failure.code,
    temporary: errors[failure.code].temporary,
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
  };
}
