// A member who writes over a channel's socket. A command without an answer is a fault of the run.
import { randomUUID } from "node:crypto";
import { openChannelSocket, subscribeCommand } from "../kit/channel-socket.ts";
import type { RawSocket } from "../kit/raw-socket.ts";
import type { RegisteredUser } from "../kit/registered-user.ts";

interface Waiting {
  since: number;
  resolve(seq: number): void;
}

interface Frame {
  type: string;
  id?: string;
  code?: string;
  seq?: number;
  epoch?: string;
  head?: number;
  events?: { seq: number; nonce: string }[];
}

export type Command = { type: string; seq?: number; text?: string; emoji?: string; replyTo?: number; thread?: number };

export class ChannelWriter {
  readonly person: RegisteredUser;
  readonly channel: string;
  /** Called with the milliseconds between a command and its confirmation. */
  onAnswer: (ms: number) => void = () => {};
  /** Refused commands, and sockets that ended. */
  readonly faults: string[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #ready = Promise.withResolvers<void>();
  #socket: RawSocket | null = null;
  #epoch = "";
  #head = 0;

  private constructor(person: RegisteredUser, channel: string) {
    this.person = person;
    this.channel = channel;
  }

  static async open(person: RegisteredUser, channel: string): Promise<ChannelWriter> {
    const writer = new ChannelWriter(person, channel);
    const subscriber = { port: person.port, channel, person: { ...person, token: await person.token() } };
    const socket = await openChannelSocket(subscriber, Number.POSITIVE_INFINITY, (text) =>
      writer.#receive(JSON.parse(text)),
    );
    writer.#socket = socket;
    void socket.closed.then((code) => writer.#ended(code));
    socket.send(subscribeCommand(null));
    await writer.#ready.promise;
    return writer;
  }

  get unanswered(): number {
    return this.#waiting.size;
  }

  /** Resolves with the seq of its entry. */
  perform(command: Command): Promise<number> {
    const nonce = randomUUID();
    const answered = Promise.withResolvers<number>();
    this.#waiting.set(nonce, { since: performance.now(), resolve: answered.resolve });
    this.#socket?.send(JSON.stringify({ id: nonce, ...command, nonce, epoch: this.#epoch, after: this.#head }));
    return answered.promise;
  }

  say(text: string, place: { thread?: number; replyTo?: number } = {}): Promise<number> {
    return this.perform({ type: "message.send", text, ...place });
  }

  leave(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }

  #ended(code: number): void {
    if (this.#socket) this.faults.push(`closed with ${code}`);
  }

  #receive(frame: Frame): void {
    if (frame.type === "events") {
      for (const { seq, nonce } of frame.events ?? []) {
        this.#head = seq;
        this.#answer(nonce, seq);
      }
    } else if (frame.type === "ack") this.#answer(frame.id ?? "", frame.seq ?? 0);
    else if (frame.type === "error" || frame.type === "reset") {
      this.faults.push(`${frame.type} ${frame.code}`);
      this.#waiting.delete(frame.id ?? "");
    } else if (frame.type === "ready") {
      this.#epoch = frame.epoch ?? "";
      this.#head = frame.head ?? 0;
      this.#ready.resolve();
    }
  }

  #answer(nonce: string, seq: number): void {
    const waiting = this.#waiting.get(nonce);
    if (!waiting) return;
    this.#waiting.delete(nonce);
    this.onAnswer(performance.now() - waiting.since);
    waiting.resolve(seq);
  }
}
