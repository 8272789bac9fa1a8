import { uuidv7 } from "uuidv7";
import type { CallRuntime } from "./calls/rtc";
import type { Outbox } from "./outbox/outbox";
import { type Clock, systemClock } from "./transport/clock";
import type { Transport } from "./transport/connection-state";
import type { Environment } from "./transport/environment";
import { ServerClock } from "./transport/server-clock";
import type { SocketConstructor } from "./transport/web-socket";

export interface ClientOptions {
  /**
   * The server's origin with its scheme, for example `https://chat.example`. The page's own by
   * default.
   */
  url?: string;
  /** A session token, sent as Bearer, for bots and Node. Without one, the cookie is used. */
  token?: string;
  /** The proof of a known device, from `client.accounts.deviceProof` after an earlier sign-in. */
  deviceProof?: string;
  /**
   * Whether signing in asks for a token, kept in memory, instead of a cookie. By default it does so
   * outside pages.
   */
  keepToken?: boolean;
  /** Where unconfirmed commands are kept; in memory by default, so they end with the client. */
  outbox?: Outbox;
  fetch?: typeof fetch;
  WebSocket?: SocketConstructor;
  /** `auto` uses sockets, and polls over HTTP while the network blocks them. */
  transport?: "auto" | Transport;
  /** Returns the WebRTC for calls, where the runtime has none of its own. */
  calls?: () => CallRuntime;
  clock?: Clock;
  /** Returns numbers from 0 up to 1, as `Math.random` does. */
  random?: () => number;
  /** The program's name in the list of sessions. Browsers send their own user agent. */
  agent?: string;
  /** Called for problems that the client ignores, such as unreadable frames or a failing outbox. */
  onWarning?: (warning: string) => void;
}

/** Throws a TypeError that names what the runtime lacks. */
function requireRuntime(options: ClientOptions): void {
  const needed: Record<string, unknown> = {
    "Promise.withResolvers": Promise.withResolvers,
    "Map.groupBy": Map.groupBy,
    fetch: options.fetch ?? globalThis.fetch,
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
  };
  const missing = Object.keys(needed).filter((name) => typeof needed[name] !== "function");
  if (missing.length === 0) return;
  throw new TypeError(
    `createClient needs Node 22 or later, Workers, or a browser of 2024 or later: this runtime has no ${missing.join(", ")}`,
  );
}

/** Throws a TypeError for an address that does not say where the server is. */
function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.username + parsed.password === "") return parsed.origin;
  throw new TypeError(
    `createClient: \`url\` must be the whole origin of the server, such as "https://chat.example", and not ${JSON.stringify(url)}`,
  );
}

export function environmentOf(options: ClientOptions): Environment {
  requireRuntime(options);
  const isPage = typeof document !== "undefined";
  const url = options.url ?? (isPage ? location.origin : undefined);
  if (url === undefined) throw new TypeError("createClient needs `url` where there is no page");
  const clock = options.clock ?? systemClock;
  return {
    origin: originOf(url),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    transport: options.transport ?? "auto",
    clock,
    serverClock: new ServerClock(clock),
    random: options.random ?? Math.random,
    agent: options.agent ?? null,
    device: uuidv7(),
    deviceProof: options.deviceProof ?? null,
    keepToken: options.keepToken ?? !isPage,
    isPage,
    warn: options.onWarning ?? (() => {}),
  };
}
