// Charges requests: at coarse rates, which bindings count, and to buckets in the directory. The
// rate table says what each route is charged.
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { takeToken } from "../../directory/rate-limits";
import { ChatError } from "../../domain/error";
import { type Rate, type RateName, rates } from "../../protocol";
import { logError } from "../../runtime/logger";
import { TokenBuckets } from "../../runtime/token-buckets";
import { type CoarseRate, type RouteRate, rateTable } from "../rate-table";
import { addressOf, type Gateway, type GatewayContext } from "./context";

const bindings = {
  address: "ADDRESS_RATE",
  request: "REQUEST_RATE",
  lookup: "LOOKUP_RATE",
  preview: "PREVIEW_RATE",
  search: "SEARCH_RATE",
  export: "EXPORT_RATE",
  file: "FILE_RATE",
} as const satisfies Record<CoarseRate, keyof Env>;

/**
 * Buckets of coarse rates that `RATES` changes, in the memory of the isolate, by rate.
 * Bound: one entry for each coarse rate; `TokenBuckets` has a bound of its own.
 */
const changedBuckets = new Map<CoarseRate, TokenBuckets>();

/**
 * Takes a token from the bucket `key` at a coarse rate. Throws `rate_limited`.
 *
 * The numbers of a binding are fixed when the Worker is deployed, so a variable cannot change them.
 * Where `RATES` changes the rate, the isolate counts instead. One isolate sees a part of the
 * requests of a deployment, and all requests of a local server.
 */
export async function chargeCoarse(c: GatewayContext, name: CoarseRate, key: string): Promise<void> {
  const rate = c.get("rates")[name];
  if (rate !== rates[name]) return bucketsOf(name, rate).take(key, c.get("now"));
  let isAdmitted = true;
  try {
    isAdmitted = (await c.env[bindings[name]].limit({ key })).success;
  } catch (error) {
    // Without the binding the finer rates still hold. A failure must not refuse every request.
    logError("rate.failed", error, { rate: name });
  }
  // The binding does not say when its period ends, so this is the whole period.
  if (!isAdmitted) throw new ChatError("rate_limited", undefined, rate.burst * rate.everyMs);
}

function bucketsOf(name: CoarseRate, rate: Rate): TokenBuckets {
  const known = changedBuckets.get(name);
  if (known?.rate === rate) return known;
  const buckets = new TokenBuckets(rate);
  changedBuckets.set(name, buckets);
  return buckets;
}

/**
 * Takes a token from the bucket `key` of the directory at a rate of the protocol. Throws
 * `rate_limited` with the time to wait.
 */
export async function chargeRate(c: GatewayContext, rate: RateName, key: string): Promise<void> {
  const waitMs = await takeToken(c.get("db"), key, c.get("rates")[rate], c.get("now"));
  if (waitMs > 0) throw new ChatError("rate_limited", undefined, waitMs);
}

/** Charges a request to its address. Throws `rate_limited`. */
export const chargeAddress = (c: GatewayContext): Promise<void> => chargeCoarse(c, "address", addressOf(c));

/** Charges requests that need no sign-in to their address, at the rate of their row. */
export const chargedAt = (name: CoarseRate) =>
  createMiddleware<Gateway>(async (c, next) => {
    await chargeCoarse(c, name, addressOf(c));
    await next();
  });

/**
 * Charges a request of an account by the row of its route. Call it when the caller is proven and
 * before any other work. Throws `rate_limited`.
 */
export async function chargeAccount(c: GatewayContext, account: string): Promise<void> {
  const row = rowOf(c);
  await chargeCoarse(c, row.kind === "read" ? row.rate : "request", account);
  if (row.kind === "directory") await chargeRate(c, row.rate, `${row.bucket} ${account}`);
}

/** Returns the row of the route that answers. Throws for a route without a row. */
function rowOf(c: GatewayContext): RouteRate {
  const method = c.req.method === "HEAD" ? "GET" : c.req.method;
  const route = `${method} ${routePath(c).replace(/:(\w+)(\{.+?\})?/g, "{$1}")}`;
  const row = rateTable[route];
  if (!row) throw new TypeError(`the route has no rate: ${route}`);
  return row;
}
