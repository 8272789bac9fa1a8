// The network of one person: a port of their own, from which every connection goes on to the server. What is broken here is
// broken for them alone.
import { connect, createServer, type Server, type Socket } from "node:net";
import { Line, type Weather } from "./line.ts";

export class Network {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Listens on a free port; `weather` is asked for every connection. */
  static async open(upstreamPort: number, weather: () => Weather): Promise<Network> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port was given");
    const network = new Network(server, address.port);
    server.on("connection", (near) => void network.#carry(near, upstreamPort, weather()));
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Every open connection. */
  get lines(): Line[] {
    return [...this.#lines];
  }

  /** The newest open connection whose last request began with that path, or null. */
  lineTo(path: string): Line | null {
    return this.lines.findLast((line) => line.path?.startsWith(path)) ?? null;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const line of this.#lines) line.break();
    await closed;
  }

  async #carry(near: Socket, upstreamPort: number, weather: Weather): Promise<void> {
    const far = connect({ host: "127.0.0.1", port: upstreamPort, noDelay: true });
    const line = new Line(near, far, weather);
    this.#lines.add(line);
    // An error ends the pipe that reads from the socket; without a listener it would end the program.
    for (const socket of [near, far]) socket.on("error", () => line.break());
    await line.carry();
    line.break();
    this.#lines.delete(line);
  }
}
