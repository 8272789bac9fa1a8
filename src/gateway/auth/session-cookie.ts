// The token of a session: random, shown once, stored only as its SHA-256. Apps send it as Bearer; a
// browser holds it in a cookie. Over https the name of the cookie begins with `__Host-`, which
// browsers refuse on a plain local address.
import { createHash, randomBytes } from "node:crypto";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { limits } from "../../protocol";
import type { GatewayContext } from "../http/context";

const PREFIX = "ps_";

export const newSessionToken = (): string => PREFIX + randomBytes(32).toString("base64url");

export const isSessionToken = (token: string): boolean => token.startsWith(PREFIX);

export const hashSessionToken = (token: string): string => createHash("sha256").update(token).digest("hex");

export const isSecure = (c: GatewayContext): boolean => new URL(c.req.url).protocol === "https:";
const cookieName = (c: GatewayContext): string => (isSecure(c) ? "__Host-parley" : "parley");
/** The attributes of a cookie that only this origin gets, and no script. */
export const cookieAttributes = (c: GatewayContext) =>
  ({ path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure(c) }) as const;

export const readSessionCookie = (c: GatewayContext): string | undefined => getCookie(c, cookieName(c));

export const writeSessionCookie = (c: GatewayContext, token: string): void =>
  setCookie(c, cookieName(c), token, { ...cookieAttributes(c), maxAge: limits.sessionMs / 1000 });

export const clearSessionCookie = (c: GatewayContext): void => {
  deleteCookie(c, cookieName(c), cookieAttributes(c));
};
