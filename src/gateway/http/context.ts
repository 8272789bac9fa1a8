// What every request carries: the bindings, the variables that the middleware sets, its channel,
// its headers and the address that it comes from.
import type { Context } from "hono";
import type { Account } from "../../directory/accounts";
import { type Database, openDirectory } from "../../directory/database";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { limits, type Rates } from "../../protocol";
import { readRates } from "../../runtime/rate-config";

export interface Variables {
  /** Set by `requestIdOf`. */
  requestId: string | undefined;
  db: Database;
  rates: Rates;
  /** When the request arrived. Epoch milliseconds. */
  now: number;
  /** Set by `provenCaller`, `inboxOwner` and `signedIn`, and by `callerIfAny` if there is one. */
  caller: Caller;
  /** Set by `signedIn`. */
  account: Account;
}

export interface Gateway {
  Bindings: Env;
  Variables: Variables;
}

export type GatewayContext = Context<Gateway>;

/** The secrets that signatures are checked with. The first one signs. */
export const secretsOf = (env: Env): string[] => [env.TOKEN_SECRET];

/** Sets what every request carries. */
export function prepareContext(c: GatewayContext): void {
  c.set("now", Date.now());
  c.set("db", openDirectory(c.env.DIRECTORY));
  c.set("rates", readRates(c.env.RATES));
}

/**
 * Returns the id of the request, which its answer and its log line name. Made when it is first
 * needed: an accepted upgrade needs none, and random bytes take a twentieth of its processor time.
 */
export function requestIdOf(c: GatewayContext): string {
  const known = c.get("requestId");
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  c.set("requestId", made);
  return made;
}

/** Returns the object of the channel that the path names. */
export const channelObject = (c: GatewayContext) => c.env.CHANNELS.getByName(c.req.param("channel") ?? "");

/** Returns a header of the request. Throws `invalid` if it is longer than `headerCharacters`. */
export function headerOf(c: GatewayContext, name: string): string | undefined {
  const value = c.req.header(name);
  if (value !== undefined && value.length > limits.headerCharacters)
    throw new ChatError("invalid", `${name}: must have at most ${limits.headerCharacters} characters`);
  return value;
}

/**
 * Returns the address that a request comes from, in the header that only Cloudflare sets. An IPv6
 * address is cut to its /64, because one customer has all of it.
 */
export function addressOf(c: GatewayContext): string {
  const address = c.req.header("cf-connecting-ip") ?? "local";
  return address.includes(":") ? groupsOf(address).slice(0, 4).join(":") : address;
}

/**
 * Returns the /48 of an IPv6 address as `2001:db8:1::/48`; null for other addresses. Providers give
 * a customer up to a /48. IPv4 has no such network: the addresses of a /24 belong to customers who
 * do not know each other.
 */
export function networkOf(c: GatewayContext): string | null {
  const address = c.req.header("cf-connecting-ip") ?? "";
  return address.includes(":") ? `${groupsOf(address).slice(0, 3).join(":")}::/48` : null;
}

/** Returns the groups of an IPv6 address without leading zeros, with `::` written out. */
function groupsOf(address: string): string[] {
  const [head = "", tail = ""] = address.toLowerCase().split("::");
  const first = head.split(":").filter(Boolean);
  const last = tail.split(":").filter(Boolean);
  const gap = address.includes("::") ? Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0") : [];
  return [...first, ...gap, ...last].map((group) => group.replace(/^0+(?=.)/, ""));
}
