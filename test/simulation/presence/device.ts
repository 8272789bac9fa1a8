// A device of a person that behaves as the SDK does: a user socket with heartbeats, and a screen of
// people with the last status received for each.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { limits } from "../../../src/protocol/limits.ts";
import type { PresenceOf } from "../../../src/protocol/presence.ts";
import { DeviceSocket } from "./device-socket.ts";
import type { Person } from "./person.ts";

const ANSWER_MS = 15_000;
const MEANT = 1000;

const presenceOf = z.object({
  user: z.string(),
  status: z.enum(["online", "away", "dnd", "offline"]),
  activeAt: z.number().nullable(),
}) satisfies z.ZodType<PresenceOf>;

const received = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  people: z.array(presenceOf).optional(),
});

export class Device {
  readonly owner: Person;
  /** The token of its session. */
  session: string;
  isActive = true;
  /** The people on its screen, and the last presence received for each. */
  watched: readonly Person[] = [];
  readonly views = new Map<string, PresenceOf>();
  /** When the server answered the last watch; infinite before that. */
  answeredAt = Number.POSITIVE_INFINITY;
  /** The last sign of life: sent at `aliveFrom`, received by the server by `aliveTo`. */
  aliveFrom = 0;
  aliveTo = 0;
  /** Number of answered heartbeats. */
  beats = 0;
  readonly key = randomUUID();
  readonly #port: number;
  readonly #onSeen: (device: Device, person: PresenceOf) => void;
  readonly #answers = new Map<string, (frame: z.infer<typeof received>) => void>();
  #socket: DeviceSocket | null = null;
  #beat: ReturnType<typeof setTimeout> | null = null;
  #asked = 0;
  #openings = 0;

  constructor(owner: Person, session: string, port: number, onSeen: (device: Device, person: PresenceOf) => void) {
    this.owner = owner;
    this.session = session;
    this.#port = port;
    this.#onSeen = onSeen;
  }

  get isOpen(): boolean {
    return this.#socket?.isOpen ?? false;
  }

  /**
   * Opens a new connection. Answers the previous one, which is still open and silent. Throws where
   * it is refused.
   */
  async open(token: string): Promise<DeviceSocket | null> {
    const before = this.#socket;
    this.fallSilent();
    this.#forget();
    this.isActive = true;
    const begun = Date.now();
    const greeted = this.#answer("hello");
    const protocols = ["parley.v1", `device.${this.key}`, `token.${token}`];
    const opening = ++this.#openings;
    const socket = await DeviceSocket.open(this.#port, "/v1/socket", protocols, (text) => {
      // Ignores what still arrives over a previous connection.
      if (opening === this.#openings) this.#receive(text);
    });
    await this.#within(socket, greeted, "hello");
    this.#socket = socket;
    this.aliveFrom = begun;
    this.aliveTo = Date.now();
    this.#beatOn(socket);
    return before;
  }

  /**
   * Puts these people on the screen. Answers those that the server left out although they are new
   * on it.
   */
  async watch(people: readonly Person[]): Promise<Person[]> {
    const asked = people.filter((person) => !this.watched.includes(person));
    for (const id of this.views.keys()) if (!people.some((person) => person.id === id)) this.views.delete(id);
    this.watched = people;
    this.answeredAt = Number.POSITIVE_INFINITY;
    const { people: answered = [] } = await this.#ask({ type: "presence.watch", users: people.map(({ id }) => id) });
    this.answeredAt = Date.now();
    const known = new Set(answered.map(({ user }) => user));
    return asked.filter(({ id }) => !known.has(id));
  }

  /** Reports whether the device is in use. */
  async sendActive(): Promise<void> {
    await this.#ask({ type: "presence.active", active: this.isActive });
  }

  /** Syncs the inbox, so that no row is stale and no alarm asks for it. */
  async sync(): Promise<void> {
    await this.#ask({ type: "inbox.sync", after: 0 });
  }

  /** Sends a close frame; resolves when the server has answered it. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#leave();
    if (!socket) return;
    socket.close(MEANT);
    await Promise.race([socket.ended, delay(ANSWER_MS, null, { ref: false })]);
    socket.drop();
  }

  /** Drops the connection without a close frame. */
  drop(): void {
    const socket = this.#socket;
    this.#leave();
    socket?.drop();
  }

  beat(): void {
    this.aliveFrom = Date.now();
    // Until the answer comes, the time of arrival is unknown.
    this.aliveTo = Number.POSITIVE_INFINITY;
    this.#socket?.send("ping");
  }

  /** Stays connected but sends no more heartbeats. */
  fallSilent(): void {
    if (this.#beat) clearTimeout(this.#beat);
    this.#beat = null;
  }

  #leave(): void {
    this.fallSilent();
    this.#forget();
    this.#socket = null;
  }

  #forget(): void {
    this.views.clear();
    this.watched = [];
    this.answeredAt = Number.POSITIVE_INFINITY;
  }

  #beatOn(socket: DeviceSocket): void {
    this.#beat = setTimeout(() => {
      if (!socket.isOpen) return;
      this.beat();
      this.#beatOn(socket);
    }, limits.heartbeatMs);
  }

  async #ask(command: object): Promise<z.infer<typeof received>> {
    const socket = this.#socket;
    if (!socket) throw new Error("not connected");
    const id = `ask-${++this.#asked}`;
    const answered = this.#answer(id);
    socket.send(JSON.stringify({ id, ...command }));
    const frame = await this.#within(socket, answered, JSON.stringify(command).slice(0, 60));
    if (frame.type === "error") throw new Error(`refused: ${JSON.stringify(frame)}`);
    return frame;
  }

  #answer(to: string): Promise<z.infer<typeof received>> {
    return new Promise((resolve) => this.#answers.set(to, resolve));
  }

  async #within<T>(socket: DeviceSocket, answered: Promise<T>, what: string): Promise<T> {
    const waiting = new AbortController();
    const late = delay(ANSWER_MS, "in time", { signal: waiting.signal }).catch(() => "at all");
    const ended = socket.ended.then(() => "before the connection ended");
    const first = await Promise.race([answered.then((value) => ({ value })), late, ended]);
    waiting.abort();
    if (typeof first === "object") return first.value;
    socket.drop();
    throw new Error(`${what} was not answered ${first}`);
  }

  #receive(text: string): void {
    if (text === "pong") {
      this.beats++;
      this.aliveTo = Date.now();
      return;
    }
    const frame = received.parse(JSON.parse(text));
    for (const person of frame.people ?? []) {
      if (!this.watched.some(({ id }) => id === person.user)) continue;
      this.#onSeen(this, person);
      this.views.set(person.user, person);
    }
    const to = frame.type === "hello" ? "hello" : frame.id;
    if (to === undefined) return;
    this.#answers.get(to)?.(frame);
    this.#answers.delete(to);
  }
}
