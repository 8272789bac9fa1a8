// The client's side of a WebSocket handshake.
import { randomBytes } from "node:crypto";

/** The HTTP request that asks for the upgrade. */
export function handshake(path: string, protocols: string[]): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    `Sec-WebSocket-Protocol: ${protocols.join(", ")}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** The server's answer, collected until it is complete. */
export class UpgradeAnswer {
  #text = "";
  #rest: Buffer | null = null;

  /** The bytes after the answer; null while the answer is incomplete. */
  push(bytes: Buffer): Buffer | null {
    const before = this.#text.length;
    this.#text += bytes.toString("latin1");
    const end = this.#text.indexOf("\r\n\r\n");
    if (end < 0) return null;
    this.#rest = bytes.subarray(end + 4 - before);
    return this.#rest;
  }

  get status(): string {
    return this.#text.split("\r\n", 1)[0] ?? "";
  }

  get isAccepted(): boolean {
    return this.#rest !== null && this.status.includes(" 101 ");
  }
}
