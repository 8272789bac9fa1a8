// A WebSocket client over a plain TCP socket (RFC 6455), because the load generator must not be the
// bottleneck. Every read goes into one shared buffer, and a frame is passed on in place; a caller
// that keeps a frame copies it.
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { encodeFrame, Frames, OPCODES } from "./frames.ts";

export interface Target {
  port: number;
  path: string;
  /** Offered as `Sec-WebSocket-Protocol`. */
  protocols?: string;
}

/** Called with the bytes of a text frame, which are valid only during the call. */
export type Hear = (bytes: Buffer, start: number, end: number) => void;

/** Shared by all sockets: every read is consumed before the next one. */
const shared = Buffer.allocUnsafeSlow(512 * 1024);
const MAX_WAIT_MS = 120_000;

export class BareSocket {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * Resolves with the open socket. Rejects where the upgrade is refused; a later close calls
   * `gone`.
   */
  static open(target: Target, hear: Hear, gone: (reason: string) => void): Promise<BareSocket> {
    return new Promise((resolve, reject) => {
      let isOpen = false;
      let isOver = false;
      const end = (reason: string) => {
        if (isOver) return;
        isOver = true;
        socket.destroy();
        if (isOpen) gone(reason);
        else reject(new Error(`no socket at ${target.path}: ${reason}`));
      };
      const frames = new Frames({
        opened: () => {
          isOpen = true;
          socket.setTimeout(0);
          resolve(new BareSocket(socket));
        },
        text: hear,
        pinged: (payload) => socket.write(encodeFrame(OPCODES.pong, payload)),
        ended: end,
      });
      const read = (count: number, buffer: Uint8Array) => {
        if (!isOver) frames.feed(buffer as Buffer, count);
        return true;
      };
      const socket = connect({ host: "127.0.0.1", port: target.port, onread: { buffer: shared, callback: read } });
      socket.setNoDelay(true);
      socket.setTimeout(MAX_WAIT_MS, () => end("timeout"));
      socket.on("error", (error) => end(error.message));
      socket.on("close", () => end("the connection was cut"));
      socket.on("connect", () => socket.write(upgradeOf(target)));
    });
  }

  send(text: string): void {
    this.#socket.write(encodeFrame(OPCODES.text, Buffer.from(text)));
  }

  /** Cuts the connection without a close frame. */
  cut(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }
}

function upgradeOf({ port, path, protocols }: Target): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
  ];
  if (protocols) lines.push(`Sec-WebSocket-Protocol: ${protocols}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
