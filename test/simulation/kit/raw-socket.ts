// A WebSocket client on a bare TCP socket. Unlike other clients it can stop reading.
import { connect, type Socket } from "node:net";
import { clientFrame, FrameReader, type Message, opcodes } from "./websocket-frames.ts";
import { handshake, UpgradeAnswer } from "./websocket-upgrade.ts";

const NO_CODE = 1005;
/** The close code of a connection that ended without a close frame. */
export const DEAD = 1006;

/**
 * The read buffer that all sockets share. Allocating one for each read would be most of the
 * client's work.
 */
const shared = Buffer.alloc(512 * 1024);

export interface Opening {
  port: number;
  path: string;
  protocols: string[];
  /** Bytes of each frame that are handed out; the rest is only counted. */
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

  /** Connects and upgrades. Throws when the server does not answer with 101. */
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
        opened.reject(new Error(`the upgrade was refused: ${answer.status}`));
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
    // After the handshake these have no effect; `closed` reports the end.
    tcp.on("error", opened.reject);
    tcp.once("close", () => opened.reject(new Error("the connection closed during the handshake")));
    return await opened.promise;
  }

  /** Resolves with the server's close code, or `DEAD` where the connection ended without one. */
  get closed(): Promise<number> {
    return this.#closed.promise;
  }

  get isOpen(): boolean {
    return this.#code === null && !this.#tcp.destroyed;
  }

  send(text: string): void {
    this.#write(opcodes.text, Buffer.from(text));
  }

  /**
   * Stops reading. What the server sends fills the kernel's buffers first and the server's next.
   */
  pause(): void {
    this.#tcp.pause();
  }

  resume(): void {
    this.#tcp.resume();
  }

  /** Ends the connection without a close frame. */
  destroy(): void {
    this.#tcp.destroy();
  }

  #receive({ opcode, start, length }: Message, onText: Opening["onText"]): void {
    // Latin-1, because only ASCII is examined; this also copies the bytes out of the shared buffer.
    if (opcode === opcodes.text) onText(start.toString("latin1"), length);
    else if (opcode === opcodes.ping) this.#write(opcodes.pong, start);
    else if (opcode === opcodes.close) {
      this.#code = length >= 2 ? start.readUInt16BE(0) : NO_CODE;
      this.#closed.resolve(this.#code);
      this.#write(opcodes.close, start.subarray(0, 2));
      // The client ends the connection itself: workerd ends one that it closed only when the object
      // hibernates.
      this.#tcp.destroySoon();
    }
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#tcp.writable) this.#tcp.write(clientFrame(opcode, payload));
  }
}
