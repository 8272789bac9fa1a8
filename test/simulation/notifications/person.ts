// A person with devices. The history records every change of the person's state with its beginning
// and its end.
import type { NotifyLevel } from "../../../src/protocol/index.ts";
import type { Activity, ChannelHistory, Membership, PushTarget, UserHistory } from "./history.ts";
import { PersistentSocket } from "./persistent-socket.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

const password = "correct horse battery";
const MINUTES_OF_DAY = 1_440;
/** The end of the year 9999. */
const FOREVER = 253_402_300_799_999;

export interface Device {
  target: PushTarget;
  /** The token of its session. */
  token: string;
  /** The server's id of its subscription. */
  id: string;
}

interface SignedIn {
  me: { id: string };
  token: string;
}

export class Person {
  readonly handle: string;
  readonly userHistory: UserHistory;
  readonly devices: Device[] = [];
  readonly #world: World;
  /** The token of a session without a device. */
  readonly #token: string;
  #socket: PersistentSocket | null = null;
  #open: { channel: ChannelHistory; socket: PersistentSocket } | null = null;

  private constructor(world: World, handle: string, userHistory: UserHistory, token: string) {
    this.#world = world;
    this.handle = handle;
    this.userHistory = userHistory;
    this.#token = token;
  }

  static async register(world: World, handle: string, name: string): Promise<Person> {
    const body = { handle, name, password, keep: "token" };
    const { value } = await world.http.ask<SignedIn>({ method: "POST", path: "/v1/accounts", body });
    return new Person(world, handle, world.history.addUser(value.me.id, name), value.token);
  }

  get id(): string {
    return this.userHistory.id;
  }

  get token(): string {
    return this.#token;
  }

  membership(channel: ChannelHistory): Membership {
    const membership = channel.memberships.get(this.id);
    if (!membership) throw new Error(`${this.handle} is not a member of ${channel.name}`);
    return membership;
  }

  /** Signs in again, as a new device does. */
  async addDevice(): Promise<void> {
    const { http, pushService, pushProxy, history } = this.#world;
    const body = { handle: this.handle, password, keep: "token" };
    const { token } = (await http.ask<SignedIn>({ method: "POST", path: "/v1/sessions", body })).value;
    const { key } = (await http.ask<{ key: string }>({ method: "GET", path: "/v1/push", token })).value;
    const { name, keys } = await pushService.subscribe(key);
    const target = history.addTarget(name, this.id);
    const subscription = { kind: "web", endpoint: pushProxy.endpointOf(name), keys, name: `device of ${this.handle}` };
    const added = await http.ask<{ id: string }>({
      method: "POST",
      path: "/v1/push/subscriptions",
      token,
      body: subscription,
    });
    target.subscribed.change(true, added.begunAt, added.doneAt);
    this.devices.push({ target, token, id: added.value.id });
  }

  /** `subscription`: the device stays signed in. `session`: it is signed out. */
  async revoke(device: Device, what: "subscription" | "session"): Promise<void> {
    this.#forget(device);
    const path = what === "session" ? "/v1/sessions/current" : `/v1/push/subscriptions/${device.id}`;
    const { token } = device;
    // Expected where an earlier attempt took effect and its answer was lost.
    const refusals = [401, 404];
    const { begunAt, doneAt } = await this.#world.http.ask({ method: "DELETE", path, token, refusals });
    device.target.subscribed.change(false, begunAt, doneAt);
  }

  /** The push service forgets the device; the server does not learn of it. */
  async expire(device: Device): Promise<void> {
    this.#forget(device);
    const begunAt = Date.now();
    await this.#world.pushService.expire(device.target.name);
    device.target.known.change(false, begunAt, Date.now());
  }

  /** Reads up to the newest known message, from another device. */
  async read(channel: ChannelHistory): Promise<void> {
    const seq = Math.max(0, ...channel.messages.map((message) => message.seq));
    const membership = this.membership(channel);
    if (seq === 0 || !membership.member.latest) return;
    const { begunAt, doneAt } = await this.#put(`/v1/channels/${channel.id}/read`, { seq }, [404]);
    membership.reads.push({ seq, begunAt, doneAt });
  }

  async setLevel(channel: ChannelHistory, level: NotifyLevel): Promise<void> {
    const path = `/v1/channels/${channel.id}/level`;
    await this.#change(this.membership(channel).level, level, () => this.#put(path, { level }));
  }

  async setMuted(channel: ChannelHistory, isMuted: boolean): Promise<void> {
    const path = `/v1/channels/${channel.id}/mute`;
    await this.#change(this.membership(channel).muted, isMuted, () =>
      this.#put(path, { until: isMuted ? FOREVER : 0 }),
    );
  }

  async setQuiet(isQuiet: boolean): Promise<void> {
    await this.#change(this.userHistory.quiet, isQuiet, () =>
      this.#putNotifications(this.userHistory.previews.latest ?? true, isQuiet),
    );
  }

  async setPreviews(previews: boolean): Promise<void> {
    await this.#change(this.userHistory.previews, previews, () =>
      this.#putNotifications(previews, this.userHistory.quiet.latest ?? false),
    );
  }

  async setDoNotDisturb(isDoNotDisturb: boolean): Promise<void> {
    const body = { presence: isDoNotDisturb ? "dnd" : "auto" };
    const { http } = this.#world;
    await this.#change(this.userHistory.doNotDisturb, isDoNotDisturb, () =>
      http.ask({ method: "PATCH", path: "/v1/me", token: this.#token, body }),
    );
  }

  /** Connects a device until `disconnect`, through kills. */
  async connect(how: Exclude<Activity, "away">): Promise<void> {
    const { activity } = this.userHistory;
    this.#socket = await PersistentSocket.open({
      port: this.#world.port,
      path: "/v1/socket",
      token: () => this.#accessToken(),
      // As every client does: a device that has not synced the inbox counts as absent.
      firstCommands: [
        { id: "sync", type: "inbox.sync", after: 0 },
        { id: "use", type: "presence.active", active: how === "active" },
      ],
      opened: (begunAt, at) => {
        // A device counts as in use until it reports otherwise.
        activity.change("active", begunAt, at);
        if (how === "idle") activity.change("idle", at, at);
      },
      closed: (at) => activity.change("away", at, at),
    });
  }

  disconnect(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  /** Opens the channel until `closeChannel`. */
  async openChannel(channel: ChannelHistory): Promise<void> {
    const { viewing } = this.membership(channel);
    const socket = await PersistentSocket.open({
      port: this.#world.port,
      path: `/v1/channels/${channel.id}/socket`,
      token: () => this.#accessToken(),
      firstCommands: [{ id: "subscribe", type: "channel.subscribe" }],
      opened: (begunAt, at) => viewing.change(true, begunAt, at),
      closed: (at) => viewing.change(false, at, at),
    });
    this.#open = { channel, socket };
  }

  closeChannel(): void {
    this.#open?.socket.close();
    this.#open = null;
  }

  async #accessToken(): Promise<string> {
    const asked = { method: "GET", path: "/v1/gateway", token: this.#token } as const;
    return (await this.#world.http.ask<{ token: string }>(asked)).value.token;
  }

  async #change<T>(
    timeline: Timeline<T>,
    value: T,
    make: () => Promise<{ begunAt: number; doneAt: number }>,
  ): Promise<void> {
    const { begunAt, doneAt } = await make();
    timeline.change(value, begunAt, doneAt);
  }

  #put(path: string, body: object, refusals: readonly number[] = []) {
    return this.#world.http.ask({ method: "PUT", path, token: this.#token, body, refusals });
  }

  /** Quiet hours that began an hour ago and last two hours. */
  #putNotifications(previews: boolean, isQuiet: boolean) {
    const minute = Math.floor(Date.now() / 60_000) % MINUTES_OF_DAY;
    const hours = { from: (minute + MINUTES_OF_DAY - 60) % MINUTES_OF_DAY, to: (minute + 60) % MINUTES_OF_DAY };
    return this.#put("/v1/me/notifications", { previews, quiet: isQuiet ? { ...hours, zone: "UTC" } : null });
  }

  #forget(device: Device): void {
    this.devices.splice(this.devices.indexOf(device), 1);
  }
}
