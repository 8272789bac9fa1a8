// A server with one channel full of sockets, which hears one message after the other. In a hall that `stalls` some of the sockets have
// stopped reading before the first of them.
import { setTimeout as delay } from "node:timers/promises";
import type { Bundle } from "../kit/bundling.ts";
import { compose, type Seat } from "./channel-socket.ts";
import { openGroups, registerPeople } from "./crowd.ts";
import { inCrowd } from "./in-crowd.ts";
import { memoryOf, resetPeak } from "./process-usage.ts";
import { raised } from "./rates.ts";
import { Reader } from "./reader.ts";
import { Server } from "./server.ts";
import { type Fate, Stalled } from "./stalled.ts";
import { percentile } from "./statistics.ts";

export interface Size {
  /** Members beside the sender, and sockets of each: at most 99 and 20. */
  people: number;
  socketsEach: number;
  stalled: number;
  messages: number;
  messageBytes: number;
}

export interface Measures {
  /** From a message's sending to each reader's last byte of it. */
  p50Ms: number;
  p99Ms: number;
  /** The runtime's resident memory: the most of it during the traffic, over what it had with all sockets open. */
  growthMb: number;
  /** Readers that were closed or heard the log with a hole. */
  hurt: number;
  bytesPerReader: number;
}

const OPENING_WIDTH = 16;
const HEARD_MS = 20_000;

export class Hall {
  readonly #server: Server;
  readonly #readers: Reader[];
  readonly #stalled: Stalled[];
  readonly #sender: Reader;
  readonly #clock: Clock;
  readonly #memoryMb: number;
  readonly #nonces: string[] = [];

  private constructor(server: Server, sender: Reader, readers: Reader[], stalled: Stalled[], clock: Clock) {
    this.#server = server;
    this.#sender = sender;
    this.#readers = readers;
    this.#stalled = stalled;
    this.#clock = clock;
    resetPeak(server.workerds);
    this.#memoryMb = memoryOf(server.workerds).nowMb;
  }

  static async open(bundle: Bundle, size: Size, stalls: boolean): Promise<Hall> {
    const server = await Server.start(bundle, raised);
    const { port } = server;
    const people = await registerPeople(port, size.people + 1);
    const [channel = ""] = await openGroups(port, people, 1);
    const [first, ...others] = people.map((person): Seat => ({ port, channel, person }));
    if (!first) throw new Error("nobody to send");
    // One socket of each member in turn, so that those who stall are spread over all of them.
    const seats = Array.from({ length: size.socketsEach }, () => others).flat();
    const clock = new Clock();
    const open = (some: Seat[], heard: (from: number, to: number) => void) =>
      inCrowd(some, OPENING_WIDTH, (seat) => Reader.open(seat, heard));
    const readers = await open(seats.slice(size.stalled), (from, to) => clock.heard(from, to));
    // The seats of those who would stall are left out of the latencies everywhere.
    const back = seats.slice(0, size.stalled);
    const stalled = stalls ? await inCrowd(back, OPENING_WIDTH, (seat) => Stalled.open(seat)) : [];
    if (!stalls) readers.push(...(await open(back, () => {})));
    return new Hall(server, await Reader.open(first, () => {}), readers, stalled, clock);
  }

  /** Sends a message; resolves when every reader has all of it. */
  async tell(text: string): Promise<void> {
    const sender = this.#sender;
    const seq = sender.last + 1;
    const { nonce, frame } = compose(text, { epoch: sender.epoch, after: sender.last });
    this.#nonces.push(nonce);
    this.#clock.sent(seq);
    sender.send(frame);
    const deadline = Date.now() + HEARD_MS;
    const isWaiting = () => [sender, ...this.#readers].some((one) => one.closeCode === null && one.last < seq);
    while (isWaiting() && Date.now() < deadline) await delay(2);
  }

  measure(): Measures {
    const head = this.#sender.last;
    const isHurt = ({ closeCode, gaps, last }: Reader) => closeCode !== null || gaps > 0 || last !== head;
    return {
      p50Ms: percentile(this.#clock.latencies, 0.5),
      p99Ms: percentile(this.#clock.latencies, 0.99),
      growthMb: memoryOf(this.#server.workerds).peakMb - this.#memoryMb,
      hurt: this.#readers.filter(isHurt).length,
      bytesPerReader: Math.min(...this.#readers.map((reader) => reader.bytes)),
    };
  }

  /** What became of those who stalled. */
  async fates(): Promise<Fate[]> {
    return await inCrowd(this.#stalled, OPENING_WIDTH, (socket) => socket.finish(this.#nonces));
  }

  async close(): Promise<void> {
    for (const reader of [...this.#readers, this.#sender]) reader.leave();
    for (const socket of this.#stalled) socket.leave();
    await this.#server.remove();
  }
}

/** When each seq was sent, and how long it took to each reader. */
class Clock {
  readonly latencies: number[] = [];
  readonly #sentAt = new Map<number, number>();

  sent(seq: number): void {
    this.#sentAt.set(seq, performance.now());
  }

  heard(from: number, to: number): void {
    const now = performance.now();
    for (let seq = from; seq <= to; seq++) this.latencies.push(now - (this.#sentAt.get(seq) ?? Number.NaN));
  }
}
