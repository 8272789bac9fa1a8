// Somebody with their devices. Whatever they do is noted in their truth before it is done: that is what others have to see of them.
import { limits } from "../../../src/protocol/limits.ts";
import type { PresenceMode, PresenceStatus } from "../../../src/protocol/presence.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";
import { Account } from "./account.ts";
import { checkUpdate } from "./checker.ts";
import { Device } from "./device.ts";
import { PresenceModel, type StatusStep } from "./presence-model.ts";
import type { World } from "./world.ts";

/** Most screens show a few people, some a screenful. */
const FEW = 12;
const FULL_SCREENS = 0.2;
/** What the server may need to notice a connection that has ended. */
const NOTICED_MS = 1_000;

export class Person {
  readonly id: string;
  readonly handle: string;
  readonly model = new PresenceModel();
  readonly random: SeededRandom;
  readonly world: World;
  readonly account: Account;
  /** With whom they share a channel. */
  contacts: readonly Person[] = [];
  /** Those they keep; now and then there is another one for a while. */
  readonly devices: Device[] = [];
  /** Those that are there as far as others may know. */
  readonly present = new Set<Device>();
  mode: PresenceMode = "auto";
  /** When they wanted to be invisible; null while they do not. */
  hiddenAt: number | null = null;
  /** When they were there last; null where nobody can know exactly. */
  lastThere: { from: number; to: number } | null = null;
  /** Went in a crash, for good. */
  isGone = false;
  /** The crashes they came back from. */
  #crashesKnown = 0;
  #session: string;
  #isSignedIn = true;

  constructor(world: World, id: string, handle: string, session: string, random: SeededRandom) {
    this.world = world;
    this.id = id;
    this.handle = handle;
    this.random = random;
    this.account = new Account(world.port, handle);
    this.#session = session;
  }

  /** The server was killed, and they have not come back: what they were at they do not go on with. */
  get isCutOff(): boolean {
    return this.isGone || this.world.crashes !== this.#crashesKnown;
  }

  /** A device of theirs, not connected yet, of the sign-in they have. */
  newDevice(onSeen = checkUpdate): Device {
    return new Device(this, this.#session, this.world.port, onSeen);
  }

  /** Connects a device, which shows some people then. What it was connected by before is ended a moment later. */
  async connect(device: Device, cause = "came"): Promise<void> {
    const step = this.#begin([...this.present, device], cause);
    const before = await this.#open(device);
    this.present.add(device);
    this.model.settle(step, Date.now());
    await this.look(device);
    before?.drop();
  }

  /** Puts other people on the screen of a device. */
  async look(device: Device): Promise<void> {
    const count = this.random.between(1, this.random.chance(FULL_SCREENS) ? limits.watchedPeople : FEW);
    const missing = await device.watch(this.random.shuffle(this.contacts).slice(0, count));
    for (const { handle } of missing) this.world.findings.add("missing", `${this.handle} was not told of ${handle}`);
  }

  /** Leaves with a word. */
  async leave(device: Device): Promise<void> {
    const step = this.#without(device, "closed");
    await device.close();
    this.#done(step);
  }

  /** Leaves without a word: seen after the grace, where it was the last. */
  drop(device: Device): void {
    const now = Date.now();
    if (this.present.size > 1 || !this.present.has(device)) {
      this.model.settle(this.#without(device, "dropped, another is there"), now);
    } else {
      this.present.delete(device);
      this.lastThere = { from: now, to: now + NOTICED_MS };
      const endsAt = now + limits.graceMs;
      this.model.expect("offline", "dropped", now, endsAt, endsAt + NOTICED_MS);
    }
    device.drop();
  }

  /** No device beats any more; answers when the last of them is given up, at the latest. */
  fallSilent(): number {
    const devices = [...this.present];
    for (const device of devices) device.fallSilent();
    const from = Math.max(...devices.map(({ aliveFrom }) => aliveFrom));
    const to = Math.max(...devices.map(({ aliveTo }) => Math.min(aliveTo, Date.now())));
    this.lastThere = { from, to };
    this.model.expect("offline", "fell silent", from, from + limits.leaseMs, to + limits.leaseMs);
    return to + limits.leaseMs;
  }

  async setActive(device: Device, isActive: boolean): Promise<void> {
    device.isActive = isActive;
    const step = this.#begin([...this.present], isActive ? "back" : "away");
    await device.sendActive();
    this.model.settle(step, Date.now());
  }

  async setMode(mode: PresenceMode): Promise<void> {
    this.mode = mode;
    if (mode === "invisible") this.hiddenAt = Date.now();
    const step = this.#begin([...this.present], `mode ${mode}`);
    await this.account.setMode(this.#session, mode);
    this.model.settle(step, Date.now());
    if (mode !== "invisible") this.hiddenAt = null;
  }

  /** Ends the sign-in of all their devices: the server closes them. Answers which. */
  async signOut(): Promise<Device[]> {
    const devices = [...this.present];
    const now = Date.now();
    this.present.clear();
    this.lastThere = { from: now, to: Number.POSITIVE_INFINITY };
    const step = this.#begin([], "signed out");
    this.#isSignedIn = false;
    await this.account.signOut(this.#session);
    this.#done(step);
    for (const device of devices) device.drop();
    return devices;
  }

  async signIn(): Promise<void> {
    this.#session = await this.account.signIn();
    this.#isSignedIn = true;
    for (const device of this.devices) device.session = this.#session;
  }

  /** The server is gone, and with it every connection: until they are back they may be seen or not. */
  crash(killedAt: number): StatusStep {
    for (const device of this.present) device.drop();
    this.lastThere = null;
    return this.model.begin("offline", "gone in a crash", killedAt);
  }

  /** Comes back with every device, seen as they are. */
  async recover(): Promise<void> {
    for (const device of this.present) device.drop();
    this.present.clear();
    this.#crashesKnown = this.world.crashes;
    this.hiddenAt = null;
    const step = this.model.begin("online", "back after a crash", Date.now());
    this.mode = "auto";
    // Perhaps it was ended, perhaps the server died before.
    if (!this.#isSignedIn) await this.signIn();
    // Before anybody can see what they wanted to be seen as.
    await this.account.setMode(this.#session, "auto");
    for (const device of this.devices) {
      await this.#open(device);
      this.present.add(device);
    }
    this.model.settle(step, Date.now());
    for (const device of this.devices) await this.look(device);
  }

  /** Twice where the token was from before a sign-out. */
  async #open(device: Device) {
    if (this.isCutOff) throw new Error("the server was killed meanwhile");
    try {
      return await device.open(await this.account.tokenOf(device.session));
    } catch (error) {
      if (this.isCutOff) throw error;
      this.account.forgetTokens();
      return await device.open(await this.account.tokenOf(device.session));
    }
  }

  /** They are gone, and were there until then at the latest. */
  #done(step: StatusStep): void {
    const now = Date.now();
    if (this.lastThere) this.lastThere.to = Math.min(this.lastThere.to, now);
    this.model.settle(step, now);
  }

  #without(device: Device, cause: string): StatusStep {
    this.present.delete(device);
    const now = Date.now();
    if (this.present.size === 0) this.lastThere = { from: now, to: Number.POSITIVE_INFINITY };
    return this.#begin([...this.present], cause);
  }

  #begin(devices: readonly Device[], cause: string): StatusStep {
    return this.model.begin(this.#seenAs(devices), cause, Date.now());
  }

  #seenAs(devices: readonly Device[]): PresenceStatus {
    if (this.mode === "invisible" || devices.length === 0) return "offline";
    if (this.mode === "dnd") return "dnd";
    return devices.some((device) => device.isActive) ? "online" : "away";
  }
}
