// A person with devices. Every action is recorded in the person's model before it is performed; the
// model tells what others have to see.
import { limits } from "../../../src/protocol/limits.ts";
import type { PresenceMode, PresenceStatus } from "../../../src/protocol/presence.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";
import { Account } from "./account.ts";
import { checkUpdate } from "./checker.ts";
import { Device } from "./device.ts";
import { PresenceModel, type StatusStep } from "./presence-model.ts";
import type { World } from "./world.ts";

/** Most screens show a few people, some show as many as allowed. */
const FEW = 12;
const FULL_SCREENS = 0.2;
/** How long the server may take to notice that a connection has ended. */
const NOTICED_MS = 1_000;

export class Person {
  readonly id: string;
  readonly handle: string;
  readonly model = new PresenceModel();
  readonly random: SeededRandom;
  readonly world: World;
  readonly account: Account;
  /** People with whom they share a channel. */
  contacts: readonly Person[] = [];
  /** Their lasting devices; now and then there is another one for a while. */
  readonly devices: Device[] = [];
  /** The devices that count as connected for others. */
  readonly present = new Set<Device>();
  mode: PresenceMode = "auto";
  /** When they asked to be invisible; null while they are not. */
  hiddenAt: number | null = null;
  /** When they were last active; null where this is not known exactly. */
  lastThere: { from: number; to: number } | null = null;
  /** Left for good in a crash. */
  isGone = false;
  /** The crashes from which they have recovered. */
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

  /** The server was killed and they have not recovered; what they were doing is abandoned. */
  get isCutOff(): boolean {
    return this.isGone || this.world.crashes !== this.#crashesKnown;
  }

  /** Creates a device in the present session, not yet connected. */
  newDevice(onSeen = checkUpdate): Device {
    return new Device(this, this.#session, this.world.port, onSeen);
  }

  /**
   * Connects a device, which then shows some people. Its previous connection ends a moment later.
   */
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
    for (const { handle } of missing)
      this.world.findings.add("missing", `${this.handle} did not receive the presence of ${handle}`);
  }

  /** Closes a device's connection. */
  async leave(device: Device): Promise<void> {
    const step = this.#without(device, "closed");
    await device.close();
    this.#done(step);
  }

  /**
   * Drops a device's connection. Others see it after the grace period if it was the last device.
   */
  drop(device: Device): void {
    const now = Date.now();
    if (this.present.size > 1 || !this.present.has(device)) {
      this.model.settle(this.#without(device, "dropped, another device is connected"), now);
    } else {
      this.present.delete(device);
      this.lastThere = { from: now, to: now + NOTICED_MS };
      const endsAt = now + limits.graceMs;
      this.model.expect("offline", "dropped", now, endsAt, endsAt + NOTICED_MS);
    }
    device.drop();
  }

  /** Stops all heartbeats. Answers when the last lease ends at the latest. */
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

  /** Ends the session of all their devices, which the server then closes. Answers those devices. */
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

  /**
   * The server is down, and with it all connections. Until they recover they may be seen or not.
   */
  crash(killedAt: number): StatusStep {
    for (const device of this.present) device.drop();
    this.lastThere = null;
    return this.model.begin("offline", "gone in a crash", killedAt);
  }

  /** Reconnects every device. */
  async recover(): Promise<void> {
    for (const device of this.present) device.drop();
    this.present.clear();
    this.#crashesKnown = this.world.crashes;
    this.hiddenAt = null;
    const step = this.model.begin("online", "back after a crash", Date.now());
    this.mode = "auto";
    // The session may have ended, or the server may have died before.
    if (!this.#isSignedIn) await this.signIn();
    // Before anyone can see their earlier mode.
    await this.account.setMode(this.#session, "auto");
    for (const device of this.devices) {
      await this.#open(device);
      this.present.add(device);
    }
    this.model.settle(step, Date.now());
    for (const device of this.devices) await this.look(device);
  }

  /** Opens again where the token was from before a sign-out. */
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

  /** They are offline, and were active until now at the latest. */
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
