import { uuidv7 } from "uuidv7";
import type { Outbox } from "./outbox/outbox";
import { type Clock, systemClock } from "./transport/clock";
import type { Transport } from "./transport/connection-state";
import type { Environment } from "./transport/environment";
import { ServerClock } from "./transport/server-clock";
import type { SocketConstructor } from "./transport/web-socket";

export interface ClientOptions {
  /** The server's origin, for example `https://chat.example`. The page's own by default. */
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
  clock?: Clock;
  /** Returns numbers from 0 up to 1, as `Math.random` does. */
  random?: () => number;
  /** The program's name in the list of sessions. Browsers send their own user agent. */
  agent?: string;
  /** Called for problems that the client ignores, such as unreadable frames or a failing outbox. */
  onWarning?: (warning: string) => void;
}

export function environmentOf(options: ClientOptions): Environment {
  const isPage = typeof document !== "undefined";
  const origin = options.url ?? (isPage ? location.origin : undefined);
  if (origin === undefined) throw new TypeError("createClient needs `url` where there is no page");
  const clock = options.clock ?? systemClock;
  return {
    origin: new URL(origin).origin,
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
