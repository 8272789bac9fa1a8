// Watches the presence of other people for the devices of this person. Each device's list of people
// is in the state of its socket, so that the list survives hibernation and ends with the socket.
import { type BlockList, mayReach } from "../domain/block";
import type { PeoplePort, UsersPort } from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import { tuning } from "../domain/tuning";
import { encodeFrame, type FrameOf, type PresenceOf } from "../protocol";
import { withTimeout } from "../runtime/deadline";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import type { Device, Devices } from "./devices";
import type { UserRates } from "./rates";

export class PresenceWatches {
  /**
   * The newest update of each watched person since the object started. Dropped when the watch ends,
   * because no updates arrive after that. Bound: twice `socketsPerUser` times `watchedPeople`, 150
   * bytes each: those of closed sockets stay until the next list.
   */
  readonly #newest = new Map<string, PresenceUpdate>();

  /** The last command of each device. Bound: the open sockets. */
  readonly #commands = new WeakMap<WebSocket, Promise<unknown>>();

  constructor(
    private readonly devices: Devices,
    private readonly users: UsersPort,
    private readonly people: PeoplePort,
    private readonly rates: UserRates,
    private readonly blocks: BlockList,
  ) {}

  /**
   * Replaces the list of people that a device watches. Answers with the presence of those who are
   * new in the list and share a channel. The commands of a device run one after the other, because
   * each list is compared with the previous one.
   */
  watch(device: Device, me: string, users: readonly string[], id: string): Promise<FrameOf<"presence">> {
    const previous = this.#commands.get(device.socket) ?? Promise.resolve();
    const answer = previous.then(() => this.#replaceList(device, me, users, id));
    this.#commands.set(
      device.socket,
      answer.catch(() => {}),
    );
    return answer;
  }

  async #replaceList(device: Device, me: string, users: readonly string[], id: string): Promise<FrameOf<"presence">> {
    const before = new Set(device.state.watching);
    const wanted = [...new Set(users)].filter((user) => user !== me && mayReach(this.blocks, user));
    const added = wanted.filter((user) => !before.has(user));
    this.rates.takeWatches(me, added.length);
    const permitted = new Set(added.length === 0 ? [] : await this.people.sharing(me, added));
    const watching = wanted.filter((user) => before.has(user) || permitted.has(user));
    // Saved before the watches begin, so that an update that arrives before the answer finds its
    // watcher.
    if (this.devices.sockets.get(device.socket)) this.devices.sockets.setState(device, { ...device.state, watching });
    const people = await Promise.all([...permitted].map((user) => this.#beginWatch(user, me)));
    this.#forgetUnwatched();
    return { type: "presence", id, people: people.filter((person) => person !== null) };
  }

  /**
   * Receives the changed presence of a watched person. Returns whether a device still watches them.
   */
  receive(update: PresenceUpdate): boolean {
    const devices = this.devices.sockets.all().filter(({ state }) => state.watching.includes(update.user));
    if (devices.length === 0) return false;
    if (!this.#accept(update)) return true;
    this.#send(devices, [presenceOf(update)]);
    return true;
  }

  /** Ends the watches of a person whom this one blocks from now on. */
  endWatch(user: string): void {
    for (const device of this.devices.sockets.all()) {
      const { watching } = device.state;
      if (!watching.includes(user)) continue;
      this.devices.sockets.setState(device, { ...device.state, watching: watching.filter((other) => other !== user) });
      this.#send([device], [{ user, status: "offline", activeAt: null }]);
    }
    this.#forgetUnwatched();
  }

  /**
   * Ends the watches of people who no longer share a channel with this person. Called after this
   * person left a channel.
   */
  async pruneWatched(me: string): Promise<void> {
    const watched = [...new Set(this.devices.sockets.all().flatMap(({ state }) => state.watching))];
    if (watched.length === 0) return;
    const sharing = new Set(await this.people.sharing(me, watched));
    for (const device of this.devices.sockets.all()) {
      const { watching } = device.state;
      const ended = watching.filter((user) => !sharing.has(user));
      if (ended.length === 0) continue;
      this.devices.sockets.setState(device, {
        ...device.state,
        watching: watching.filter((user) => sharing.has(user)),
      });
      this.#send(
        [device],
        ended.map((user) => ({ user, status: "offline", activeAt: null })),
      );
    }
    this.#forgetUnwatched();
  }

  /** Returns the presence of a person; null if their user object could not be reached. */
  async #beginWatch(user: string, me: string): Promise<PresenceOf | null> {
    try {
      const watched = retry(() => this.users.getByName(user).watchPresence(user, me));
      const update = await withTimeout(watched, tuning.deliveryAttemptMs);
      this.#accept(update);
      return presenceOf(this.#newest.get(user) ?? update);
    } catch (error) {
      logError("presence.watch", error, { user });
      return null;
    }
  }

  /** Stores an update. Returns false if it is not newer than the stored one. */
  #accept(update: PresenceUpdate): boolean {
    const newest = this.#newest.get(update.user);
    if (newest && newest.version >= update.version) return false;
    this.#newest.set(update.user, update);
    return true;
  }

  #send(devices: readonly Device[], people: PresenceOf[]): void {
    const frame = encodeFrame({ type: "presence", people });
    for (const device of devices) this.devices.send(device, frame);
  }

  #forgetUnwatched(): void {
    const watched = new Set(this.devices.sockets.all().flatMap(({ state }) => state.watching));
    for (const user of this.#newest.keys()) if (!watched.has(user)) this.#newest.delete(user);
  }
}

const presenceOf = ({ user, status, activeAt }: PresenceUpdate): PresenceOf => ({ user, status, activeAt });
