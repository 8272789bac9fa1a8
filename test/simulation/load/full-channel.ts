// A server with one channel full of sockets, to which messages are sent one at a time. With
// `stalls`, some of the sockets have stopped reading before the first message.
import { setTimeout as delay } from "node:timers/promises";
import { composeMessage, type Subscriber } from "../kit/channel-socket.ts";
import { mapConcurrently } from "../kit/concurrency.ts";
import { openGroups, registerPeople } from "../kit/population.ts";
import { memoryOf, resetPeak } from "../kit/process-usage.ts";
import { raised } from "../kit/rates.ts";
import { type ServerProcess, startServer } from "../kit/server-process.ts";
import { percentile } from "../kit/statistics.ts";
import type { Bundle } from "../kit/worker-bundle.ts";
import { Reader } from "./reader.ts";
import { type StalledResult, StalledSocket } from "./stalled-socket.ts";

export interface Size {
  /** Members beside the sender (at most 99), and sockets of each (at most 20). */
  people: number;
  socketsEach: number;
  stalled: number;
  messages: number;
  messageBytes: number;
}

export interface Measures {
  /** From the send of a message until each reader has its last byte. */
  p50Ms: number;
  p99Ms: number;
  /**
   * The runtime's resident memory: the peak during the traffic minus the value when all sockets had
   * opened.
   */
  growthMb: number;
  /** Readers that were closed or that missed a message. */
  hurt: number;
  bytesPerReader: number;
}

const OPENING_WIDTH = 16;
const HEARD_MS = 20_000;

export class FullChannel {
  readonly #server: ServerProcess;
  readonly #readers: Reader[];
  readonly #stalled: StalledSocket[];
  readonly #sender: Reader;
  readonly #latency: LatencyClock;
  readonly #memoryMb: number;
  readonly #nonces: string[] = [];

  private constructor(
    server: ServerProcess,
    sender: Reader,
    readers: Reader[],
    stalled: StalledSocket[],
    latency: LatencyClock,
  ) {
    this.#server = server;
    this.#sender = sender;
    this.#readers = readers;
    this.#stalled = stalled;
    this.#latency = latency;
    resetPeak(server.workerds);
    this.#memoryMb = memoryOf(server.workerds).nowMb;
  }

  static async open(bundle: Bundle, size: Size, stalls: boolean): Promise<FullChannel> {
    const server = await startServer(bundle, raised);
    const { port } = server;
    const people = await registerPeople(port, size.people + 1);
    const [channel = ""] = await openGroups(port, people, 1);
    const [first, ...others] = people.map((person): Subscriber => ({ port, channel, person }));
    if (!first) throw new Error("there is no sender");
    // One socket of each member in turn, so that the stalled ones are spread over all members.
    const subscribers = Array.from({ length: size.socketsEach }, () => others).flat();
    const latency = new LatencyClock();
    const open = (some: Subscriber[], onReceived: (from: number, to: number) => void) =>
      mapConcurrently(some, OPENING_WIDTH, (subscriber) => Reader.open(subscriber, onReceived));
    const readers = await open(subscribers.slice(size.stalled), (from, to) => latency.received(from, to));
    // Both servers leave these subscribers out of the latencies.
    const back = subscribers.slice(0, size.stalled);
    const stalled = stalls
      ? await mapConcurrently(back, OPENING_WIDTH, (subscriber) => StalledSocket.open(subscriber))
      : [];
    if (!stalls) readers.push(...(await open(back, () => {})));
    return new FullChannel(server, await Reader.open(first, () => {}), readers, stalled, latency);
  }

  /** Sends a message; resolves when every reader has all of it. */
  async broadcast(text: string): Promise<void> {
    const sender = this.#sender;
    const seq = sender.last + 1;
    const { nonce, frame } = composeMessage(text, { epoch: sender.epoch, after: sender.last });
    this.#nonces.push(nonce);
    this.#latency.sent(seq);
    sender.send(frame);
    const deadline = Date.now() + HEARD_MS;
    const isWaiting = () => [sender, ...this.#readers].some((one) => one.closeCode === null && one.last < seq);
    while (isWaiting() && Date.now() < deadline) await delay(2);
  }

  measure(): Measures {
    const head = this.#sender.last;
    const isHurt = ({ closeCode, gaps, last }: Reader) => closeCode !== null || gaps > 0 || last !== head;
    return {
      p50Ms: percentile(this.#latency.latencies, 0.5),
      p99Ms: percentile(this.#latency.latencies, 0.99),
      growthMb: memoryOf(this.#server.workerds).peakMb - this.#memoryMb,
      hurt: this.#readers.filter(isHurt).length,
      bytesPerReader: Math.min(...this.#readers.map((reader) => reader.bytes)),
    };
  }

  /** The results of the stalled sockets. */
  async stalledResults(): Promise<StalledResult[]> {
    return await mapConcurrently(this.#stalled, OPENING_WIDTH, (socket) => socket.finish(this.#nonces));
  }

  async close(): Promise<void> {
    for (const reader of [...this.#readers, this.#sender]) reader.leave();
    for (const socket of this.#stalled) socket.leave();
    await this.#server.remove();
  }
}

/** The time from the send of each seq to its arrival at each reader. */
class LatencyClock {
  readonly latencies: number[] = [];
  readonly #sentAt = new Map<number, number>();

  sent(seq: number): void {
    this.#sentAt.set(seq, performance.now());
  }

  received(from: number, to: number): void {
    const now = performance.now();
    for (let seq = from; seq <= to; seq++) this.latencies.push(now - (this.#sentAt.get(seq) ?? Number.NaN));
  }
}
