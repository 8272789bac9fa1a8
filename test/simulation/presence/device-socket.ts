// The connection of a device: it can leave with a word, without one, or stay and say nothing.
import { connect, type Socket } from "node:net";
import { clientFrame, FrameReader, type Message, opcodes } from "../kit/websocket-frames.ts";
import { handshake, UpgradeAnswer } from "../kit/websocket-upgrade.ts";

const OPEN_MS = 15_000;

export class DeviceSocket {
  readonly #tcp: Socket;
  readonly #ended = Promise.withResolvers<void>();
  readonly #onText: (text: string) => void;

  private constructor(tcp: Socket, onText: (text: string) => void) {
    this.#tcp = tcp;
    this.#onText = onText;
    tcp.once("close", () => this.#ended.resolve());
    // How it ends is told by its end.
    tcp.on("error", () => {});
  }

  /** Throws where it is not accepted. */
  static open(port: number, path: string, protocols: string[], onText: (text: string) => void): Promise<DeviceSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<DeviceSocket>();
    const tcp = connect({ port, host: "127.0.0.1", noDelay: true });
    const socket = new DeviceSocket(tcp, onText);
    const reader = new FrameReader(Number.POSITIVE_INFINITY, (message) => socket.#receive(message));
    const answer = new UpgradeAnswer();
    tcp.on("data", (bytes) => {
      if (answer.isAccepted) return reader.push(bytes);
      const rest = answer.push(bytes);
      if (rest === null) return;
      if (!answer.isAccepted) {
        tcp.destroy(new Error(`the upgrade was answered: ${answer.status}`));
        return;
      }
      tcp.setTimeout(0);
      resolve(socket);
      reader.push(rest);
    });
    tcp.setTimeout(OPEN_MS, () => tcp.destroy(new Error("the upgrade was not answered")));
    tcp.once("error", reject);
    tcp.once("close", () => reject(new Error("closed during the handshake")));
    tcp.write(handshake(path, protocols));
    return promise;
  }

  get isOpen(): boolean {
    return !this.#tcp.destroyed;
  }

  /** Resolves when it is over, however it came to it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  send(text: string): void {
    this.#write(opcodes.text, Buffer.from(text));
  }

  /** Leaves with a word. */
  close(code: number): void {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(opcodes.close, payload);
  }

  /** Leaves without one. */
  drop(): void {
    this.#tcp.destroy();
  }

  #receive({ opcode, start }: Message): void {
    if (opcode === opcodes.text) this.#onText(start.toString());
    else if (opcode === opcodes.close) {
      this.#write(opcodes.close, start.subarray(0, 2));
      this.#tcp.destroySoon();
    }
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#tcp.writable) this.#tcp.write(clientFrame(opcode, payload));
  }
}
