// Decides which pages may use the API. A browser names the origin of its page on every upgrade and
// every unsafe request. The cookie counts only for our own page; other allowed pages send a Bearer
// token.
import { createMiddleware } from "hono/factory";
import { ChatError } from "../../domain/error";
import type { Gateway, GatewayContext } from "../http/context";

/** Bound: constant. */
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * What a browser says of a request that a page of another origin made, without naming the page.
 * Bound: constant.
 */
const foreignSites = new Set(["cross-site", "same-site"]);

export const allowedOrigins = (variable: string): string[] => variable.split(/\s+/).filter(Boolean);

/**
 * Returns whether the request comes from our own page, from an allowed page, from no page, or from
 * a foreign one.
 */
export function originOf(c: GatewayContext): "own" | "allowed" | "none" | "foreign" {
  const origin = c.req.header("origin");
  if (origin === undefined) return foreignSites.has(c.req.header("sec-fetch-site") ?? "") ? "foreign" : "none";
  if (origin === new URL(c.req.url).origin) return "own";
  return allowedOrigins(c.env.ALLOWED_ORIGINS).includes(origin) ? "allowed" : "foreign";
}

/** Refuses unsafe requests and upgrades from foreign pages. */
export const checkOrigin = createMiddleware<Gateway>(async (c, next) => {
  const needsOrigin = !safeMethods.has(c.req.method) || c.req.header("upgrade") !== undefined;
  if (needsOrigin) refuseForeignPage(c);
  await next();
});

/** Throws `origin_refused` for a request of a foreign page. */
export function refuseForeignPage(c: GatewayContext): void {
  if (originOf(c) === "foreign") throw new ChatError("origin_refused");
}
