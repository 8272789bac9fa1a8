import type { Context } from "hono";
import type { Account } from "../directory/accounts";
import type { Database } from "../directory/database";
import type { Caller } from "../domain/ports";
import type { Rates } from "../protocol";

export interface Variables {
  requestId: string;
  db: Database;
  rates: Rates;
  now: number;
  /** Set by `provenCaller` and `signedIn`. */
  caller: Caller;
  /** Set by `signedIn`. */
  account: Account;
}

export interface Gateway {
  Bindings: Env;
  Variables: Variables;
}

export type GatewayContext = Context<Gateway>;

/** Where a request comes from, as Cloudflare saw it; never a header that a client may write. */
export const addressOf = (c: GatewayContext): string => c.req.header("cf-connecting-ip") ?? "local";
