// A WebSocket client on a bare TCP socket: it can do what no well-behaved client does, stop reading.
import { connect, type Socket } from "node:net";
import { clientFrame, FrameReader, type Message, opcodes } from "./websocket-frames.ts";
import { handshake, UpgradeAnswer } from "./websocket-upgrade.ts";

const NO_CODE = 1005;
/** What a socket has that ended without a close frame. */
export const DEAD = 1006;

/** What every socket reads into, one after the other: a buffer of each one's own for each read would be the reader's main work. */
const shared = Buffer.alloc(512 * 1024);

export interface Opening {
  port: number;
  path: string;
  protocols: string[];
  /** Bytes of each frame to hand out: those after are counted and dropped. */
  keep: number;
  onText: (start: string, bytes: number) => void;
}

export class RawSocket {
  readonly #tcp: Socket;
  readonly #closed = Promise.withResolvers<number>();
  #code: number | null = null;

  private constructor(tcp: Socket) {
    this.#tcp = tcp;
    tcp.once("close", () => this.#closed.resolve(DEAD));
  }

  /** Opens the connection and shakes hands. Throws when the server does not answer with 101. */
  static async open({ port, path, protocols, keep, onText }: Opening): Promise<RawSocket> {
    const opened = Promise.withResolvers<RawSocket>();
    const reader = new FrameReader(keep, (message) => socket.#receive(message, onText));
    const answer = new UpgradeAnswer();
    const read = (bytes: Buffer) => {
      if (answer.isAccepted) {
        reader.push(bytes);
        return;
      }
      const rest = answer.push(bytes);
      if (rest === null) return;
      if (!answer.isAccepted) {
        opened.reject(new Error(`the upgrade was answered: ${answer.status}`));
        tcp.destroy();
        return;
      }
      opened.resolve(socket);
      reader.push(rest);
    };
    const onread = {
      buffer: shared,
      callback: (bytes: number) => {
        read(shared.subarray(0, bytes));
        return true;
      },
    };
    const tcp = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    const socket = new RawSocket(tcp);
    tcp.write(handshake(path, protocols));
    // After the handshake these change nothing: whoever waits, waits for `closed`.
    tcp.on("error", opened.reject);
    tcp.once("close", () => opened.reject(new Error("closed during the handshake")));
    return await opened.promise;
  }

  /** Resolves with the server's close code; `DEAD` where the connection ended without one. */
  get closed(): Promise<number> {
    return this.#closed.promise;
  }

  get isOpen(): boolean {
    return this.#code === null && !this.#tcp.destroyed;
  }

  send(text: string): void {
    this.#write(opcodes.text, Buffer.from(text));
  }

  /** Stops reading: what the server sends stays in the kernel, and then with the server. */
  pause(): void {
    this.#tcp.pause();
  }

  resume(): void {
    this.#tcp.resume();
  }

  /** Ends it without a word. */
  destroy(): void {
    this.#tcp.destroy();
  }

  #receive({ opcode, start, length }: Message, onText: Opening["onText"]): void {
    // Latin 1: nothing but ASCII is looked at, and it is a copy.
    if (opcode === opcodes.text) onText(start.toString("latin1"), length);
    else if (opcode === opcodes.ping) this.#write(opcodes.pong, start);
    else if (opcode === opcodes.close) {
      this.#code = length >= 2 ? start.readUInt16BE(0) : NO_CODE;
      this.#closed.resolve(this.#code);
      this.#write(opcodes.close, start.subarray(0, 2));
      // Not left to the server: workerd ends a connection that it closed itself only when the object falls asleep.
      this.#tcp.destroySoon();
    }
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#tcp.writable) this.#tcp.write(clientFrame(opcode, payload));
  }
}
