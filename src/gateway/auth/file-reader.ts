// Authenticates requests of files. A page loads its pictures with cookies alone, and the cookie of
// a session costs a read of the directory. So the first picture gets a second cookie with an access
// token, which is sent to files only and needs no database.

import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { attachmentId, limits, servedVariant } from "../../protocol";
import { type Gateway, type GatewayContext, secretsOf } from "../http/context";
import { chargeAccount } from "../http/rate-limit";
import { readAccessToken, signAccessToken } from "./access-token";
import { authenticateProven, bearerOf, requireAccepted } from "./authenticate";
import { readFileLink } from "./file-link";
import { originOf } from "./origin";
import { isSecure } from "./session-cookie";

const PATH = "/v1/files";
/** `__Secure-`, because a `__Host-` cookie is sent to every path. */
const cookieName = (c: GatewayContext): string => (isSecure(c) ? "__Secure-parley-files" : "parley-files");

/**
 * Sets `caller`: by the `link` of the address, a Bearer token, the cookie of files, or the cookie
 * of a session. Throws `sign_in_required`, `unauthorized` or `token_expired`.
 */
export const fileReader = createMiddleware<Gateway>(async (c, next) => {
  const link = c.req.query("link");
  const known = link === undefined ? await callerOfCookie(c) : callerOfLink(c, link);
  if (known !== null) {
    await chargeAccount(c, known.user);
    await requireAccepted(c.env, known);
    c.set("caller", known);
    return await next();
  }
  await authenticateProven(c);
  await next();
  if (bearerOf(c) === null) await writeFileCookie(c);
});

function callerOfLink(c: GatewayContext, link: string): Caller {
  const attachment = attachmentId.safeParse(c.req.param("attachment"));
  const variant = servedVariant.safeParse(c.req.param("variant"));
  if (!attachment.success || !variant.success) throw new ChatError("not_found");
  return readFileLink(secretsOf(c.env), link, attachment.data, variant.data, c.get("now"));
}

/** The cookie counts only for our own page, and for no page: see `cookieToken` for sessions. */
async function callerOfCookie(c: GatewayContext): Promise<Caller | null> {
  const token = getCookie(c, cookieName(c));
  const origin = originOf(c);
  if (token === undefined || bearerOf(c) !== null || origin === "foreign" || origin === "allowed") return null;
  try {
    return await readAccessToken(secretsOf(c.env), token, c.get("now"));
  } catch (error) {
    // An old cookie is replaced by means of the session's.
    if (error instanceof ChatError) return null;
    throw error;
  }
}

async function writeFileCookie(c: GatewayContext): Promise<void> {
  const [secret = ""] = secretsOf(c.env);
  const { token } = await signAccessToken(secret, c.get("caller"));
  const attributes = { path: PATH, httpOnly: true, sameSite: "Strict", secure: isSecure(c) } as const;
  setCookie(c, cookieName(c), token, { ...attributes, maxAge: limits.accessTokenMs / 1_000 });
}
