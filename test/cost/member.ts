// A member with one device, like the SDK: a user socket, and a channel socket while the channel is
// open.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { composeMessage, subscribeCommand } from "../simulation/kit/channel-socket.ts";
import type { Person } from "../simulation/kit/population.ts";
import { RawSocket } from "../simulation/kit/raw-socket.ts";
import type { SeededRandom } from "../simulation/kit/seeded-random.ts";

const serverFrame = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  epoch: z.string().optional(),
  head: z.int().optional(),
  code: z.string().optional(),
  events: z.array(z.object({ seq: z.int(), actor: z.string(), nonce: z.string() })).default([]),
});

/** The time until a viewer reads a message. */
const READ_MIN_MS = 200;
const READ_MAX_MS = 1_500;
const HEARTBEAT_MS = 30_000;
const ANSWER_MS = 30_000;

export class Member {
  readonly #device = randomUUID();
  readonly #answers = new Map<string, (type: string) => void>();
  readonly #beats = new Set<NodeJS.Timeout>();
  #user: RawSocket | null = null;
  #channel: RawSocket | null = null;
  #guild: RawSocket | null = null;
  #epoch = "";
  #head = 0;
  #requests = 0;
  pings = 0;
  pongs = 0;
  readonly refusals: string[] = [];

  readonly person: Person;
  readonly #port: number;
  readonly #room: string;
  readonly #random: SeededRandom;

  constructor(port: number, person: Person, channel: string, random: SeededRandom) {
    this.#port = port;
    this.person = person;
    this.#room = channel;
    this.#random = random;
  }

  /** Opens the user socket and syncs the inbox. */
  async connect(): Promise<void> {
    this.#user = await this.#open("/v1/socket");
    await this.sync();
  }

  /** Syncs the inbox again, which makes its rows clean. */
  async sync(): Promise<void> {
    await this.#request(this.#user, (id) => JSON.stringify({ id, type: "inbox.sync", after: 0 }), "inbox");
  }

  /** Watches the presence of these people. */
  async watch(users: readonly string[]): Promise<void> {
    await this.#request(this.#user, (id) => JSON.stringify({ id, type: "presence.watch", users }), "presence");
  }

  /** Opens the channel. */
  async attach(): Promise<void> {
    this.#channel = await this.#open(`/v1/channels/${this.#room}/socket`);
    await this.#request(this.#channel, () => subscribeCommand(null), "ready", "subscribe");
  }

  /** Shows a guild. */
  async show(guild: string): Promise<void> {
    this.#guild = await this.#open(`/v1/guilds/${guild}/socket`);
  }

  async send(text: string): Promise<void> {
    const { nonce, frame } = composeMessage(text, { epoch: this.#epoch, after: this.#head });
    await this.#request(this.#channel, () => frame, "event", nonce);
  }

  detach(): void {
    this.#channel?.destroy();
    this.#channel = null;
  }

  leave(): void {
    this.detach();
    for (const socket of [this.#user, this.#guild]) socket?.destroy();
    this.#user = null;
    this.#guild = null;
    for (const beat of this.#beats) clearInterval(beat);
  }

  async #open(path: string): Promise<RawSocket> {
    const { token } = this.person;
    const socket = await RawSocket.open({
      port: this.#port,
      path,
      protocols: ["parley.v1", `device.${this.#device}`, `token.${token}`],
      keep: Number.POSITIVE_INFINITY,
      onText: (text) => this.#receive(text),
    });
    this.#beatOn(socket);
    return socket;
  }

  #beatOn(socket: RawSocket): void {
    const beat = setInterval(() => {
      if (!socket.isOpen) return;
      this.pings++;
      socket.send("ping");
    }, HEARTBEAT_MS);
    this.#beats.add(beat);
  }

  async #request(
    socket: RawSocket | null,
    frameOf: (id: string) => string,
    type: string,
    named?: string,
  ): Promise<void> {
    const id = named ?? `request-${++this.#requests}`;
    const answered = new Promise<string>((resolve) => this.#answers.set(id, resolve));
    if (!socket) throw new Error("the socket is not open");
    socket.send(frameOf(id));
    const answer = await Promise.race([answered, delay(ANSWER_MS, "nothing", { ref: false })]);
    this.#answers.delete(id);
    if (answer !== type) throw new Error(`${id} was answered by ${answer} instead of ${type}`);
  }

  #receive(text: string): void {
    if (text === "pong") {
      this.pongs++;
      return;
    }
    const { type, id, epoch, head, code, events } = serverFrame.parse(JSON.parse(text));
    if (code !== undefined) this.refusals.push(code);
    if (epoch !== undefined) this.#epoch = epoch;
    if (head !== undefined) this.#head = head;
    if (id !== undefined) this.#answers.get(id)?.(type);
    for (const { seq, actor, nonce } of events) {
      this.#answers.get(nonce)?.("event");
      if (actor !== this.person.id) void this.#read(seq);
    }
  }

  async #read(seq: number): Promise<void> {
    await delay(this.#random.between(READ_MIN_MS, READ_MAX_MS));
    if (!this.#channel?.isOpen) return;
    this.#channel.send(JSON.stringify({ id: `mark-${seq}`, type: "read.mark", seq }));
  }
}
