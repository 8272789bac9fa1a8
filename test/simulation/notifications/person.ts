// Somebody with an account and devices: whatever they change is in the ledger, from when to when.
import type { NotifyLevel } from "../../../src/protocol/index.ts";
import type { Actor, Attendance, Seat, Talk, Target } from "./ledger.ts";
import { Line } from "./line.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

const password = "correct horse battery";
const MINUTES_OF_DAY = 1_440;
/** The end of the year 9999. */
const FOREVER = 253_402_300_799_999;

export interface Device {
  target: Target;
  /** Of its sign-in. */
  token: string;
  /** Of its subscription, as the server names it. */
  id: string;
}

interface SignedIn {
  me: { id: string };
  token: string;
}

export class Person {
  readonly handle: string;
  readonly actor: Actor;
  readonly devices: Device[] = [];
  readonly #world: World;
  /** Of a sign-in that has no device. */
  readonly #token: string;
  #line: Line | null = null;
  #looking: { talk: Talk; line: Line } | null = null;

  private constructor(world: World, handle: string, actor: Actor, token: string) {
    this.#world = world;
    this.handle = handle;
    this.actor = actor;
    this.#token = token;
  }

  static async register(world: World, handle: string, name: string): Promise<Person> {
    const body = { handle, name, password, keep: "token" };
    const { value } = await world.door.ask<SignedIn>({ method: "POST", path: "/v1/accounts", body });
    return new Person(world, handle, world.ledger.addActor(value.me.id, name), value.token);
  }

  get id(): string {
    return this.actor.id;
  }

  get token(): string {
    return this.#token;
  }

  seat(talk: Talk): Seat {
    const seat = talk.seats.get(this.id);
    if (!seat) throw new Error(`${this.handle} is not in ${talk.name}`);
    return seat;
  }

  /** Signs in anew, as a device does. */
  async addDevice(): Promise<void> {
    const { door, office, front, ledger } = this.#world;
    const body = { handle: this.handle, password, keep: "token" };
    const { token } = (await door.ask<SignedIn>({ method: "POST", path: "/v1/sessions", body })).value;
    const { key } = (await door.ask<{ key: string }>({ method: "GET", path: "/v1/push", token })).value;
    const { name, keys } = await office.subscribe(key);
    const target = ledger.addTarget(name, this.id);
    const subscription = { kind: "web", endpoint: front.endpointOf(name), keys, name: `device of ${this.handle}` };
    const added = await door.ask<{ id: string }>({
      method: "POST",
      path: "/v1/push/subscriptions",
      token,
      body: subscription,
    });
    target.subscribed.change(true, added.begunAt, added.doneAt);
    this.devices.push({ target, token, id: added.value.id });
  }

  /** `subscription`: the device stays signed in. `session`: it is signed out. */
  async giveUp(device: Device, what: "subscription" | "session"): Promise<void> {
    this.#forget(device);
    const path = what === "session" ? "/v1/sessions/current" : `/v1/push/subscriptions/${device.id}`;
    const { token } = device;
    // What a lost answer had done already is refused.
    const refusals = [401, 404];
    const { begunAt, doneAt } = await this.#world.door.ask({ method: "DELETE", path, token, refusals });
    device.target.subscribed.change(false, begunAt, doneAt);
  }

  /** The push service knows it no more; nobody tells the server. */
  async expire(device: Device): Promise<void> {
    this.#forget(device);
    const begunAt = Date.now();
    await this.#world.office.expire(device.target.name);
    device.target.known.change(false, begunAt, Date.now());
  }

  /** Reads up to what is known to be there, from somewhere else. */
  async read(talk: Talk): Promise<void> {
    const seq = Math.max(0, ...talk.said.map((said) => said.seq));
    const seat = this.seat(talk);
    if (seq === 0 || !seat.member.latest) return;
    const { begunAt, doneAt } = await this.#put(`/v1/channels/${talk.id}/read`, { seq }, [404]);
    seat.reads.push({ seq, begunAt, doneAt });
  }

  async setLevel(talk: Talk, level: NotifyLevel): Promise<void> {
    const path = `/v1/channels/${talk.id}/level`;
    await this.#change(this.seat(talk).level, level, () => this.#put(path, { level }));
  }

  async setMuted(talk: Talk, isMuted: boolean): Promise<void> {
    const path = `/v1/channels/${talk.id}/mute`;
    await this.#change(this.seat(talk).muted, isMuted, () => this.#put(path, { until: isMuted ? FOREVER : 0 }));
  }

  async setQuiet(isQuiet: boolean): Promise<void> {
    await this.#change(this.actor.quiet, isQuiet, () =>
      this.#putNotifications(this.actor.previews.latest ?? true, isQuiet),
    );
  }

  async setPreviews(previews: boolean): Promise<void> {
    await this.#change(this.actor.previews, previews, () =>
      this.#putNotifications(previews, this.actor.quiet.latest ?? false),
    );
  }

  async setUndisturbed(isUndisturbed: boolean): Promise<void> {
    const body = { presence: isUndisturbed ? "dnd" : "auto" };
    const { door } = this.#world;
    await this.#change(this.actor.undisturbed, isUndisturbed, () =>
      door.ask({ method: "PATCH", path: "/v1/me", token: this.#token, body }),
    );
  }

  /** Is there with a device, through kills, until they leave. */
  async arrive(how: Exclude<Attendance, "away">): Promise<void> {
    const { attendance } = this.actor;
    this.#line = await Line.open({
      port: this.#world.port,
      path: "/v1/socket",
      token: () => this.#accessToken(),
      // As every client does: who has not asked what is new counts as away.
      first: [
        { id: "sync", type: "inbox.sync", after: 0 },
        { id: "use", type: "presence.active", active: how === "active" },
      ],
      stands: (begunAt, at) => {
        // A device is in use until it says otherwise.
        attendance.change("active", begunAt, at);
        if (how === "idle") attendance.change("idle", at, at);
      },
      fell: (at) => attendance.change("away", at, at),
    });
  }

  leave(): void {
    this.#line?.close();
    this.#line = null;
  }

  /** Has the channel open, until they look away. */
  async look(talk: Talk): Promise<void> {
    const { looking } = this.seat(talk);
    const line = await Line.open({
      port: this.#world.port,
      path: `/v1/channels/${talk.id}/socket`,
      token: () => this.#accessToken(),
      first: [{ id: "subscribe", type: "channel.subscribe" }],
      stands: (begunAt, at) => looking.change(true, begunAt, at),
      fell: (at) => looking.change(false, at, at),
    });
    this.#looking = { talk, line };
  }

  lookAway(): void {
    this.#looking?.line.close();
    this.#looking = null;
  }

  async #accessToken(): Promise<string> {
    const asked = { method: "GET", path: "/v1/gateway", token: this.#token } as const;
    return (await this.#world.door.ask<{ token: string }>(asked)).value.token;
  }

  async #change<T>(
    line: Timeline<T>,
    value: T,
    make: () => Promise<{ begunAt: number; doneAt: number }>,
  ): Promise<void> {
    const { begunAt, doneAt } = await make();
    line.change(value, begunAt, doneAt);
  }

  #put(path: string, body: object, refusals: readonly number[] = []) {
    return this.#world.door.ask({ method: "PUT", path, token: this.#token, body, refusals });
  }

  /** Quiet hours that began an hour ago and last for two. */
  #putNotifications(previews: boolean, isQuiet: boolean) {
    const minute = Math.floor(Date.now() / 60_000) % MINUTES_OF_DAY;
    const hours = { from: (minute + MINUTES_OF_DAY - 60) % MINUTES_OF_DAY, to: (minute + 60) % MINUTES_OF_DAY };
    return this.#put("/v1/me/notifications", { previews, quiet: isQuiet ? { ...hours, zone: "UTC" } : null });
  }

  #forget(device: Device): void {
    this.devices.splice(this.devices.indexOf(device), 1);
  }
}
