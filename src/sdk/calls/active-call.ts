// The call in which this device takes part: its devices, its connections with the others, and what
// a program shows of them. The page loads this file with the first call.
import { type CallPermission, limits } from "../../protocol";
import type { ChannelHandle } from "../channel/handle";
import { isFinal, ParleyError } from "../parley-error";
import { Cell, type Store } from "../store";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import { heard, SPEAKING_LEVEL, silence } from "./active-speaker";
import { participantsOf } from "./call-view";
import { type AddressPolicy, IceServers, type IceSetup } from "./ice-servers";
import { type ChosenDevices, type DeviceKind, LocalMedia } from "./local-media";
import { Mesh } from "./mesh";
import { type CallIntent, Participation } from "./participation";
import type { CallRuntime } from "./rtc";
import type { CallEnd, CurrentCallView } from "./views";

export interface ActiveCallParts {
  readonly environment: Environment;
  readonly http: Http;
  readonly runtime: CallRuntime;
  readonly handle: ChannelHandle;
  readonly policy: AddressPolicy;
  readonly chosen: ChosenDevices;
  /** The call is over on this device. */
  readonly ended: () => void;
}

const TICK_MS = 250;
/** Statistics are read with each fourth tick. */
const TICKS_OF_STATS = 4;

export class ActiveCall {
  readonly channel: string;
  readonly media: LocalMedia;
  readonly #view: Cell<CurrentCallView>;
  readonly view: Store<CurrentCallView>;
  readonly #levels = new Cell<Readonly<Record<number, number>>>({});
  /** The levels of the voices by participant, from 0 to 1. They change several times a second. */
  readonly levels: Store<Readonly<Record<number, number>>> = this.#levels;
  readonly #parts: ActiveCallParts;
  readonly #participation: Participation;
  readonly #ice: IceServers;
  readonly #timer: Timer;
  readonly #stops: (() => void)[] = [];
  #mesh: Mesh | null = null;
  #intent: CallIntent | null = null;
  #speech = silence;
  #ticks = 0;
  #shown = "";
  /** What the others know of this device. */
  #reported = "";

  constructor(parts: ActiveCallParts) {
    const { environment, http, runtime, handle, policy, chosen } = parts;
    this.#parts = parts;
    this.channel = handle.id;
    this.media = new LocalMedia(runtime.devices, chosen);
    this.#timer = new Timer(environment.clock);
    this.#ice = new IceServers(environment, http, handle.id, policy);
    this.#participation = new Participation(handle.calls, environment.clock, {
      entered: () => this.#mesh?.close(),
      changed: () => this.#changed(),
      signalReceived: (from, signal) => this.#mesh?.signalReceived(from, signal),
      media: () => {
        const { muted, camera, screen, tracks } = this.media.view.get();
        return { muted: muted || tracks.voice === null, camera, screen, hand: this.#view.get().hand };
      },
      ended: (end, error) => this.#end(end, error),
      warn: environment.warn,
    });
    this.#view = new Cell<CurrentCallView>({
      ...{
        channel: handle.id,
        phase: "preview",
        hasSignalling: true,
        startedAt: null,
        participants: [],
        speaker: null,
      },
      ...{ hand: false, hasRelay: null, isRelayOnly: policy === "relay", end: null, error: null },
    });
    this.view = this.#view;
    this.#stops.push(
      runtime.watchNetwork(() => this.#mesh?.networkChanged()),
      this.media.view.subscribe(() => this.#mediaChanged()),
    );
  }

  /** Joins. Failures show in the view. */
  async join(intent: CallIntent): Promise<void> {
    if (this.#view.get().phase !== "preview") return;
    this.#intent = intent;
    this.#set({ phase: "joining", error: null });
    try {
      await this.#connect(intent);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (this.#view.get().phase === "joining") this.#end("failed", error);
    }
  }

  /** Leaves. Does nothing after the end. */
  leave(): void {
    if (this.#view.get().phase === "ended") return;
    this.#participation.leave();
    this.#end("left", null);
  }

  /** Throws a ParleyError if this person may not speak here. */
  setMuted(muted: boolean): void {
    if (!muted && !this.#may("speak")) throw new ParleyError("forbidden");
    this.media.setMuted(muted);
  }

  /** Throws a ParleyError if too many people are in the call, or this person may not. */
  async setCamera(isOn: boolean): Promise<void> {
    if (isOn) this.#requireVideo("video");
    await this.media.setCamera(isOn);
  }

  /** Throws like `setCamera`. */
  async shareScreen(): Promise<void> {
    this.#requireVideo("share");
    await this.media.shareScreen();
  }

  stopScreen(): void {
    this.media.stopScreen();
  }

  setHand(hand: boolean): void {
    this.#set({ hand });
    void this.#report();
    this.#changed();
  }

  choose(kind: DeviceKind, deviceId: string): Promise<void> {
    return this.media.choose(kind, deviceId);
  }

  /** Tries again to connect with a participant with whom that failed. */
  retry(peer: number): void {
    this.#mesh?.pair(peer)?.retry();
  }

  /** What this device measured of its connection with a participant; null without one. */
  statistics(peer: number): { bytesReceived: number; framesDecoded: number; isRelayed: boolean | null } | null {
    const reading = this.#mesh?.pair(peer)?.reading;
    return reading ? { ...reading.totals, isRelayed: reading.isRelayed } : null;
  }

  /** What was joined, so that a program can join again. */
  get intent(): CallIntent | null {
    return this.#intent;
  }

  async #connect(intent: CallIntent): Promise<void> {
    const { environment, runtime, handle } = this.#parts;
    const [setup] = await Promise.all([this.#ice.load((next) => this.#configure(next)), handle.attach()]);
    if (this.#view.get().phase !== "joining") return;
    this.#configure(setup);
    if (!this.#may("speak")) this.media.setMuted(true);
    const { iceTransportPolicy } = setup.configuration;
    if (iceTransportPolicy === "relay" && !setup.hasRelay)
      throw new ParleyError("invalid", { detail: "The server has no relay, so that your address cannot be hidden." });
    this.#mesh = new Mesh(runtime, setup.configuration, environment.clock, {
      send: (to, signal) => this.#participation.send(to, signal),
      changed: () => this.#changed(),
      warn: environment.warn,
    });
    this.#mesh.setTracks(this.media.view.get().tracks);
    await this.#participation.join(intent);
    if (this.#view.get().phase !== "joining") return this.#participation.leave();
    this.#set({ phase: "joined", startedAt: this.#participation.startedAt });
    this.#changed();
    this.#tick();
  }

  #configure(setup: IceSetup): void {
    this.#mesh?.configure(setup.configuration);
    const isRelayOnly = setup.configuration.iceTransportPolicy === "relay";
    this.#set({ hasRelay: setup.hasRelay, isRelayOnly });
  }

  /** Whether this person may do something. The server decides until the channel is live. */
  #may(permission: CallPermission): boolean {
    const permissions = this.#parts.handle.calls.permissions.get();
    return permissions.length === 0 || permissions.includes(permission);
  }

  #requireVideo(permission: "video" | "share"): void {
    if (!this.#may(permission)) throw new ParleyError("forbidden");
    if (this.#participation.peers.length > limits.callVideoPeers) throw new ParleyError("call_video_full");
  }

  #mediaChanged(): void {
    this.#mesh?.setTracks(this.media.view.get().tracks);
    void this.#report();
    this.#changed();
  }

  /** Tells the others what has changed. A camera or screen that is refused is switched off. */
  async #report(): Promise<void> {
    if (this.#view.get().phase !== "joined") return;
    const { muted, camera, screen, tracks } = this.media.view.get();
    const next = JSON.stringify([muted || tracks.voice === null, camera, screen, this.#view.get().hand]);
    if (next === this.#reported) return;
    this.#reported = next;
    try {
      await this.#participation.report();
    } catch (error) {
      // After a lost connection the next join says it.
      if (!isFinal(error) && !(error instanceof ParleyError && error.code === "call_video_full")) return;
      this.#set({ error });
      if (camera) await this.media.setCamera(false);
      if (screen) this.media.stopScreen();
    }
  }

  #changed(): void {
    const { own, peers, hasSignalling } = this.#participation;
    const mesh = this.#mesh;
    if (own === null || mesh === null) return;
    mesh.setCanSignal(hasSignalling);
    mesh.setPeers(
      own,
      peers.map(({ peer }) => peer).filter((peer) => peer !== own),
    );
    const { hand } = this.#view.get();
    const source = { peers, own, mesh, media: this.media.view.get(), hand, speech: this.#speech };
    const { speaker } = this.#speech;
    this.#set({
      hasSignalling,
      participants: participantsOf(source),
      speaker: speaker === null ? null : Number(speaker),
    });
  }

  #tick(): void {
    const mesh = this.#mesh;
    const { own } = this.#participation;
    if (this.#view.get().phase !== "joined" || mesh === null || own === null) return;
    this.#timer.set(TICK_MS, () => this.#tick());
    const measured: Record<string, number> = {};
    let ownLevel = 0;
    for (const [peer, pair] of mesh.pairs) {
      measured[peer] = pair.level;
      ownLevel = Math.max(ownLevel, pair.reading?.ownLevel ?? 0);
    }
    this.#speech = heard(this.#speech, measured, this.#parts.environment.clock.now());
    this.#speech = { ...this.#speech, levels: { ...this.#speech.levels, [own]: ownLevel } };
    this.#levels.set(this.#speech.levels);
    if (this.#ticks++ % TICKS_OF_STATS === 0)
      mesh.measure().catch((error: unknown) => this.#parts.environment.warn(`no statistics: ${String(error)}`));
    const speaking = Object.entries(this.#speech.levels).map(([peer, level]) => [peer, level >= SPEAKING_LEVEL]);
    const shown = JSON.stringify([this.#speech.speaker, speaking, [...mesh.pairs].map(([, { bars }]) => bars)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed();
  }

  #end(end: CallEnd, error: ParleyError | null): void {
    if (this.#view.get().phase === "ended") return;
    this.#participation.close();
    this.#timer.clear();
    this.#ice.stop();
    this.#mesh?.close();
    this.#mesh = null;
    for (const stop of this.#stops) stop();
    this.media.close();
    this.#set({ phase: "ended", end, error, participants: [] });
    this.#parts.ended();
  }

  #set(change: Partial<CurrentCallView>): void {
    this.#view.update((view) => ({ ...view, ...change }));
  }
}
