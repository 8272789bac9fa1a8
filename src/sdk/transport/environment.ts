import type { Clock } from "./clock";
import type { Transport } from "./connection-state";
import type { ServerClock } from "./server-clock";
import type { SocketConstructor } from "./web-socket";

/** What the client uses of its runtime: the client options with every default filled in. */
export interface Environment {
  origin: string;
  fetch: typeof fetch;
  WebSocket: SocketConstructor;
  transport: "auto" | Transport;
  clock: Clock;
  serverClock: ServerClock;
  random: () => number;
  agent: string | null;
  /** A random id. It tells the server which sockets belong to the same device. */
  device: string;
  /** The proof of an earlier sign-in, which the next one sends; null if there is none. */
  deviceProof: string | null;
  /** Whether signing in asks for a token instead of a cookie. */
  keepToken: boolean;
  /** Whether there is a document: a page has cookies, and events when the network returns. */
  isPage: boolean;
  warn: (warning: string) => void;
}
