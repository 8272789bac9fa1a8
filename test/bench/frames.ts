// Parses the bytes of a connection: the answer to the upgrade, then the frames. A frame that lies
// in one read is parsed in place.
export const OPCODES = { more: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;

interface Listener {
  opened(): void;
  text(bytes: Buffer, start: number, end: number): void;
  pinged(payload: Buffer): void;
  ended(reason: string): void;
}

const none = Buffer.alloc(0);
const FINAL = 0x80;

export class Frames {
  readonly #listener: Listener;
  /** What a read left incomplete. */
  #rest: Buffer = none;
  /** The fragments of an incomplete message. */
  #parts: Buffer[] = [];
  #isOpen = false;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  feed(read: Buffer, count: number): void {
    const fresh = read.subarray(0, count);
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, fresh]) : fresh;
    let at = this.#isOpen ? 0 : this.#open(bytes);
    while (at >= 0 && at < bytes.length) {
      const next = this.#frame(bytes, at);
      if (next < 0) break;
      at = next;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(Math.max(at, 0))) : none;
  }

  /**
   * Reads the answer to the upgrade. Returns where the frames begin, or -1 while it is incomplete.
   */
  #open(bytes: Buffer): number {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return -1;
    const status = bytes.toString("latin1", 0, bytes.indexOf("\r\n"));
    if (status.split(" ")[1] !== "101") {
      this.#listener.ended(status);
      return bytes.length;
    }
    this.#isOpen = true;
    this.#listener.opened();
    return end + 4;
  }

  /** Reads the frame at `at`. Returns where the next one begins, or -1 while it is incomplete. */
  #frame(bytes: Buffer, at: number): number {
    const available = bytes.length - at;
    if (available < 2) return -1;
    const first = bytes.readUInt8(at);
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const header = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (available < header) return -1;
    const wide =
      header === 10 ? Number(bytes.readBigUInt64BE(at + 2)) : header === 4 ? bytes.readUInt16BE(at + 2) : short;
    const start = at + header;
    const end = start + wide;
    if (end > bytes.length) return -1;
    this.#take(first & 0x0f, (first & FINAL) !== 0, bytes, start, end);
    return end;
  }

  #take(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): void {
    if (opcode === OPCODES.ping) this.#listener.pinged(Buffer.from(bytes.subarray(start, end)));
    else if (opcode === OPCODES.close)
      this.#listener.ended(`closed with ${end > start ? bytes.readUInt16BE(start) : 1005}`);
    else if (opcode === OPCODES.text && isFinal) this.#listener.text(bytes, start, end);
    else if (opcode === OPCODES.text || opcode === OPCODES.more) {
      this.#parts.push(Buffer.from(bytes.subarray(start, end)));
      if (!isFinal) return;
      const whole = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#listener.text(whole, 0, whole.length);
    }
  }
}

/** A client's frame. A masking key of zero is valid and saves a pass over the bytes. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const wide = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + wide + 4 + length);
  frame.writeUInt8(FINAL | opcode, 0);
  frame.writeUInt8(0x80 | (wide === 0 ? length : wide === 2 ? 126 : 127), 1);
  if (wide === 2) frame.writeUInt16BE(length, 2);
  if (wide === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  payload.copy(frame, 2 + wide + 4);
  return frame;
}
