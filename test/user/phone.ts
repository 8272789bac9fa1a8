// One device of a person: a socket for the inbox, one for the channel while it is open, and a
// position in the changefeed.
import {
  type ChannelCommand,
  type FrameOf,
  type InboxRow,
  type ServerFrame,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../src/protocol";
import { type Device, openSocket } from "../support/socket";

type Unnumbered<C> = C extends { id: string } ? Omit<C, "id"> : never;

/** What a device shows of a channel. */
export interface Shown {
  head: number;
  read: number;
  unreadFrom: number | null;
  unread: number;
  draft: string;
  mutedUntil: number;
}

export class Phone {
  #inbox: Device | null = null;
  #room: Device | null = null;
  /** How many frames of the current sockets have been applied. */
  #appliedOfInbox = 0;
  #appliedOfRoom = 0;
  #version = 0;
  #row: InboxRow | null = null;
  #draft = "";
  #mutedUntil = 0;
  #head = 0;
  #read = 0;

  /** `device` is null for a client that does not name its device. */
  constructor(
    private readonly me: string,
    private readonly channel: string,
    private readonly access: string,
    private readonly device: string | null,
  ) {}

  get isOnline(): boolean {
    return this.#inbox !== null;
  }

  get isLooking(): boolean {
    return this.#room !== null;
  }

  /** Connects and syncs from its last position. */
  async come(): Promise<void> {
    this.#inbox = await this.#open("/v1/socket");
    this.#appliedOfInbox = 0;
    await this.sync();
  }

  async sync(): Promise<void> {
    const inbox = this.#inbox;
    if (!inbox) throw new Error("not connected");
    for (let more = true; more; ) {
      const frame = await inbox.answer(inbox.send({ type: "inbox.sync", after: this.#version }), "inbox");
      this.#version = frame.version ?? this.#version;
      more = frame.more;
    }
  }

  leave(): void {
    this.shown();
    this.lookAway();
    this.#inbox?.close();
    this.#inbox = null;
  }

  /** Opens the channel. */
  async look(): Promise<void> {
    const room = await this.#open(`/v1/channels/${this.channel}/socket`);
    this.#room = room;
    this.#appliedOfRoom = 0;
    await room.answer(room.send({ type: "channel.subscribe" }), "ready");
  }

  lookAway(): void {
    this.shown();
    this.#room?.close();
    this.#room = null;
  }

  /** Opens the channel again after its object closed the socket. */
  async reopen(which: "channel" | "user"): Promise<void> {
    this.shown();
    const socket = which === "channel" ? this.#room : this.#inbox;
    if (!socket) return;
    await socket.untilClosed();
    await (which === "channel" ? this.look() : this.come());
  }

  /** Sends a command in the open channel. Returns the seq of the acknowledgement. */
  async ask(command: Unnumbered<ChannelCommand>): Promise<number> {
    const room = this.#room;
    if (!room) throw new Error("the channel is not open");
    const id = room.send(command);
    const nonce = "nonce" in command ? command.nonce : null;
    const isAnswer = (frame: ServerFrame): frame is FrameOf<"events"> | FrameOf<"ack"> =>
      (frame.type === "ack" && frame.id === id) ||
      (frame.type === "events" && nonce !== null && frame.events.some((event) => event.nonce === nonce));
    const frame = await room.until(isAnswer);
    if (frame.type === "ack") return frame.seq;
    return frame.events.find((event) => event.nonce === nonce)?.seq ?? 0;
  }

  /** What the device shows. The open channel is more current than the inbox. */
  shown(): Shown {
    const inbox = this.#inbox?.frames ?? [];
    for (const frame of inbox.slice(this.#appliedOfInbox)) if (frame.type === "inbox") this.#apply(frame);
    this.#appliedOfInbox = inbox.length;
    const room = this.#room?.frames ?? [];
    for (const frame of room.slice(this.#appliedOfRoom)) this.#applyOfRoom(frame);
    this.#appliedOfRoom = room.length;
    const row = this.#row;
    return {
      head: Math.max(row?.head ?? 0, this.isLooking ? this.#head : 0),
      read: Math.max(row?.read ?? 0, this.isLooking ? this.#read : 0),
      unreadFrom: row?.unreadFrom ?? null,
      unread: row?.unread ?? 0,
      draft: this.#draft,
      mutedUntil: this.#mutedUntil,
    };
  }

  #apply({ rows, drafts = [], mutes = [] }: FrameOf<"inbox">): void {
    for (const row of rows) {
      const known = this.#row;
      // [S45]: an older row is ignored.
      const isOlder = known && (row.head < known.head || (row.head === known.head && row.read < known.read));
      if (row.channel === this.channel && !isOlder) this.#row = row;
    }
    for (const { channel, text } of drafts) if (channel === this.channel) this.#draft = text;
    for (const { channel, until } of mutes) if (channel === this.channel) this.#mutedUntil = until;
  }

  #applyOfRoom(frame: ServerFrame): void {
    if (frame.type === "ready") {
      this.#head = Math.max(this.#head, frame.head);
      this.#read = Math.max(this.#read, frame.reads[this.me] ?? 0);
    } else if (frame.type === "events") {
      this.#head = Math.max(this.#head, frame.head);
      for (const { seq, actor } of frame.events) if (actor === this.me) this.#read = Math.max(this.#read, seq);
    } else if (frame.type === "signal" && frame.signal.type === "read.marked" && frame.signal.user === this.me) {
      this.#read = Math.max(this.#read, frame.signal.seq);
    }
  }

  #open(path: string): Promise<Device> {
    const offered = [
      SUBPROTOCOL,
      ...(this.device ? [`device.${this.device}`] : []),
      TOKEN_SUBPROTOCOL_PREFIX + this.access,
    ];
    return openSocket(path, this.access, { "sec-websocket-protocol": offered.join(", ") });
  }
}
