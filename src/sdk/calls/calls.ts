// Calls of this person: those that ring, and the one in which this device takes part. The rest of
// a call is loaded with the first one.
import type { InboxRow, PersonalSignal } from "../../protocol";
import type { ChannelHandle } from "../channel/handle";
import { ParleyError } from "../parley-error";
import { Cell, type Store } from "../store";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import type { ActiveCall } from "./active-call";
import { sendOverHttp } from "./command-requests";
import type { ConnectionTestResult } from "./connection-test";
import type { AddressPolicy } from "./ice-servers";
import type { ChosenDevices } from "./local-media";
import { RingList } from "./ring-list";
import { browserRuntime, type CallRuntime } from "./rtc";
import type { RingingCall } from "./views";

/** How a call begins on this device. */
export interface CallOptions {
  /** Whether the camera is on from the beginning. */
  video?: boolean;
  /** Whether the call rings for the members of a group. A direct chat always rings. */
  ring?: boolean;
  muted?: boolean;
}

const defaultDevices: ChosenDevices = { microphone: "", camera: "", speaker: "" };

export class ClientCalls {
  /** The calls that ring for this person on this device. */
  readonly ringing: Store<readonly RingingCall[]>;
  readonly #current = new Cell<ActiveCall | null>(null);
  /** The call in which this device takes part, also while it is prepared. Null without one. */
  readonly current: Store<ActiveCall | null> = this.#current;
  /** Which addresses the others may see, and which devices are used, from the next call on. */
  policy: AddressPolicy = "default";
  devices: ChosenDevices = defaultDevices;
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #channelOf: (id: string) => ChannelHandle;
  readonly #makeRuntime: () => CallRuntime;
  readonly #rings: RingList;

  /** `makeRuntime` returns the WebRTC of the runtime, and throws where there is none. */
  constructor(
    environment: Environment,
    http: Http,
    channelOf: (id: string) => ChannelHandle,
    makeRuntime: () => CallRuntime = browserRuntime,
  ) {
    this.#environment = environment;
    this.#http = http;
    this.#channelOf = channelOf;
    this.#makeRuntime = makeRuntime;
    this.#rings = new RingList(environment, async (channel, call) => {
      const answer = await sendOverHttp(http, channel, { type: "call.roster" });
      return answer?.call === call ? answer.ringsForMs : 0;
    });
    this.ringing = this.#rings.ringing;
  }

  /**
   * Opens the devices for a call in a channel, before anybody sees or hears them. Ends the call in
   * which this device takes part. Throws where calls are not possible.
   */
  async prepare(channel: string, { video = false, muted = false }: CallOptions = {}): Promise<ActiveCall> {
    const runtime = this.#makeRuntime();
    this.leave();
    const { ActiveCall: Call } = await import("./active-call");
    const { policy, devices: chosen } = this;
    const call: ActiveCall = new Call({
      ...{ environment: this.#environment, http: this.#http, runtime, policy, chosen },
      handle: this.#channelOf(channel),
      ended: () => this.#ended(call),
    });
    this.leave();
    this.#current.set(call);
    if (muted) call.setMuted(true);
    await Promise.all([call.media.openMicrophone(), video && call.media.setCamera(true)]);
    return call;
  }

  /** Starts a call in a channel, or joins the one that is on. Failures show in the call's view. */
  async start(channel: string, options: CallOptions = {}): Promise<ActiveCall> {
    const call = await this.prepare(channel, options);
    await this.join(call, options);
    return call;
  }

  /** Joins a prepared call. */
  async join(call: ActiveCall, { ring = false }: CallOptions = {}): Promise<void> {
    const { channel } = call;
    const rings = this.ringing.get().find((one) => one.channel === channel);
    await call.join({ call: rings?.call ?? null, ring });
    if (rings) this.#rings.end(channel, rings.call);
  }

  /** Takes a call that rings. It stops to ring on all devices of this person. */
  async accept(
    { channel, call }: Pick<RingingCall, "channel" | "call">,
    options: CallOptions = {},
  ): Promise<ActiveCall> {
    this.#rings.end(channel, call);
    const active = await this.prepare(channel, options);
    await active.join({ call, ring: false });
    return active;
  }

  /** Declines a call that rings, on all devices of this person. */
  async decline({ channel, call }: RingingCall): Promise<void> {
    this.#rings.end(channel, call);
    await sendOverHttp(this.#http, channel, { type: "call.decline", call });
  }

  /** Joins the call of this device again, with new connections. */
  async rejoin(): Promise<void> {
    const before = this.#current.get();
    if (before === null) return;
    const { muted, camera } = before.media.view.get();
    await this.start(before.channel, { muted, video: camera });
  }

  /** Leaves the call of this device, and closes its devices. */
  leave(): void {
    this.#current.get()?.leave();
    this.#current.set(null);
  }

  /** Forgets a call that has ended. */
  dismiss(): void {
    if (this.#current.get()?.view.get().phase === "ended") this.#current.set(null);
  }

  /** Tests whether this network allows calls. Rejects with the server's refusal. */
  async testConnection(): Promise<ConnectionTestResult> {
    const { testConnection } = await import("./connection-test");
    return testConnection(this.#environment, this.#http, this.#makeRuntime());
  }

  signalReceived(signal: PersonalSignal): void {
    const current = this.#current.get();
    const isOwn = current?.channel === signal.channel && current.view.get().phase !== "ended";
    // Both people called each other: it is one call, and it does not ring.
    if (signal.type === "ring.started" && isOwn) this.#rings.end(signal.channel, signal.call);
    else this.#rings.received(signal);
  }

  /** Takes rows of the inbox: a device that wakes late sees a ring there. */
  rowsReceived(rows: readonly InboxRow[]): void {
    this.#rings.rowsReceived(rows);
  }

  clear(): void {
    this.leave();
    this.#rings.clear();
  }

  #ended(call: ActiveCall): void {
    const { end, error } = call.view.get();
    // An end that this person knows of needs no screen.
    if (this.#current.get() === call && end === "left" && error === null) this.#current.set(null);
  }
}

/** Where calls are not possible, for example in a page that was loaded without https. */
export const areCallsPossible = (): boolean => {
  try {
    browserRuntime();
    return true;
  } catch (error) {
    if (error instanceof ParleyError) return false;
    throw error;
  }
};
