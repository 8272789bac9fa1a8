// The connection of a device. It can close with a close frame, drop without one, or stay open and
// silent.
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
    // The `close` event reports the end.
    tcp.on("error", () => {});
  }

  /** Throws where the server does not accept it. */
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
        tcp.destroy(new Error(`the upgrade was refused: ${answer.status}`));
        return;
      }
      tcp.setTimeout(0);
      resolve(socket);
      reader.push(rest);
    });
    tcp.setTimeout(OPEN_MS, () => tcp.destroy(new Error("the upgrade was not answered")));
    tcp.once("error", reject);
    tcp.once("close", () => reject(new Error("the connection closed during the handshake")));
    tcp.write(handshake(path, protocols));
    return promise;
  }

  get isOpen(): boolean {
    return !this.#tcp.destroyed;
  }

  /** Resolves when the connection has ended for any reason. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  send(text: string): void {
    this.#write(opcodes.text, Buffer.from(text));
  }

  /** Sends a close frame. */
  close(code: number): void {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(opcodes.close, payload);
  }

  /** Ends the connection without a close frame. */
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
