// Requests of the worker to the server, with the session cookie.

const TIMEOUT_MS = 20_000;

/** Sends a request. Throws if the server did not perform it, also if a proxy answered instead. */
export async function request(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: object,
  idempotencyKey?: string,
): Promise<unknown> {
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      accept: "application/json",
      ...(body && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

export function stringIn(answer: unknown, field: string): string {
  const value: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, field) : undefined;
  if (typeof value !== "string") throw new TypeError(`the answer has no ${field}`);
  return value;
}

/** Returns the account and session of the cookie. */
export async function signedIn(): Promise<{ user: string; session: string }> {
  const me = await request("GET", "/v1/me");
  return { user: stringIn(me, "id"), session: stringIn(me, "session") };
}

/**
 * Returns the idempotency key of a reply. The same text to the same notification is one message.
 */
export async function replyKey({ key }: { key: string }, text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${key}\n${text}`));
  return `reply-${Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
