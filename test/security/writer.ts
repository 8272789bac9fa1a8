// A socket of the attacked account in one channel. What it writes is valid: an intact server
// accepts it for as long as the session lasts.
import { randomUUID } from "node:crypto";
import { RawSocket } from "../simulation/kit/raw-socket.ts";
import type { RegisteredUser } from "../simulation/kit/registered-user.ts";

export interface Place {
  channel: string;
  owner: RegisteredUser;
  epoch: string;
}

/** How long the first acknowledgement may take, beside a thousand other sockets. */
const ACCEPTED_MS = 60_000;

export class Writer {
  readonly place: Place;
  readonly #socket: RawSocket;
  readonly #accepted: Promise<void>;
  /** When the socket closed, as `performance.now()`. */
  readonly closedAt: Promise<number>;

  private constructor(place: Place, socket: RawSocket, accepted: Promise<void>) {
    this.place = place;
    this.#socket = socket;
    this.#accepted = accepted;
    this.closedAt = socket.closed.then(() => performance.now());
  }

  static async open(port: number, place: Place, access: string): Promise<Writer> {
    const accepted = Promise.withResolvers<void>();
    const socket = await RawSocket.open({
      port,
      path: `/v1/channels/${place.channel}/socket`,
      protocols: ["parley.v1", `token.${access}`],
      keep: 256,
      onText: (frame) => {
        if (frame.includes('"type":"ack"')) accepted.resolve();
      },
    });
    return new Writer(place, socket, accepted.promise);
  }

  /** Resolves when the server has accepted a write; rejects if it does not. */
  get accepted(): Promise<void> {
    const refusal = AbortSignal.timeout(ACCEPTED_MS);
    return new Promise((resolve, reject) => {
      refusal.addEventListener("abort", () => reject(new Error(`${this.place.channel} accepts no write`)));
      this.#accepted.then(resolve, reject);
    });
  }

  /** Sends a message, if the socket is still open. */
  write(text: string): void {
    if (!this.#socket.isOpen) return;
    const { epoch } = this.place;
    this.#socket.send(JSON.stringify({ id: "w", type: "message.send", nonce: randomUUID(), epoch, after: 0, text }));
  }
}
