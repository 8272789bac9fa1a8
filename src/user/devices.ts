// The devices of a person that are connected: their sockets, and their held polls where a network
// blocks sockets.
import { type DeviceState, isWithinLease } from "../domain/presence";
import { encodeFrame, type FrameOf, limits, type PersonalSignal } from "../protocol";
import { HeldPolls } from "../runtime/held-polls";
import type { Opener } from "../runtime/identity";
import type { ConnectedSocket, SocketIndex } from "../runtime/sockets";
import type { SettingsUpdate } from "./inbox";
import type { UserSocketState } from "./socket-state";

export type Device = ConnectedSocket<UserSocketState>;

/** What changed, as the fields of an `inbox` frame. */
type InboxUpdate = Partial<Pick<FrameOf<"inbox">, "rows" | "gone" | "profiles" | keyof SettingsUpdate>>;

export class Devices {
  /** Polls that wait until the inbox or a setting changes. */
  readonly heldPolls = new HeldPolls<FrameOf<"inbox"> | FrameOf<"signal">>(limits.socketsPerUser);

  constructor(
    readonly sockets: SocketIndex<UserSocketState>,
    private readonly now: () => number,
  ) {}

  /** Accepts the server's end of a new socket. The device counts as in use. */
  accept(socket: WebSocket, opener: Opener): Device {
    return this.sockets.accept(socket, { ...opener, connectedAt: this.now(), active: true, watching: [] });
  }

  /** Returns when each device was last seen, and whether it is in use. */
  states(): DeviceState[] {
    const { sockets } = this;
    return sockets.all().map((device) => ({ lastSeenAt: sockets.lastSeenAt(device), isActive: device.state.active }));
  }

  /** Whether the person is using one of their devices. */
  isInUse(): boolean {
    return this.states().some((device) => device.isActive && isWithinLease(device, this.now()));
  }

  /** Whether every device is one of `viewingDevices`. False while a poll is held. */
  areAllIn(viewingDevices: readonly string[]): boolean {
    if (!this.heldPolls.isEmpty) return false;
    return this.sockets.all().every(({ state: { device } }) => device !== null && viewingDevices.includes(device));
  }

  /** Stores whether a device is in use. Returns false if that is known already. */
  setActive(device: Device, active: boolean): boolean {
    if (device.state.active === active) return false;
    this.sockets.setState(device, { ...device.state, active });
    return true;
  }

  /** Sends one encoded frame to one device. */
  send(device: Device, frame: string): void {
    this.sockets.send(device, frame, this.now());
  }

  /**
   * Sends a frame to every device. `delivered`: a socket got the frame. `polling`: only a held poll
   * got the frame, and the polling device may already be gone. `offline`: no device is connected.
   */
  broadcast(update: InboxUpdate): "delivered" | "polling" | "offline" {
    return this.#sendAll({ type: "inbox", rows: [], ...update, more: false });
  }

  /** Sends a signal to every device, with the same result. */
  signal(signal: PersonalSignal): "delivered" | "polling" | "offline" {
    return this.#sendAll({ type: "signal", signal });
  }

  #sendAll(live: FrameOf<"inbox"> | FrameOf<"signal">): "delivered" | "polling" | "offline" {
    const devices = this.sockets.all();
    if (devices.length === 0 && this.heldPolls.isEmpty) return "offline";
    const frame = encodeFrame(live);
    for (const device of devices) this.send(device, frame);
    this.heldPolls.answerAll(live);
    return devices.length > 0 ? "delivered" : "polling";
  }
}
