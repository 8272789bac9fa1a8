// Who is asking. A session (cookie, or its token as Bearer) is looked up in the directory; an access token proves itself.
import { createMiddleware } from "hono/factory";
import { findAccount } from "../../directory/accounts";
import { findSession, isSessionOpen, touchSession } from "../../directory/sessions";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { limits } from "../../protocol";
import type { Gateway, GatewayContext } from "../http/context";
import { readAccessToken } from "./access-token";
import { readSessionCookie, writeSessionCookie } from "./cookie";
import { originOf } from "./origin";
import { hashSessionToken, isSessionToken } from "./session-token";

export const secretsOf = (env: Env): string[] => [env.TOKEN_SECRET];

/** For routes that the directory answers: sets `caller` and `account`. Throws `sign_in_required`. */
export const signedIn = createMiddleware<Gateway>(async (c, next) => {
  const bearer = bearerOf(c);
  if (bearer !== null && !isSessionToken(bearer)) await byAccessToken(c, bearer);
  else await bySession(c, bearer);
  await next();
});

/** For routes that an object answers, which checks membership and token time itself: an access token needs no look-up. */
export const provenCaller = createMiddleware<Gateway>(async (c, next) => {
  const bearer = bearerOf(c);
  if (bearer !== null && !isSessionToken(bearer))
    c.set("caller", await readAccessToken(secretsOf(c.env), bearer, c.get("now")));
  else await bySession(c, bearer);
  await next();
});

async function bySession(c: GatewayContext, bearer: string | null): Promise<void> {
  const token = bearer ?? sessionOfPage(c);
  if (token === undefined) throw new ChatError("sign_in_required");
  const now = c.get("now");
  const found = await findSession(c.get("db"), hashSessionToken(token), now);
  if (!found) throw new ChatError("sign_in_required");
  const { session, account } = found;
  if (now - session.seenAt > limits.sessionTouchMs) {
    c.executionCtx.waitUntil(touchSession(c.get("db"), session.id, now, now + limits.sessionMs));
    if (bearer === null) writeSessionCookie(c, token);
  }
  // Proven just now, so later than any sign-out the directory knows.
  c.set("caller", { user: account.id, session: session.id, issuedAt: Math.max(now, account.tokensFrom + 1) });
  c.set("account", account);
}

async function byAccessToken(c: GatewayContext, token: string): Promise<void> {
  const caller: Caller = await readAccessToken(secretsOf(c.env), token, c.get("now"));
  const db = c.get("db");
  const [open, account] = await Promise.all([
    isSessionOpen(db, caller.session, caller.user, caller.issuedAt),
    findAccount(db, { id: caller.user }),
  ]);
  if (!open || !account) throw new ChatError("token_expired");
  c.set("caller", caller);
  c.set("account", account);
}

/** The cookie counts only for requests of our own page, or of no page at all that change nothing. */
function sessionOfPage(c: GatewayContext): string | undefined {
  const token = readSessionCookie(c);
  if (token === undefined) return undefined;
  const origin = originOf(c);
  const isUnsafe = c.req.method !== "GET" && c.req.method !== "HEAD";
  if (origin === "allowed" || (origin === "none" && isUnsafe)) throw new ChatError("origin_refused");
  return token;
}

export function bearerOf(c: GatewayContext): string | null {
  const header = c.req.header("authorization");
  if (header === undefined) return null;
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (!token) throw new ChatError("sign_in_required", "Authorization must be: Bearer <token>");
  return token;
}
