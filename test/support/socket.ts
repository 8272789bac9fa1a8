// One device with a socket, and the frames that it got.
import {
  type ChannelCommand,
  decodeServerFrame,
  type Event,
  type FrameOf,
  type GatewayAnswer,
  PONG,
  type ServerFrame,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
  type UserCommand,
} from "../../src/protocol";
import { call, type Person, request } from "./http";

const isOf = <T extends ServerFrame["type"]>(frame: ServerFrame, type: T): frame is FrameOf<T> => frame.type === type;

type Unnumbered<C> = C extends { id: string } ? Omit<C, "id"> : never;

export class Device {
  readonly frames: ServerFrame[] = [];
  closed: { code: number; reason: string } | null = null;
  #next = 1;
  #waiting = new Set<() => void>();

  /** `user` and `channel`: whose device it is, and of which channel; empty for the inbox. */
  constructor(
    readonly socket: WebSocket,
    readonly user = "",
    readonly channel = "",
  ) {
    socket.accept();
    socket.addEventListener("message", ({ data }) => {
      if (data === PONG) return;
      const decoded = decodeServerFrame(String(data));
      if (!decoded.ok) throw new Error(`unreadable frame: ${decoded.detail} ${String(data).slice(0, 300)}`);
      this.frames.push(decoded.value);
      this.#wake();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.#wake();
    });
  }

  /** Sends a command. Returns its id. */
  send(command: Unnumbered<ChannelCommand> | Unnumbered<UserCommand>): string {
    const id = String(this.#next++);
    this.socket.send(JSON.stringify({ id, ...command }));
    return id;
  }

  /** Returns the first frame that `accept` takes, once it has come. */
  async until<T extends ServerFrame>(accept: (frame: ServerFrame) => frame is T): Promise<T> {
    let checked = 0;
    for (;;) {
      const rest = this.frames.slice(checked);
      const found = rest.find(accept);
      if (found) return found;
      checked += rest.length;
      if (this.closed) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`);
      await this.#change();
    }
  }

  /** Returns the answer to a command, which must be of this type. */
  async answer<T extends ServerFrame["type"]>(id: string, type: T): Promise<FrameOf<T>> {
    const answers = (frame: ServerFrame): frame is ServerFrame => "id" in frame && frame.id === id;
    const frame = await this.until(answers);
    if (!isOf(frame, type)) throw new Error(`answered ${JSON.stringify(frame)} instead of ${type}`);
    return frame;
  }

  /** Returns the answer to a command, of whatever type. */
  settled(id: string): Promise<ServerFrame> {
    return this.until((frame): frame is ServerFrame => "id" in frame && frame.id === id);
  }

  /** Returns the event at `seq`, once it has come. */
  async event(seq: number): Promise<Event> {
    for (;;) {
      const found = this.events.find((event) => event.seq === seq);
      if (found) return found;
      if (this.closed) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`);
      await this.#change();
    }
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    while (!this.closed) await this.#change();
    return this.closed;
  }

  /** Returns every event so far, in the order of arrival. */
  get events() {
    return this.frames.flatMap((frame) => (frame.type === "events" ? frame.events : []));
  }

  close(): void {
    this.socket.close(1000);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export const accessToken = async (token: string): Promise<string> =>
  (await call<GatewayAnswer>("/v1/gateway", { token })).token;

/** Opens a socket with an access token. */
export async function openSocket(path: string, access: string, headers: Record<string, string> = {}): Promise<Device> {
  const protocols = `${SUBPROTOCOL}, ${TOKEN_SUBPROTOCOL_PREFIX}${access}`;
  const response = await request(path, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": protocols, ...headers },
  });
  if (!response.webSocket) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  // What is no access token names nobody.
  const claims = Buffer.from(access.split(".")[1] ?? "", "base64url").toString();
  return new Device(response.webSocket, /"sub":"(\w+)"/.exec(claims)?.[1], /^\/v1\/channels\/([^/]+)/.exec(path)?.[1]);
}

/** Returns whether a frame brings inbox rows that were not requested. */
export const isLiveInbox = (frame: ServerFrame): frame is FrameOf<"inbox"> =>
  frame.type === "inbox" && frame.id === undefined;

/** Opens a device in a channel and subscribes it from the head. */
export async function join(person: Person, channel: string): Promise<Device> {
  const device = await openSocket(`/v1/channels/${channel}/socket`, await accessToken(person.token));
  await device.answer(device.send({ type: "channel.subscribe", purges: true }), "ready");
  return device;
}

/** Opens a device on the inbox of a person. */
export async function attach(person: Person): Promise<Device> {
  const device = await openSocket("/v1/socket", await accessToken(person.token));
  await device.answer(device.send({ type: "inbox.sync", after: 0 }), "inbox");
  return device;
}

/** Returns the nonce and cursor of a command, from a client that knows the log up to `after`. */
export const composedAt = (epoch: string, after: number) => ({ nonce: crypto.randomUUID(), epoch, after });

/** Returns the epoch of the log, as a joined device knows it. */
export async function epochOf(device: Device): Promise<string> {
  return (await device.until((frame) => frame.type === "ready")).epoch;
}

/** Returns the text of a message in an event; null for other events and deleted messages. */
export const textOf = ({ data }: Event): string | null =>
  "body" in data && data.body.state === "live" ? data.body.text : null;
