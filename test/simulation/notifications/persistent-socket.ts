// A socket that reconnects after every kill and reports when it was certainly connected.
import { setTimeout as sleep } from "node:timers/promises";
import { RawSocket } from "../kit/raw-socket.ts";

const HEARTBEAT_MS = 25_000;
const RETRY_MS = 300;

export interface Command {
  id: string;
  type: string;
  [field: string]: unknown;
}

export interface Opening {
  port: number;
  path: string;
  /** Called at every opening for an access token. */
  token(): Promise<string>;
  /**
   * Commands sent one after the other on every opening. The socket is open after the last answer.
   */
  firstCommands: readonly Command[];
  /** The socket is open; `begunAt` is when the opening began. */
  opened(begunAt: number, at: number): void;
  /** The socket is no longer open. */
  closed(at: number): void;
}

export class PersistentSocket {
  readonly #opening: Opening;
  #socket: RawSocket | null = null;
  #isWanted = true;
  #answers = new Map<string, () => void>();

  private constructor(opening: Opening) {
    this.#opening = opening;
  }

  /** Resolves when the socket is open for the first time. */
  static async open(opening: Opening): Promise<PersistentSocket> {
    const socket = new PersistentSocket(opening);
    await socket.#connect();
    void socket.#keepOpen();
    return socket;
  }

  /** Resolves with true at the answer, and with false where the socket closes before. */
  async ask(command: Command): Promise<boolean> {
    const socket = this.#socket;
    if (!socket?.isOpen) return false;
    const answered = new Promise<true>((resolve) => this.#answers.set(command.id, () => resolve(true)));
    socket.send(JSON.stringify(command));
    return await Promise.race([answered, socket.closed.then(() => false)]);
  }

  /** Closes the socket for good. */
  close(): void {
    this.#isWanted = false;
    const socket = this.#socket;
    this.#socket = null;
    if (socket?.isOpen) this.#opening.closed(Date.now());
    socket?.destroy();
  }

  async #connect(): Promise<void> {
    const { port, path, token, firstCommands, opened } = this.#opening;
    while (this.#isWanted) {
      const begunAt = Date.now();
      try {
        const greeted = Promise.withResolvers<void>();
        const protocols = ["parley.v1", `token.${await token()}`];
        const socket = await RawSocket.open({
          port,
          path,
          protocols,
          keep: 4_096,
          onText: (text) => {
            if (text.includes('"type":"hello"')) greeted.resolve();
            else this.#receive(text);
          },
        });
        this.#socket = socket;
        let isAnswered = await Promise.race([greeted.promise.then(() => true), socket.closed.then(() => false)]);
        for (const command of firstCommands) isAnswered &&= await this.ask(command);
        if (isAnswered) {
          opened(begunAt, Date.now());
          return;
        }
        socket.destroy();
      } catch {
        // The server is down at the moment.
      }
      await sleep(RETRY_MS);
    }
  }

  async #keepOpen(): Promise<void> {
    while (this.#isWanted) {
      const socket = this.#socket;
      if (!socket) return;
      const heartbeat = setInterval(() => socket.send("ping"), HEARTBEAT_MS);
      await socket.closed;
      clearInterval(heartbeat);
      if (!this.#isWanted) return;
      this.#opening.closed(Date.now());
      await this.#connect();
    }
  }

  #receive(text: string): void {
    for (const [id, resolve] of this.#answers) {
      if (!text.includes(`"id":"${id}"`)) continue;
      this.#answers.delete(id);
      resolve();
    }
  }
}
