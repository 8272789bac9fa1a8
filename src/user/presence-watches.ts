// Whose presence the devices of this person watch. Each device's list is in the state of its
// socket, so that it survives hibernation and ends with the socket.
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
  /** Which of `others` share a channel with `me`. */
  sharing(me: string, others: string[]): Promise<string[]>;
  now(): number;
}

export class PresenceWatches {
  /**
   * The newest update of each watched person since the object started. Dropped when the watch ends,
   * because updates stop then.
   */
  readonly #newest = new Map<string, PresenceUpdate>();

  /** The last command of each device. */
  readonly #commands = new WeakMap<WebSocket, Promise<unknown>>();

  constructor(private readonly host: PresenceWatchesHost) {}

  /**
   * A device names all people on its screen. Answers with those who are new in the list and share a
   * channel. The commands of a device run one after the other, because each is compared with the
   * list before it.
   */
  watch(
    device: ConnectedSocket<UserSocketState>,
    me: string,
    users: readonly string[],
    id: string,
  ): Promise<FrameOf<"presence">> {
    const previous = this.#commands.get(device.socket) ?? Promise.resolve();
    const answer = previous.then(() => this.#replaceList(device, me, users, id));
    this.#commands.set(
      device.socket,
      answer.catch(() => {}),
    );
    return answer;
  }

  async #replaceList(
    device: ConnectedSocket<UserSocketState>,
    me: string,
    users: readonly string[],
    id: string,
  ): Promise<FrameOf<"presence">> {
    const before = new Set(device.state.watching);
    const wanted = [...new Set(users)].filter((user) => user !== me);
    const added = wanted.filter((user) => !before.has(user));
    const permitted = new Set(added.length === 0 ? [] : await this.host.sharing(me, added));
    const watching = wanted.filter((user) => before.has(user) || permitted.has(user));
    // Saved before the watches begin, so that an update which arrives meanwhile finds its watcher.
    if (this.host.sockets.get(device.socket)) this.host.sockets.setState(device, { ...device.state, watching });
    const people = await Promise.all([...permitted].map((user) => this.#beginWatch(user, me)));
    this.#forgetUnwatched();
    return { type: "presence", id, people: people.filter((person) => person !== null) };
  }

  /** A watched person's presence changed. Returns whether a device here still watches them. */
  receive(update: PresenceUpdate): boolean {
    const devices = this.host.sockets.all().filter(({ state }) => state.watching.includes(update.user));
    if (devices.length === 0) return false;
    if (!this.#accept(update)) return true;
    this.#send(devices, [presenceOf(update)]);
    return true;
  }

  /**
   * After this person left a channel: ends the watches of people who share no channel with them any
   * more.
   */
  async pruneWatched(me: string): Promise<void> {
    const watched = [...new Set(this.host.sockets.all().flatMap(({ state }) => state.watching))];
    if (watched.length === 0) return;
    const sharing = new Set(await this.host.sharing(me, watched));
    for (const device of this.host.sockets.all()) {
      const { watching } = device.state;
      const ended = watching.filter((user) => !sharing.has(user));
      if (ended.length === 0) continue;
      this.host.sockets.setState(device, { ...device.state, watching: watching.filter((user) => sharing.has(user)) });
      this.#send(
        [device],
        ended.map((user) => ({ user, status: "offline", activeAt: null })),
      );
    }
    this.#forgetUnwatched();
  }

  /** Null where the person's object could not be reached. */
  async #beginWatch(user: string, me: string): Promise<PresenceOf | null> {
    try {
      const update = await retry(() => this.host.userObject(user).watchPresence(user, me));
      this.#accept(update);
      return presenceOf(this.#newest.get(user) ?? update);
    } catch (error) {
      logError("presence.watch", error, { user });
      return null;
    }
  }

  /** Returns false where the update is not newer than the one before. */
  #accept(update: PresenceUpdate): boolean {
    const newest = this.#newest.get(update.user);
    if (newest && newest.version >= update.version) return false;
    this.#newest.set(update.user, update);
    return true;
  }

  #send(devices: readonly ConnectedSocket<UserSocketState>[], people: PresenceOf[]): void {
    const frame = encodeFrame({ type: "presence", people });
    for (const device of devices) this.host.sockets.send(device, frame, this.host.now());
  }

  #forgetUnwatched(): void {
    const watched = new Set(this.host.sockets.all().flatMap(({ state }) => state.watching));
    for (const user of this.#newest.keys()) if (!watched.has(user)) this.#newest.delete(user);
  }
}

const presenceOf = ({ user, status, activeAt }: PresenceUpdate): PresenceOf => ({ user, status, activeAt });
