// Requests with the operator token. They carry no session.
import type * as z from "zod";

export type OperatorFailure =
  | { kind: "wrong-token" }
  | { kind: "unreachable" }
  | { kind: "unreadable" }
  | { kind: "status"; status: number };

export class OperatorError extends Error {
  readonly failure: OperatorFailure;
  constructor(failure: OperatorFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/**
 * Sends a request with the operator token. Throws an OperatorError. A wrong token and an unknown
 * path have the same answer: 404.
 */
export async function askOperator<T>(token: string, path: string, schema: z.ZodType<T>): Promise<T> {
  const answer = await fetch(path, {
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    credentials: "omit",
    cache: "no-store",
  }).catch(() => null);
  if (answer === null) throw new OperatorError({ kind: "unreachable" });
  if (answer.status === 404) throw new OperatorError({ kind: "wrong-token" });
  if (!answer.ok) throw new OperatorError({ kind: "status", status: answer.status });
  const page = schema.safeParse(await answer.json().catch(() => null));
  if (!page.success) throw new OperatorError({ kind: "unreadable" });
  return page.data;
}

/** Sends a change with the operator token. Throws an OperatorError, also for an unknown target. */
export async function commandOperator(token: string, method: "PUT" | "DELETE", path: string, body?: object) {
  const answer = await fetch(path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
    credentials: "omit",
  }).catch(() => null);
  if (answer === null) throw new OperatorError({ kind: "unreachable" });
  if (!answer.ok) throw new OperatorError({ kind: "status", status: answer.status });
}

export const failureOf = (thrown: unknown): OperatorFailure =>
  thrown instanceof OperatorError ? thrown.failure : { kind: "unreachable" };
