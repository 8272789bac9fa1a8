// Authenticates a request. A session token (cookie or Bearer) is looked up in the directory; an
// access token is verified by its signature. The proven caller is charged before anything else.
import { createMiddleware } from "hono/factory";
import { findAccount } from "../../directory/accounts";
import { findSession, isSessionOpen, touchSession } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
import { limits } from "../../protocol";
import { acceptsTokenOf } from "../../runtime/identity";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { type Gateway, type GatewayContext, headerOf, secretsOf } from "../http/context";
import { chargeAccount } from "../http/rate-limit";
import { readAccessToken } from "./access-token";
import { originOf } from "./origin";
import { hashSessionToken, isSessionToken, readSessionCookie, writeSessionCookie } from "./session-cookie";

/**
 * Authenticates requests that the directory answers. Sets `caller` and `account`. Throws
 * `sign_in_required`, `unauthorized` or `token_expired`.
 */
export const signedIn = createMiddleware<Gateway>(async (c, next) => {
  const bearer = bearerOf(c);
  if (bearer !== null && !isSessionToken(bearer)) await authenticateAccessToken(c, bearer);
  else await authenticateSession(c, bearer);
  await next();
});

/**
 * Authenticates requests that are answered without a sign-in too. Sets `caller` and `account` if
 * the request comes from somebody who is signed in. A cookie of an ended session counts as none.
 * Throws `unauthorized` or `token_expired` for a Bearer token that is not valid.
 */
export const callerIfAny = createMiddleware<Gateway>(async (c, next) => {
  const bearer = bearerOf(c);
  if (bearer !== null && !isSessionToken(bearer)) await authenticateAccessToken(c, bearer);
  else await authenticateSession(c, bearer).catch(ignoreMissingSignIn);
  await next();
});

function ignoreMissingSignIn(error: unknown): void {
  if (!(error instanceof ChatError && error.code === "sign_in_required")) throw error;
}

/**
 * Authenticates requests that a channel answers. Neither an access token nor the channel reads the
 * database: the user object knows which tokens are still accepted, and the channel checks the
 * membership. Sets `caller`. Throws `sign_in_required`, `unauthorized` or `token_expired`.
 */
export const provenCaller = createMiddleware<Gateway>(async (c, next) => {
  await authenticateProven(c);
  await next();
});

/** What `provenCaller` does. */
export async function authenticateProven(c: GatewayContext): Promise<void> {
  if (await authenticateWithoutDirectory(c)) await requireAccepted(c.env, c.get("caller"));
}

/**
 * Authenticates requests that the user object of the caller answers. The object itself refuses an
 * access token of an ended session.
 */
export const inboxOwner = createMiddleware<Gateway>(async (c, next) => {
  await authenticateWithoutDirectory(c);
  await next();
});

/**
 * Asks the caller's user object whether it accepts the access token. A channel may not know yet
 * that a session has ended; the user object learns it first. Throws `token_expired`, and
 * `temporary` if the user object cannot be reached.
 */
export async function requireAccepted(env: Env, { user, issuedAt }: Caller): Promise<void> {
  let isAccepted: boolean;
  try {
    isAccepted = await retry(() => acceptsTokenOf(env.USERS.getByName(user), issuedAt));
  } catch (error) {
    logError("token.unchecked", error);
    throw new ChatError("temporary");
  }
  if (!isAccepted) throw new ChatError("token_expired");
}

/** Returns whether the caller is authenticated by an access token, and not by a session token. */
async function authenticateWithoutDirectory(c: GatewayContext): Promise<boolean> {
  const bearer = bearerOf(c);
  if (bearer === null || isSessionToken(bearer)) {
    await authenticateSession(c, bearer);
    return false;
  }
  const caller = await readAccessToken(secretsOf(c.env), bearer, c.get("now"));
  await chargeAccount(c, caller.user);
  c.set("caller", caller);
  return true;
}

async function authenticateSession(c: GatewayContext, bearer: string | null): Promise<void> {
  const token = bearer ?? cookieToken(c);
  if (token === undefined) throw new ChatError("sign_in_required");
  const now = c.get("now");
  const found = await findSession(c.get("db"), hashSessionToken(token), now);
  if (!found) throw new ChatError(bearer === null ? "sign_in_required" : "unauthorized");
  const { session, account } = found;
  await chargeAccount(c, account.id);
  if (now - session.seenAt > tuning.sessionTouchIntervalMs) {
    const touch = touchSession(c.get("db"), session.id, now, now + limits.sessionMs);
    // The next request tries again.
    c.executionCtx.waitUntil(touch.catch((error: unknown) => logError("session.touch", error)));
    if (bearer === null) writeSessionCookie(c, token);
  }
  // The session was checked just now, so the proof is newer than every sign-out.
  c.set("caller", { user: account.id, session: session.id, issuedAt: Math.max(now, account.tokensFrom + 1) });
  c.set("account", account);
}

async function authenticateAccessToken(c: GatewayContext, token: string): Promise<void> {
  const caller: Caller = await readAccessToken(secretsOf(c.env), token, c.get("now"));
  await chargeAccount(c, caller.user);
  const db = c.get("db");
  const [isOpen, account] = await Promise.all([
    isSessionOpen(db, caller.session, caller.user, caller.issuedAt),
    findAccount(db, { id: caller.user }),
  ]);
  if (!isOpen || !account) throw new ChatError("token_expired");
  c.set("caller", caller);
  c.set("account", account);
}

/**
 * Returns the token of the cookie. The cookie counts only for our own page and, without a page, for
 * safe methods. A safe request of a foreign page is answered as if it had no cookie. Throws
 * `origin_refused`.
 */
function cookieToken(c: GatewayContext): string | undefined {
  const token = readSessionCookie(c);
  if (token === undefined) return undefined;
  const origin = originOf(c);
  const isUnsafe = c.req.method !== "GET" && c.req.method !== "HEAD";
  if (origin === "foreign") return undefined;
  if (origin === "allowed" || (origin === "none" && isUnsafe)) throw new ChatError("origin_refused");
  return token;
}

/**
 * Returns the Bearer token; null without the header. Throws `unauthorized` for a malformed header.
 */
export function bearerOf(c: GatewayContext): string | null {
  const header = headerOf(c, "authorization");
  if (header === undefined) return null;
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (!token) throw new ChatError("unauthorized", "Authorization must be: Bearer <token>");
  return token;
}
