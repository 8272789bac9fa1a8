// The connections of this device with the other participants of a call: one with each.
import type { Clock } from "../transport/clock";
import { type LocalTracks, PeerPair, type PeerSignal } from "./peer-pair";
import type { CallRuntime, RtcConfiguration } from "./rtc";

interface MeshListener {
  send(to: number, signal: PeerSignal): void;
  changed(): void;
  warn(warning: string): void;
}

export class Mesh {
  readonly #runtime: CallRuntime;
  readonly #clock: Clock;
  readonly #listener: MeshListener;
  /** The connections by participant. Bound: the participants of a call, at most eight. */
  readonly #pairs = new Map<number, PeerPair>();
  #configuration: RtcConfiguration;
  #tracks: LocalTracks = { voice: null, camera: null, screen: null, screenSound: null };
  #canSignal = true;

  constructor(runtime: CallRuntime, configuration: RtcConfiguration, clock: Clock, listener: MeshListener) {
    this.#runtime = runtime;
    this.#configuration = configuration;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Returns the connection with a participant; undefined if there is none. */
  pair(peer: number): PeerPair | undefined {
    return this.#pairs.get(peer);
  }

  get pairs(): IterableIterator<[number, PeerPair]> {
    return this.#pairs.entries();
  }

  /**
   * Connects with new participants, and ends the connections with those who have left. The numbers
   * of the participants ascend in the order in which they joined.
   */
  setPeers(own: number, others: readonly number[]): void {
    for (const [peer, pair] of this.#pairs) {
      if (others.includes(peer)) continue;
      pair.close();
      this.#pairs.delete(peer);
    }
    const added = others.filter((peer) => !this.#pairs.has(peer));
    const made = added.map((other) => this.#connect(own, other));
    this.#share();
    for (const pair of made) pair.start();
  }

  signalReceived(from: number, signal: PeerSignal): void {
    this.#pairs.get(from)?.signalReceived(signal);
  }

  setTracks(tracks: LocalTracks): void {
    this.#tracks = tracks;
    this.#share();
  }

  /** Takes new ICE servers. Connections that a relay carries restart with them. */
  configure(configuration: RtcConfiguration): void {
    this.#configuration = configuration;
    for (const pair of this.#pairs.values()) pair.configure(configuration);
  }

  setCanSignal(canSignal: boolean): void {
    this.#canSignal = canSignal;
    for (const pair of this.#pairs.values()) pair.setCanSignal(canSignal);
  }

  networkChanged(): void {
    for (const pair of this.#pairs.values()) pair.networkChanged();
  }

  async measure(): Promise<void> {
    await Promise.all([...this.#pairs.values()].map((pair) => pair.measure()));
  }

  close(): void {
    for (const pair of this.#pairs.values()) pair.close();
    this.#pairs.clear();
  }

  #connect(own: number, other: number): PeerPair {
    const connection = this.#runtime.createConnection(this.#configuration);
    const pair = new PeerPair(connection, own > other, this.#tracks, this.#clock, {
      send: (signal) => this.#listener.send(other, signal),
      changed: () => this.#listener.changed(),
      warn: this.#listener.warn,
    });
    pair.setCanSignal(this.#canSignal);
    this.#pairs.set(other, pair);
    return pair;
  }

  #share(): void {
    for (const pair of this.#pairs.values()) pair.update(this.#tracks, this.#pairs.size);
  }
}
