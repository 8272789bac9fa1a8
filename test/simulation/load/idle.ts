// Thousands of idle sockets. Their objects must hibernate, use no processor time and little memory,
// and answer heartbeats meanwhile. Whether an object hibernated shows in a rate-limit bucket, which
// lives in memory: after it is emptied it refills only in an hour, so it is full again only in an
// object that lost its memory.
import { setTimeout as delay } from "node:timers/promises";
import { openChannelSocket, type Subscriber, subscribeCommand } from "../kit/channel-socket.ts";
import { mapConcurrently } from "../kit/concurrency.ts";
import { openGroups, registerPeople } from "../kit/population.ts";
import { memoryOf, processorMsOf } from "../kit/process-usage.ts";
import { raised } from "../kit/rates.ts";
import type { RawSocket } from "../kit/raw-socket.ts";
import type { Report } from "../kit/report.ts";
import { startServer } from "../kit/server-process.ts";
import { rounded } from "../kit/statistics.ts";
import type { Bundle } from "../kit/worker-bundle.ts";

const HOUR_MS = 3_600_000;
/** Enough for the subscription and one more question. */
const ASKS = 2;
/** The alarm comes 5 s after the last entry, hibernation 10 s later; the rest is slack. */
const ASLEEP_MS = 18_000;
/** Often enough to keep an object awake. */
const NUDGE_MS = 3_000;
const MEASURED_MS = 10_000;
const OPENING_WIDTH = 16;

export async function idle(bundle: Bundle, quick: boolean): Promise<Report> {
  const server = await startServer(bundle, { ...raised, ask: { burst: ASKS, everyMs: HOUR_MS } }, { isDirect: true });
  const sockets: IdleSocket[] = [];
  try {
    const { port, workerds } = server;
    const people = await registerPeople(port, quick ? 40 : 100);
    // Each person has 20 sockets also in the quick run: the memory of a person's object would
    // otherwise count twice as much in the memory of a socket.
    const channels = await openGroups(port, people, 20);
    const subscribers = channels.flatMap((channel) => people.map((person): Subscriber => ({ port, channel, person })));
    const before = memoryOf(workerds).nowMb;
    sockets.push(...(await mapConcurrently(subscribers, OPENING_WIDTH, (subscriber) => IdleSocket.open(subscriber))));
    const opened = memoryOf(workerds).nowMb;

    const canaries = sockets.filter((_, at) => at % people.length === 0);
    const spent = await mapConcurrently(canaries, OPENING_WIDTH, async (canary) => [
      await canary.ask(),
      await canary.ask(),
    ]);
    // The control: an object that is kept awake remembers its bucket.
    const [watched, ...left] = canaries;
    if (!watched) throw new Error("no channel to keep awake");
    const nudges = setInterval(() => void watched.ask(), NUDGE_MS);
    await delay(ASLEEP_MS);
    const usedBefore = processorMsOf(workerds);
    const startedAt = performance.now();
    const heartbeats = await Promise.all(sockets.map((socket) => socket.sendHeartbeat()));
    await delay(MEASURED_MS - (performance.now() - startedAt));
    const processorMs = processorMsOf(workerds) - usedBefore;
    const asleep = memoryOf(workerds).nowMb;
    clearInterval(nudges);
    const forgotAwake = (await watched.ask()) === "ack";
    const answers = await mapConcurrently(left, OPENING_WIDTH, (canary) => canary.ask());

    const perSocketKb = (mb: number) => rounded(((mb - before) * 1024) / sockets.length);
    return {
      setting: { sockets: sockets.length, channels: channels.length },
      bars: {
        bucketsNotEmptied: {
          value: spent.filter(([first, second]) => first !== "ack" || second !== "error").length,
          atMost: 0,
        },
        awakeAndYetForgetful: { value: forgotAwake ? 1 : 0, atMost: 0 },
        objectsThatStayedAwake: { value: answers.filter((answer) => answer !== "ack").length, atMost: 0 },
        heartbeatsUnanswered: { value: heartbeats.filter((answer) => answer !== "pong").length, atMost: 0 },
        socketsClosed: { value: sockets.filter((socket) => !socket.isOpen).length, atMost: 0 },
        processorMsIn10s: { value: processorMs, atMost: 500 },
        memoryKbPerSocket: { value: perSocketKb(asleep), atMost: 150 },
      },
      seen: { memoryKbPerSocketWhenOpened: perSocketKb(opened), memoryMb: rounded(asleep) },
    };
  } finally {
    for (const socket of sockets) socket.leave();
    await server.remove();
  }
}

/** A subscribed socket that sends nothing on its own. */
class IdleSocket {
  #socket: RawSocket | null = null;
  #answered: (type: string) => void = () => {};
  /** The answer to the last request. */
  #answer: Promise<string> = Promise.resolve("");

  static async open(subscriber: Subscriber): Promise<IdleSocket> {
    const idleSocket = new IdleSocket();
    idleSocket.#socket = await openChannelSocket(subscriber, Number.POSITIVE_INFINITY, (text) => {
      const type = text === "pong" ? text : (/^\{"type":"(\w+)"/.exec(text)?.[1] ?? "");
      if (["ready", "ack", "error", "pong"].includes(type)) idleSocket.#answered(type);
    });
    const answer = await idleSocket.#request(subscribeCommand(null));
    if (answer !== "ready") throw new Error(`subscribing was answered by ${answer}`);
    return idleSocket;
  }

  get isOpen(): boolean {
    return this.#socket?.isOpen ?? false;
  }

  /** Sends the cheapest command; resolves with the type of the answer. */
  ask(): Promise<string> {
    return this.#request(JSON.stringify({ id: "mark", type: "read.mark", seq: 0 }));
  }

  sendHeartbeat(): Promise<string> {
    return this.#request("ping");
  }

  leave(): void {
    this.#socket?.destroy();
  }

  /** One request after the other, because an answer does not say which one it answers. */
  #request(text: string): Promise<string> {
    this.#answer = this.#answer.then(() => this.#exchange(text));
    return this.#answer;
  }

  #exchange(text: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#answered = resolve;
    const socket = this.#socket;
    if (!socket) throw new Error("not open");
    void socket.closed.then((code) => resolve(`closed with ${code}`));
    socket.send(text);
    return promise;
  }
}
