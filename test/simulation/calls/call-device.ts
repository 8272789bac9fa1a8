// A device in a call, on a bare socket and without the SDK.
import { openChannelSocket, subscribeCommand } from "../kit/channel-socket.ts";
import type { RawSocket } from "../kit/raw-socket.ts";
import type { RegisteredUser } from "../kit/registered-user.ts";

/** What a frame of the server may have. */
export interface Frame {
  type: string;
  id?: string;
  code?: string;
  call?: CallAnswer;
  signal?: CallSignal;
  events?: { seq: number; type: string; data: { call?: number } }[];
}

export interface CallAnswer {
  call: number;
  completeInMs: number;
  peers: { peer: number; user: string; connected: boolean }[];
  mine?: { peer: number; token: string; resumed: boolean };
}

export interface CallSignal {
  type: string;
  from?: number;
  peer?: number | { peer: number };
  description?: { type: "offer" | "answer"; sdp: string };
  candidates?: { candidate: string; sdpMid: string | null; sdpMLineIndex: number | null }[];
  restart?: true;
}

export const silent = { muted: true, camera: false, screen: false, hand: false };
const KEPT_BYTES = 256 * 1024;
const ANSWER_MS = 10_000;

export class CallDevice {
  readonly user: RegisteredUser;
  readonly channel: string;
  /** The signals of calls, in order. */
  onSignal: (signal: CallSignal) => void = () => {};
  /** The token of the peer that this device is or was; null before it joined. */
  token: string | null = null;
  #socket: RawSocket | null = null;
  #ids = 0;
  /** Bound: the commands in flight. */
  readonly #waiting = new Map<string, (frame: Frame) => void>();

  constructor(user: RegisteredUser, channel: string) {
    this.user = user;
    this.channel = channel;
  }

  get isOpen(): boolean {
    return this.#socket?.isOpen === true;
  }

  /** Connects and subscribes; resolves when the device is joined to the channel. */
  async open(): Promise<void> {
    const person = { token: await this.user.token() } as Parameters<typeof openChannelSocket>[0]["person"];
    const { port } = this.user;
    this.#socket = await openChannelSocket({ port, channel: this.channel, person }, KEPT_BYTES, (text) =>
      this.#receive(JSON.parse(text)),
    );
    const ready = this.#answerTo("subscribe");
    this.#socket.send(subscribeCommand(null));
    await ready;
  }

  /** Ends the connection without a message. */
  cut(): void {
    this.#socket?.destroy();
    this.#waiting.clear();
  }

  /** Returns the answer to a command: an `ack` or an `error`. Throws without one. */
  async send(command: object): Promise<Frame> {
    if (!this.#socket?.isOpen) throw new Error("the socket is not open");
    const id = String(++this.#ids);
    const answer = this.#answerTo(id);
    this.#socket.send(JSON.stringify({ id, ...command }));
    return await answer;
  }

  /** Starts a call, or joins the one that is on. */
  async start(media: object = silent): Promise<Frame> {
    return this.#joined(await this.send({ type: "call.start", media }));
  }

  /** Joins a call, as the same peer as before if it has a token. */
  async join(call: number, media: object = silent): Promise<Frame> {
    const token = this.token === null ? {} : { token: this.token };
    return this.#joined(await this.send({ type: "call.join", call, media, ...token }));
  }

  async roster(): Promise<CallAnswer | null> {
    return (await this.send({ type: "call.roster" })).call ?? null;
  }

  #joined(answer: Frame): Frame {
    this.token = answer.call?.mine?.token ?? this.token;
    return answer;
  }

  #answerTo(id: string): Promise<Frame> {
    const answered = Promise.withResolvers<Frame>();
    this.#waiting.set(id, answered.resolve);
    const timer = setTimeout(() => answered.reject(new Error("a command got no answer")), ANSWER_MS);
    return answered.promise.finally(() => clearTimeout(timer));
  }

  #receive(frame: Frame): void {
    if (frame.type === "signal" && frame.signal?.type.startsWith("call.")) this.onSignal(frame.signal);
    const waiting = frame.id === undefined ? undefined : this.#waiting.get(frame.id);
    if (frame.id === undefined || !waiting || !["ack", "error", "ready"].includes(frame.type)) return;
    this.#waiting.delete(frame.id);
    waiting(frame);
  }
}
