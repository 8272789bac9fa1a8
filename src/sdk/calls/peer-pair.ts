// The connection of this device with one other participant. It has four fixed transceivers, in the
// order of `mediaSlots`. Tracks are replaced, so muting, the camera and the screen never negotiate.
import { type Clock, Timer } from "../transport/clock";
import { adapted, barsOf, encodingOf, fullSending, type MediaSlot, neededBps, type QualityBars } from "./bandwidth";
import { Negotiation } from "./negotiation";
import { CONNECT_MS, newPair, type PairEvent, type PairPhase, pairStep } from "./pair-state";
import type {
  IceCandidate,
  MediaKind,
  MediaTrack,
  RtcConfiguration,
  RtcConnection,
  RtcTransceiver,
  SessionDescription,
} from "./rtc";
import { type PairReading, readStats } from "./stats-reader";

/** What participants send each other through the channel. */
export type PeerSignal =
  | { description: SessionDescription }
  | { candidate: IceCandidate }
  /** Asks the side that offers for a restart of ICE. */
  | { restart: true };

export type LocalTracks = Readonly<Record<MediaSlot, MediaTrack | null>>;

/** The slots in the order of the transceivers. */
export const mediaSlots: readonly MediaSlot[] = ["voice", "camera", "screen", "screenSound"];
const kinds: Record<MediaSlot, MediaKind> = { voice: "audio", camera: "video", screen: "video", screenSound: "audio" };

/** A restart that the other side asks for is ignored so soon after an own one. */
const RESTART_PAUSE_MS = 2_000;

export interface PairListener {
  send(signal: PeerSignal): void;
  changed(): void;
  warn(warning: string): void;
}

export class PeerPair {
  readonly #connection: RtcConnection;
  readonly #offers: boolean;
  readonly #clock: Clock;
  readonly #listener: PairListener;
  readonly #negotiation: Negotiation;
  readonly #timer: Timer;
  #state = newPair;
  #tracks: LocalTracks;
  #peers = 1;
  #canSignal = true;
  #sending = fullSending;
  #reading: PairReading | null = null;
  #restartedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** `offers`: whether this device joined later, so that it offers and is impolite. */
  constructor(connection: RtcConnection, offers: boolean, tracks: LocalTracks, clock: Clock, listener: PairListener) {
    this.#connection = connection;
    this.#offers = offers;
    this.#clock = clock;
    this.#listener = listener;
    this.#tracks = tracks;
    this.#timer = new Timer(clock);
    this.#negotiation = new Negotiation(connection, !offers, {
      send: (signal) => listener.send(signal),
      offered: () => this.#takeTransceivers(),
      warn: listener.warn,
    });
    connection.onconnectionstatechange = () => this.#connectionChanged();
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === "") return;
      const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
      void this.#negotiation.found({ candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment });
    };
  }

  get phase(): PairPhase {
    return this.#state.phase;
  }

  get bars(): QualityBars {
    if (this.phase !== "connected") return 0;
    const reading = this.#reading;
    return reading === null ? 3 : barsOf(Math.max(reading.loss, reading.lossIn), reading.roundTripMs);
  }

  /** The statistics of the last interval; null before the first. */
  get reading(): PairReading | null {
    return this.#reading;
  }

  /** Returns the present level of the other side's voice, from 0 to 1. */
  get level(): number {
    const sources = this.#transceiver("voice")?.receiver.getSynchronizationSources?.();
    return sources?.[0]?.audioLevel ?? this.#reading?.level ?? 0;
  }

  /** Returns the track that the other side sends; null before the negotiation. */
  received(slot: MediaSlot): MediaTrack | null {
    return this.#transceiver(slot)?.receiver.track ?? null;
  }

  start(): void {
    this.#timer.set(CONNECT_MS, () => this.#step("timer"));
    if (!this.#offers) return;
    for (const slot of mediaSlots) this.#connection.addTransceiver(kinds[slot], { direction: "sendrecv" });
    for (const slot of mediaSlots) void this.#send(slot);
    void this.#negotiation.offer({ restart: false });
  }

  signalReceived(signal: PeerSignal): void {
    if ("description" in signal) {
      if (signal.description.type === "offer") this.#step("restarted");
      void this.#negotiation.described(signal.description);
    } else if ("candidate" in signal) void this.#negotiation.candidate(signal.candidate);
    else this.#restartAsked();
  }

  /** Sends other tracks. `peers`: how many connections share the bandwidth. */
  update(tracks: LocalTracks, peers: number): void {
    const before = this.#tracks;
    const isShared = peers !== this.#peers;
    this.#tracks = tracks;
    this.#peers = peers;
    for (const slot of mediaSlots) if (isShared || before[slot] !== tracks[slot]) void this.#send(slot);
  }

  /** Takes new ICE servers. The media go on while a relay is replaced. */
  configure(configuration: RtcConfiguration): void {
    this.#connection.setConfiguration(configuration);
    if (this.phase === "connected" && this.#reading?.isRelayed === true && this.#canSignal) this.#restart();
  }

  setCanSignal(canSignal: boolean): void {
    const isRestored = canSignal && !this.#canSignal;
    this.#canSignal = canSignal;
    if (isRestored) this.#step("signalling-restored");
  }

  retry(): void {
    this.#step("retry");
  }

  networkChanged(): void {
    this.#step("network-changed");
  }

  /** Reads the statistics, and adapts what is sent to them. */
  async measure(): Promise<void> {
    const report = await this.#connection.getStats();
    if (this.#isClosed) return;
    const reading = readStats(report, this.#reading);
    this.#reading = reading;
    if (this.phase !== "connected") return;
    const before = this.#sending;
    const slots = mediaSlots.filter((slot) => this.#tracks[slot] !== null);
    this.#sending = adapted(before, reading, neededBps(slots, this.#peers, before.level));
    if (this.#sending.level !== before.level) await Promise.all(slots.map((slot) => this.#limit(slot)));
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.clear();
    this.#negotiation.close();
    this.#connection.onconnectionstatechange = null;
    this.#connection.onicecandidate = null;
    this.#connection.close();
  }

  #connectionChanged(): void {
    const { connectionState } = this.#connection;
    if (connectionState === "connected" || connectionState === "disconnected" || connectionState === "failed")
      this.#step(connectionState);
  }

  #step(event: PairEvent): void {
    if (this.#isClosed) return;
    const { state, restart, timerMs } = pairStep(this.#state, event, this.#canSignal);
    const hasChanged = state.phase !== this.#state.phase;
    this.#state = state;
    if (timerMs === null) this.#timer.clear();
    else if (timerMs !== "keep") this.#timer.set(timerMs, () => this.#step("timer"));
    if (restart) this.#restart();
    if (hasChanged) this.#listener.changed();
  }

  #restart(): void {
    this.#restartedAt = this.#clock.now();
    if (this.#offers) void this.#negotiation.offer({ restart: true });
    else this.#listener.send({ restart: true });
  }

  #restartAsked(): void {
    if (!this.#offers || this.#clock.now() - this.#restartedAt < RESTART_PAUSE_MS) return;
    this.#step("restarted");
    this.#restart();
  }

  /** The side that answers gets its transceivers with the first offer. */
  async #takeTransceivers(): Promise<void> {
    for (const slot of mediaSlots) {
      const transceiver = this.#transceiver(slot);
      if (transceiver && transceiver.direction !== "sendrecv") transceiver.direction = "sendrecv";
    }
    await Promise.all(mediaSlots.map((slot) => this.#send(slot)));
    this.#listener.changed();
  }

  #transceiver(slot: MediaSlot): RtcTransceiver | undefined {
    return this.#connection.getTransceivers()[mediaSlots.indexOf(slot)];
  }

  async #send(slot: MediaSlot): Promise<void> {
    try {
      await this.#transceiver(slot)?.sender.replaceTrack(this.#tracks[slot]);
    } catch (error) {
      if (!this.#isClosed) this.#listener.warn(`the ${slot} could not be sent: ${String(error)}`);
    }
    await this.#limit(slot);
  }

  async #limit(slot: MediaSlot): Promise<void> {
    const sender = this.#transceiver(slot)?.sender;
    if (!sender || this.#isClosed) return;
    try {
      const parameters = sender.getParameters();
      // Firefox has no encodings before the negotiation. They are set with the next change.
      if (parameters.encodings.length === 0) return;
      const encoding = encodingOf(slot, this.#peers, this.#sending.level);
      for (const one of parameters.encodings) Object.assign(one, encoding);
      await sender.setParameters(parameters);
    } catch (error) {
      if (!this.#isClosed) this.#listener.warn(`the rate of the ${slot} could not be set: ${String(error)}`);
    }
  }
}
