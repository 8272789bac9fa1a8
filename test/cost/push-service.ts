// A push service that accepts everything and counts it.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { ask, type Person } from "../simulation/kit/population.ts";

/** The browser of RFC 8291, appendix A. */
const keys = {
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
};

export class PushService {
  accepted = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<PushService> {
    const server = createServer((request, response) => {
      request.resume();
      request.once("end", () => {
        service.accepted++;
        response.writeHead(201).end();
      });
    });
    const service = new PushService(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return service;
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the service is not listening");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Subscribes a device of a person. */
  async subscribe(port: number, { id, session }: Person): Promise<void> {
    const device = { kind: "web", endpoint: `${this.origin}/${id}`, keys };
    await ask(port, "POST", "/v1/push/subscriptions", device, session);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
