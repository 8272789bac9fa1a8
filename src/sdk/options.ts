import { uuidv7 } from "uuidv7";
import type { Outbox } from "./outbox/outbox";
import { type Clock, systemClock } from "./transport/clock";
import type { Transport } from "./transport/connection-state";
import type { Environment } from "./transport/environment";
import type { SocketConstructor } from "./transport/web-socket";

export interface ClientOptions {
  /** Origin of the server, for example `https://chat.example`. The page's own by default. */
  url?: string;
  /** A session's token, sent as Bearer (bots, Node). Without one the cookie is used. */
  token?: string;
  /** Whether signing in asks for a token, kept in memory, instead of a cookie. True by default where there is no page. */
  keepToken?: boolean;
  /** Where unsent commands wait; in memory by default, so they end with the client. */
  outbox?: Outbox;
  fetch?: typeof fetch;
  WebSocket?: SocketConstructor;
  /** `auto` begins with sockets, polls over HTTP where they are blocked, and comes back when they no longer are. */
  transport?: "auto" | Transport;
  clock?: Clock;
  /** From 0 up to 1, as `Math.random`. */
  random?: () => number;
  /** How the list of sessions calls this program. Browsers send their own name. */
  agent?: string;
  /** Told about what the client stepped over: frames it could not read, an outbox that could not be written. */
  onWarning?: (warning: string) => void;
}

export function environmentOf(options: ClientOptions): Environment {
  const isPage = typeof document !== "undefined";
  const origin = options.url ?? (isPage ? location.origin : undefined);
  if (origin === undefined) throw new TypeError("createClient needs `url` where there is no page");
  return {
    origin: new URL(origin).origin,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    transport: options.transport ?? "auto",
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    agent: options.agent ?? null,
    device: uuidv7(),
    keepToken: options.keepToken ?? !isPage,
    isPage,
    warn: options.onWarning ?? (() => {}),
  };
}
