// What a client does with a log: it appends, catches up, and shows the messages of the events it
// got.
import type { CommandContent } from "../../src/domain/log";
import { type Event, type Message, type Page, previewOf, type ServerFrame } from "../../src/protocol";
import { call, type Person } from "./http";
import { accessToken, composedAt, type Device, openSocket } from "./socket";

/**
 * Sends a command with a new nonce. Returns its event, the code of its refusal, or `known` if it
 * added no entry.
 */
async function attempt(device: Device, epoch: string, command: CommandContent): Promise<Event | string> {
  const composed = { ...composedAt(epoch, 0), ...command };
  const id = device.send(composed);
  const eventIn = (frame: ServerFrame): Event | undefined =>
    frame.type === "events" ? frame.events.find(({ nonce }) => nonce === composed.nonce) : undefined;
  const frame = await device.until((received): received is ServerFrame => {
    return eventIn(received) !== undefined || ("id" in received && received.id === id);
  });
  return frame.type === "error" ? frame.code : (eventIn(frame) ?? "known");
}

/** Sends a command that must be accepted. Returns its event. */
export async function perform(device: Device, epoch: string, command: CommandContent): Promise<Event> {
  const outcome = await attempt(device, epoch, command);
  if (typeof outcome === "string") throw new Error(`${command.type} was refused: ${outcome}`);
  return outcome;
}

/** Sends a command. Returns the code of its refusal, or `accepted`. */
export async function refusalCode(device: Device, epoch: string, command: CommandContent): Promise<string> {
  const outcome = await attempt(device, epoch, command);
  return typeof outcome === "string" ? outcome : "accepted";
}

/** Sends a message. Returns its seq. */
export const say = async (
  device: Device,
  epoch: string,
  text: string,
  on: { replyTo?: number; thread?: number } = {},
) => (await perform(device, epoch, { type: "message.send", text, ...on })).seq;

/**
 * Resumes from a position to the head, as a client does after a disconnect. Returns the number of
 * pages.
 */
export async function pull(device: Device, epoch: string, after: number): Promise<number> {
  for (let cursor = after, pages = 1; ; pages++) {
    const id = device.send({ type: "channel.subscribe", from: { epoch, after: cursor }, purges: true });
    const frame = await device.until((received): received is ServerFrame => "id" in received && received.id === id);
    if (frame.type === "ready") return pages;
    if (frame.type !== "more") throw new Error(`answered ${JSON.stringify(frame)}`);
    cursor = frame.after;
  }
}

/** Opens a socket of a member that has not subscribed yet. */
export const openChannelSocket = async ({ token }: Pick<Person, "token">, channel: string): Promise<Device> =>
  openSocket(`/v1/channels/${channel}/socket`, await accessToken(token));

/** Opens another device of a person and resumes it from a position. */
export async function resume(person: Person, channel: string, epoch: string, after = 0): Promise<Device> {
  const device = await openChannelSocket(person, channel);
  await pull(device, epoch, after);
  return device;
}

const noAnnotations = {
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
};

const newer = <T extends { version: number }>(known: T, next: T): T => (next.version > known.version ? next : known);

/** The messages that a client shows, by seq: those of its pages, changed by later events. */
export class ClientView {
  readonly messages = new Map<number, Message>();

  constructor(messages: readonly Message[] = []) {
    for (const message of messages) this.messages.set(message.seq, message);
  }

  apply(event: Event): this {
    if (event.type === "message.sent") {
      const { seq, actor: author, nonce, at, data } = event;
      const { body, reply, thread, forwarded, root } = data;
      const mark = forwarded && { forwarded };
      if (!this.messages.has(seq))
        this.messages.set(seq, { seq, author, nonce, at, body, reply, thread, ...mark, ...noAnnotations });
      this.#merge(seq, { body });
      if (root) this.#merge(root.seq, { replies: root.replies });
    } else if (event.type === "messages.purged") {
      const { author, from, through, roots } = event.data;
      const isWithin = (seq: number) => seq >= from && seq <= through;
      const body = { state: "deleted", version: event.seq, deletedAt: event.at } as const;
      for (const { seq, author: by, body: known } of this.all) {
        if (by === author && isWithin(seq) && known.state === "live") this.#merge(seq, { body });
      }
      for (const [seq, message] of this.messages) {
        if (message.reply?.author !== author || !isWithin(message.reply.seq)) continue;
        this.messages.set(seq, { ...message, reply: { ...message.reply, state: "deleted", preview: null } });
      }
      for (const root of roots) this.#merge(root.seq, { replies: root.replies });
    } else if ("target" in event.data) {
      const { target, ...parts } = event.data;
      this.#merge(target, parts);
      if ("root" in parts && parts.root) this.#merge(parts.root.seq, { replies: parts.root.replies });
    }
    return this;
  }

  /** Returns the messages, ascending by seq. */
  get all(): Message[] {
    return [...this.messages.values()].sort((one, other) => one.seq - other.seq);
  }

  #merge(seq: number, parts: Partial<Pick<Message, "body" | "reactions" | "replies" | "pin">>): void {
    const known = this.messages.get(seq);
    if (!known) return;
    const body = newer(known.body, parts.body ?? known.body);
    const next = {
      ...known,
      body,
      reactions: newer(known.reactions, parts.reactions ?? known.reactions),
      replies: newer(known.replies, parts.replies ?? known.replies),
      pin: newer(known.pin, parts.pin ?? known.pin),
    };
    if (body.state === "deleted") {
      const { version } = body;
      Object.assign(next, { reactions: { version, items: [] }, pin: { version, by: null, at: null } });
    }
    this.messages.set(seq, next);
    const { state } = body;
    const preview = state === "live" ? previewOf(body.text) : null;
    for (const [other, message] of this.messages) {
      if (message.reply?.seq === seq)
        this.messages.set(other, { ...message, reply: { ...message.reply, state, preview } });
    }
  }
}

/** Returns the messages that a device shows after its events. */
export const shownBy = (device: Device): Message[] =>
  device.events.reduce((view, event) => view.apply(event), new ClientView()).all;

/** Returns the fields of a device's events that are the same live and in every replay. */
export const stableFieldsOf = (device: Device) =>
  device.events.map(({ seq, type, actor, nonce, at, data }) => {
    return [seq, type, actor, nonce, at, "target" in data ? data.target : null];
  });

/** Returns every message on the pages of a channel and of all its threads. */
export async function readAll(person: Person, channel: string): Promise<{ messages: Message[]; head: number }> {
  const path = `/v1/channels/${channel}/messages?limit=100&after=0`;
  const pagesOf = async (query: string): Promise<Page> => {
    const page = await call<Page>(path + query, { token: person.token });
    if (page.moreAfter) throw new Error("more than one page");
    return page;
  };
  const { messages, head } = await pagesOf("");
  const roots = messages.filter(({ replies }) => replies.version > 0);
  const threads = await Promise.all(roots.map(({ seq }) => pagesOf(`&thread=${seq}`)));
  const all = [...messages, ...threads.flatMap((thread) => thread.messages)];
  return { messages: all.sort((one, other) => one.seq - other.seq), head };
}
