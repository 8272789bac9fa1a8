import type { Clock } from "./clock";
import type { Transport } from "./connection-state";
import type { SocketConstructor } from "./web-socket";

/** What the client needs of the world it runs in, with every default filled in. */
export interface Environment {
  origin: string;
  fetch: typeof fetch;
  WebSocket: SocketConstructor;
  transport: "auto" | Transport;
  clock: Clock;
  random: () => number;
  agent: string | null;
  /** Names this client to the server, so that it knows which sockets are of one device. */
  device: string;
  keepToken: boolean;
  /** A page has cookies, and hears when the network comes back. */
  isPage: boolean;
  warn: (warning: string) => void;
}
