// The network of one person: a proxy with its own port that forwards every connection to the
// server. A fault injected here affects this person only.
import { connect, createServer, type Server, type Socket } from "node:net";
import { type NetworkConditions, ProxyConnection } from "./proxy-connection.ts";

export class NetworkProxy {
  readonly #server: Server;
  readonly #connections = new Set<ProxyConnection>();
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Listens on a free port. `conditions` is called for every connection. */
  static async open(upstreamPort: number, conditions: () => NetworkConditions): Promise<NetworkProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port was assigned");
    const proxy = new NetworkProxy(server, address.port);
    server.on("connection", (clientSide) => void proxy.#carry(clientSide, upstreamPort, conditions()));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Every open connection. */
  get connections(): ProxyConnection[] {
    return [...this.#connections];
  }

  /** The newest open connection whose last request path begins with `path`, or null. */
  connectionTo(path: string): ProxyConnection | null {
    return this.connections.findLast((connection) => connection.path?.startsWith(path)) ?? null;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const connection of this.#connections) connection.break();
    await closed;
  }

  async #carry(clientSide: Socket, upstreamPort: number, conditions: NetworkConditions): Promise<void> {
    const serverSide = connect({ host: "127.0.0.1", port: upstreamPort, noDelay: true });
    const connection = new ProxyConnection(clientSide, serverSide, conditions);
    this.#connections.add(connection);
    // An error also ends the loop that reads from the socket. Without a listener it would end the
    // program.
    for (const socket of [clientSide, serverSide]) socket.on("error", () => connection.break());
    await connection.carry();
    connection.break();
    this.#connections.delete(connection);
  }
}
