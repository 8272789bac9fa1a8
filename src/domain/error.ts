import { type ErrorCode, type ErrorFrame, errors } from "../protocol";

/**
 * The error that rules throw when they refuse a command. The error is caught at the boundary and
 * answered to the caller. It is never logged as an error of the server.
 */
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

/** The result of an RPC between objects. A thrown error would lose its class on the way. */
export type RpcResult<T> =
  | { ok: true; value: T }
  | { ok: false; code: ErrorCode; detail: string | undefined; retryAfterMs: number | undefined };

export const succeed = <T>(value: T): RpcResult<T> => ({ ok: true, value });

/**
 * Returns the result of a failed RPC. An error other than `ChatError` is answered as `fallback`.
 */
export function fail(error: unknown, fallback: ErrorCode = "internal"): RpcResult<never> {
  if (error instanceof ChatError) {
    return { ok: false, code: error.code, detail: error.detail, retryAfterMs: error.retryAfterMs };
  }
  return { ok: false, code: fallback, detail: undefined, retryAfterMs: undefined };
}

/** Returns the value of a result. Throws the `ChatError` of a failure. */
export function unwrap<T>(result: RpcResult<T>): T {
  if (result.ok) return result.value;
  throw new ChatError(result.code, result.detail, result.retryAfterMs);
}

/** Returns the frame that answers a failed command. */
export function errorFrame(failure: RpcResult<never>, id: string | undefined): ErrorFrame {
  if (failure.ok) throw new TypeError("the result is a success");
  return {
    type: "error",
    ...(id === undefined ? {} : { id }),
    code: failure.code,
    temporary: errors[failure.code].temporary,
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
  };
}
