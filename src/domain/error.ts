import { type ErrorCode, type ErrorFrame, errors } from "../protocol";
import { faultOf, isMarkedTemporary } from "./platform-fault";

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

/**
 * The error of a setting that the operator made wrongly. Its message names the setting and never
 * quotes a secret, so logs show it.
 */
export class ConfigurationError extends TypeError {
  override readonly name = "ConfigurationError";
}

/**
 * The error of a failed statement of a database, without the statement and its parameters. The
 * message is one of `faultOf`, so logs show it.
 */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly isTemporary: boolean;

  constructor(cause: unknown) {
    const fault = faultOf(cause instanceof Error ? cause.message : "");
    super(fault?.label ?? "a statement failed");
    this.isTemporary = fault?.isTemporary === true || isMarkedTemporary(cause);
  }
}

const RPC_PREFIX = "ChatError ";

/**
 * Returns the error that an object throws to a caller in place of `error`: only the message of an
 * error survives an RPC, and the platform logs it. `readRpcError` restores it.
 */
export function rpcErrorOf(error: unknown): Error {
  const { code, retryAfterMs } = toChatError(error) ?? new ChatError("internal");
  return new Error(RPC_PREFIX + JSON.stringify({ code, retryAfterMs }));
}

/** Returns the `ChatError` that an object threw; null for any other error. */
export function readRpcError(error: unknown): ChatError | null {
  const at = error instanceof Error ? error.message.indexOf(RPC_PREFIX) : -1;
  if (!(error instanceof Error) || at === -1) return null;
  const [, code = "", wait] =
    /^\{"code":"(\w+)"(?:,"retryAfterMs":(\d+))?\}$/.exec(error.message.slice(at + RPC_PREFIX.length)) ?? [];
  if (!Object.hasOwn(errors, code)) return null;
  return new ChatError(code as ErrorCode, undefined, wait === undefined ? undefined : Number(wait));
}

/**
 * Returns the refusal that an error stands for: a `ChatError`, also one that another object threw,
 * or `temporary` for a failure of the platform that a later attempt may not meet. Returns null for
 * a fault of this code.
 */
export function toChatError(error: unknown): ChatError | null {
  if (error instanceof ChatError) return error;
  const thrown = readRpcError(error);
  if (thrown) return thrown;
  const isTemporary =
    isMarkedTemporary(error) ||
    (error instanceof DatabaseError && error.isTemporary) ||
    (error instanceof Error && faultOf(error.message)?.isTemporary === true);
  return isTemporary ? new ChatError("temporary") : null;
}

/** The result of an RPC between objects. A thrown error would lose its class on the way. */
export type RpcResult<T> =
  | { ok: true; value: T }
  | { ok: false; code: ErrorCode; detail: string | undefined; retryAfterMs: number | undefined };

export const succeed = <T>(value: T): RpcResult<T> => ({ ok: true, value });

/**
 * Returns the result of a failed RPC. An error that `toChatError` does not know is answered as
 * `fallback`.
 */
export function fail(error: unknown, fallback: ErrorCode = "internal"): RpcResult<never> {
  const known = toChatError(error);
  if (known) return { ok: false, code: known.code, detail: known.detail, retryAfterMs: known.retryAfterMs };
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
