// The session cookie. Over https its name carries the `__Host-` promise; browsers refuse that name on a plain local address.
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { limits } from "../../protocol";
import type { GatewayContext } from "../http/context";

const isSecure = (c: GatewayContext): boolean => new URL(c.req.url).protocol === "https:";
const nameOf = (c: GatewayContext): string => (isSecure(c) ? "__Host-parley" : "parley");
const attributes = (c: GatewayContext) =>
  ({ path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure(c) }) as const;

export const readSessionCookie = (c: GatewayContext): string | undefined => getCookie(c, nameOf(c));

export const writeSessionCookie = (c: GatewayContext, token: string): void =>
  setCookie(c, nameOf(c), token, { ...attributes(c), maxAge: limits.sessionMs / 1000 });

export const clearSessionCookie = (c: GatewayContext): void => {
  deleteCookie(c, nameOf(c), attributes(c));
};
