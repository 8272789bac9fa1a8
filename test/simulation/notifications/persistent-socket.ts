// A socket that somebody keeps open: it comes back after every kill, and says from when to when it certainly was there.
import { setTimeout as sleep } from "node:timers/promises";
import { RawSocket } from "../kit/raw-socket.ts";

const BEAT_MS = 25_000;
const AGAIN_MS = 300;

export interface Command {
  id: string;
  type: string;
  [field: string]: unknown;
}

export interface Opening {
  port: number;
  path: string;
  /** An access token; asked for at every opening. */
  token(): Promise<string>;
  /** What is sent when it is open, one after the other; the line stands when the last answer is there. */
  firstCommands: readonly Command[];
  /** It stands; `begunAt`: when the opening began. */
  opened(begunAt: number, at: number): void;
  /** It does not stand any more. */
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

  /** Resolves when it stands for the first time. */
  static async open(opening: Opening): Promise<PersistentSocket> {
    const socket = new PersistentSocket(opening);
    await socket.#connect();
    void socket.#keepOpen();
    return socket;
  }

  /** Resolves with the answer; false where the line fell before. */
  async ask(command: Command): Promise<boolean> {
    const socket = this.#socket;
    if (!socket?.isOpen) return false;
    const answered = new Promise<true>((resolve) => this.#answers.set(command.id, () => resolve(true)));
    socket.send(JSON.stringify(command));
    return await Promise.race([answered, socket.closed.then(() => false)]);
  }

  /** For good. */
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
        // Nobody listens, for the moment.
      }
      await sleep(AGAIN_MS);
    }
  }

  async #keepOpen(): Promise<void> {
    while (this.#isWanted) {
      const socket = this.#socket;
      if (!socket) return;
      const beat = setInterval(() => socket.send("ping"), BEAT_MS);
      await socket.closed;
      clearInterval(beat);
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
