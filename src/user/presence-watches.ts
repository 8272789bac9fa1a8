// Whose presence the devices of this person follow: named by each device in its socket's attachment, which outlives hibernation and goes with it.

import type { UserPort } from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import { encodeFrame, type FrameOf, type PresenceOf } from "../protocol";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import type { ConnectedSocket, SocketIndex } from "../runtime/sockets";
import type { UserSocketState } from "./socket-state";

export interface PresenceWatchesHost {
  sockets: SocketIndex<UserSocketState>;
  userObject(user: string): UserPort;
  sharing(me: string, others: string[]): Promise<string[]>;
  now(): number;
}

export class PresenceWatches {
  /** What was heard since waking. A note is only believed while its person is watched: whoever is not is not told on. */
  readonly #known = new Map<string, PresenceUpdate>();

  /** The last question of each device. */
  readonly #answering = new WeakMap<WebSocket, Promise<unknown>>();

  constructor(private readonly host: PresenceWatchesHost) {}

  /**
   * A device names the people on its screen. Answers those it did not name before and may hear of. One question of a device after the other: each is held
   * against the one before.
   */
  watch(
    device: ConnectedSocket<UserSocketState>,
    me: string,
    users: readonly string[],
    id: string,
  ): Promise<FrameOf<"presence">> {
    const before = this.#answering.get(device.socket) ?? Promise.resolve();
    const answer = before.then(() => this.#name(device, me, users, id));
    this.#answering.set(
      device.socket,
      answer.catch(() => {}),
    );
    return answer;
  }

  async #name(
    device: ConnectedSocket<UserSocketState>,
    me: string,
    users: readonly string[],
    id: string,
  ): Promise<FrameOf<"presence">> {
    const before = new Set(device.state.watching);
    const named = [...new Set(users)].filter((user) => user !== me);
    const added = named.filter((user) => !before.has(user));
    const permitted = new Set(added.length === 0 ? [] : await this.host.sharing(me, added));
    const watching = named.filter((user) => before.has(user) || permitted.has(user));
    // Before they are asked: what changes meanwhile must find that it is wanted.
    if (this.host.sockets.get(device.socket)) this.host.sockets.setState(device, { ...device.state, watching });
    const asked = await Promise.all([...permitted].map((user) => this.#ask(user, me)));
    this.#forgetUnwatched();
    return { type: "presence", id, people: asked.filter((person) => person !== null) };
  }

  /** Somebody changed. Answers whether a device here still wants to know. */
  receive(note: PresenceUpdate): boolean {
    const devices = this.host.sockets.all().filter(({ state }) => state.watching.includes(note.user));
    if (devices.length === 0) return false;
    if (!this.#learn(note)) return true;
    this.#tell(devices, [shownOf(note)]);
    return true;
  }

  /** A channel was left: whom I share none with any more I hear of no more. */
  async review(me: string): Promise<void> {
    const watched = [...new Set(this.host.sockets.all().flatMap(({ state }) => state.watching))];
    if (watched.length === 0) return;
    const still = new Set(await this.host.sharing(me, watched));
    for (const device of this.host.sockets.all()) {
      const { watching } = device.state;
      const gone = watching.filter((user) => !still.has(user));
      if (gone.length === 0) continue;
      this.host.sockets.setState(device, { ...device.state, watching: watching.filter((user) => still.has(user)) });
      this.#tell(
        [device],
        gone.map((user) => ({ user, status: "offline", activeAt: null })),
      );
    }
    this.#forgetUnwatched();
  }

  async #ask(user: string, me: string): Promise<PresenceOf | null> {
    try {
      const note = await retry(() => this.host.userObject(user).watchPresence(user, me));
      this.#learn(note);
      return shownOf(this.#known.get(user) ?? note);
    } catch (error) {
      logError("presence.watch", error, { user });
      return null;
    }
  }

  /** False for what is not newer than what is known. */
  #learn(note: PresenceUpdate): boolean {
    const known = this.#known.get(note.user);
    if (known && known.version >= note.version) return false;
    this.#known.set(note.user, note);
    return true;
  }

  #tell(devices: readonly ConnectedSocket<UserSocketState>[], people: PresenceOf[]): void {
    const frame = encodeFrame({ type: "presence", people });
    for (const device of devices) this.host.sockets.send(device, frame, this.host.now());
  }

  #forgetUnwatched(): void {
    const watched = new Set(this.host.sockets.all().flatMap(({ state }) => state.watching));
    for (const user of this.#known.keys()) if (!watched.has(user)) this.#known.delete(user);
  }
}

const shownOf = ({ user, status, activeAt }: PresenceUpdate): PresenceOf => ({ user, status, activeAt });
