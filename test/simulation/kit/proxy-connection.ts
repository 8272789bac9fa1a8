// One proxied TCP connection. It forwards in both directions, with delays and in slices, and breaks
// on demand.
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { SeededRandom } from "./seeded-random.ts";

/** The quality of a connection, constant while it lasts. */
export interface NetworkConditions {
  delayMs: number;
  /** Longest piece that is forwarded at once. */
  sliceBytes: number;
  bytesPerMs: number;
}

export const unimpaired: NetworkConditions = { delayMs: 0, sliceBytes: 65_536, bytesPerMs: Number.POSITIVE_INFINITY };

/** Most connections are unimpaired; some are late, some are slow, some deliver small pieces. */
export function drawConditions(random: SeededRandom): NetworkConditions {
  const kind = random.weighted({ unimpaired: 6, late: 2, slow: 1, crumbs: 1 });
  if (kind === "late") return { ...unimpaired, delayMs: random.between(1, 25) };
  if (kind === "slow") return { ...unimpaired, sliceBytes: 8_192, bytesPerMs: random.between(100, 400) };
  if (kind === "crumbs") return { ...unimpaired, sliceBytes: random.between(400, 2_000) };
  return unimpaired;
}

/**
 * How a connection breaks: by a reset, by an orderly close, in the middle of a frame, or silently
 * first and with a reset later.
 */
export type Cut = "reset" | "close" | "mid-frame" | "half-open";

const requestLine = /^[A-Z]+ (\S+) HTTP/;
const MID_FRAME_AT_MOST_MS = 300;

export class ProxyConnection {
  readonly #clientSide: Socket;
  readonly #serverSide: Socket;
  readonly #conditions: NetworkConditions;
  #frozen: PromiseWithResolvers<void> | null = null;
  /** Bytes that may still pass to the client; null for no limit. */
  #allowance: number | null = null;
  readonly #broken = Promise.withResolvers<number>();
  #isBroken = false;
  /**
   * The path of the last request, which tells what the connection is for. A WebSocket may begin on
   * a connection that earlier requests used.
   */
  path: string | null = null;

  constructor(clientSide: Socket, serverSide: Socket, conditions: NetworkConditions) {
    this.#clientSide = clientSide;
    this.#serverSide = serverSide;
    this.#conditions = conditions;
  }

  /** Forwards until either side ends. */
  async carry(): Promise<void> {
    await Promise.all([
      this.#pipe(this.#clientSide, this.#serverSide, false),
      this.#pipe(this.#serverSide, this.#clientSide, true),
    ]);
  }

  /** Breaks the connection; resolves with the moment from which both ends can notice. */
  cut(kind: Cut, random: SeededRandom): Promise<number> {
    const later = (ms: number) => void sleep(ms).then(() => this.break());
    if (kind === "half-open") {
      this.#frozen ??= Promise.withResolvers();
      later(random.between(200, 2_500));
    } else if (kind === "mid-frame") {
      this.#allowance = random.between(1, 4_000);
      later(MID_FRAME_AT_MOST_MS);
    } else if (kind === "close") this.#over((socket) => socket.destroySoon());
    else this.break();
    return this.#broken.promise;
  }

  break(): void {
    this.#over((socket) => socket.resetAndDestroy());
  }

  #over(end: (socket: Socket) => void): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    end(this.#clientSide);
    end(this.#serverSide);
    this.#frozen?.resolve();
    this.#broken.resolve(performance.now());
  }

  async #pipe(from: Socket, to: Socket, isAnswer: boolean): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (!isAnswer) this.path = requestLine.exec(chunk.subarray(0, 2_000).toString("latin1"))?.[1] ?? this.path;
        for (let at = 0; at < chunk.length; at += this.#conditions.sliceBytes) {
          await this.#pass(to, chunk.subarray(at, at + this.#conditions.sliceBytes), isAnswer);
        }
      }
      to.end();
    } catch {
      // A failure of one side is a break for the other.
      this.break();
    }
  }

  async #pass(to: Socket, piece: Buffer, isAnswer: boolean): Promise<void> {
    const { delayMs, bytesPerMs } = this.#conditions;
    const ms = delayMs + piece.length / bytesPerMs;
    if (ms >= 1) await sleep(ms);
    await this.#frozen?.promise;
    if (isAnswer && this.#allowance !== null) {
      const part = piece.subarray(0, this.#allowance);
      this.#allowance -= part.length;
      if (part.length < piece.length) {
        await write(to, part);
        throw new Error("cut in the middle of a frame");
      }
    }
    await write(to, piece);
  }
}

/** Waits until the socket accepts the bytes, so that a slow reader slows its writer down. */
const write = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
