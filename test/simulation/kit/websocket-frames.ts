// Reads and writes WebSocket messages (RFC 6455). The reader keeps only the first bytes of a
// payload: a thousand readers of megabytes need to know where a frame stands in the log, not its
// text.

import { randomBytes } from "node:crypto";

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export interface Message {
  opcode: number;
  /** The first bytes of the payload, at most `keep`. */
  start: Buffer;
  /** Length of the whole payload in bytes. */
  length: number;
}

interface Part {
  opcode: number;
  final: boolean;
  left: number;
  length: number;
  kept: Buffer[];
  keptBytes: number;
}

const NOTHING = Buffer.alloc(0);
const CONTINUATION = 0;
const FIRST_CONTROL = opcodes.close;

export class FrameReader {
  readonly #keep: number;
  readonly #onMessage: (message: Message) => void;
  #header: Buffer = NOTHING;
  #frame: Part | null = null;
  #fragments: Part | null = null;

  constructor(keep: number, onMessage: (message: Message) => void) {
    this.#keep = keep;
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    let rest = this.#header.length > 0 ? Buffer.concat([this.#header, chunk]) : chunk;
    this.#header = NOTHING;
    for (;;) {
      if (this.#frame === null) {
        const header = readHeader(rest);
        if (header === null) break;
        this.#frame = header.part;
        rest = rest.subarray(header.bytes);
      }
      const frame = this.#frame;
      const taken = rest.subarray(0, frame.left);
      this.#take(frame, taken);
      frame.left -= taken.length;
      rest = rest.subarray(taken.length);
      if (frame.left > 0) return;
      this.#frame = null;
      this.#end(frame);
    }
    this.#header = Buffer.from(rest);
  }

  #take(frame: Part, bytes: Buffer): void {
    const room = this.#keep - frame.keptBytes;
    if (room <= 0 || bytes.length === 0) return;
    // Copied: a slice would keep the whole chunk in memory.
    const kept = Buffer.from(bytes.subarray(0, room));
    frame.kept.push(kept);
    frame.keptBytes += kept.length;
  }

  #end(frame: Part): void {
    if (frame.opcode >= FIRST_CONTROL) {
      this.#hand(frame);
      return;
    }
    const whole = frame.opcode === CONTINUATION && this.#fragments ? join(this.#fragments, frame) : frame;
    this.#fragments = frame.final ? null : whole;
    if (frame.final) this.#hand(whole);
  }

  #hand({ opcode, kept, length }: Part): void {
    this.#onMessage({ opcode, start: kept.length === 1 && kept[0] ? kept[0] : Buffer.concat(kept), length });
  }
}

const join = (first: Part, next: Part): Part => ({
  ...first,
  length: first.length + next.length,
  kept: [...first.kept, ...next.kept],
  keptBytes: first.keptBytes + next.keptBytes,
});

/** A server's frame header, which is never masked; null while it is incomplete. */
function readHeader(bytes: Buffer): { part: Part; bytes: number } | null {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return null;
  const short = second & 0x7f;
  const size = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < size) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const part = { opcode: first & 0x0f, final: (first & 0x80) !== 0, left: length, length, kept: [], keptBytes: 0 };
  return { part, bytes: size };
}

/** A whole frame, masked as RFC 6455 requires of clients. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  const masked = Buffer.alloc(length);
  for (let at = 0; at < length; at++) masked[at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
  return Buffer.concat([header, mask, masked]);
}
