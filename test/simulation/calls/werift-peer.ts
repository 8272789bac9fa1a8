// A participant of a call that shares no code with the page: werift's WebRTC over the raw protocol.
// It follows only the specification: of two peers the later one offers, and a pair has four
// transceivers: voice, camera, screen, sound of the screen.
import {
  MediaStreamTrack,
  useOPUS as opusCodec,
  RTCPeerConnection,
  RtpHeader,
  RtpPacket,
  useVP8 as vp8Codec,
} from "werift";
import type { CallAnswer, CallDevice, CallSignal } from "./call-device.ts";

const FRAME_MS = 20;
/** The samples of a frame at 48 kHz. */
const FRAME_SAMPLES = 960;
const SLOTS = ["audio", "video", "video", "audio"] as const;

export interface PairReading {
  state: string;
  /** Bytes of media that have arrived. */
  bytesIn: number;
}

interface Pair {
  connection: RTCPeerConnection;
  voice: MediaStreamTrack;
  bytesIn: number;
  /** The steps of the negotiation run one after the other. */
  steps: Promise<void>;
}

export class WeriftPeer {
  readonly #device: CallDevice;
  readonly #packets: readonly Buffer[];
  /** The pairs by peer. Bound: the peers of a call. */
  readonly #pairs = new Map<number, Pair>();
  #own = 0;
  #sent = 0;
  #sound: NodeJS.Timeout | null = null;
  readonly #failures: unknown[] = [];

  /** `packets`: Opus packets of 20 ms, which it plays in a loop. */
  constructor(device: CallDevice, packets: readonly Buffer[]) {
    this.#device = device;
    this.#packets = packets;
    device.onSignal = (signal) => this.#receive(signal);
  }

  /** Takes part in a call, with this device's answer to `call.start` or `call.join`. */
  enter({ mine, peers }: CallAnswer): void {
    if (!mine) throw new Error("the answer has no peer");
    this.#own = mine.peer;
    for (const { peer } of peers) if (peer < this.#own) void this.#offer(peer, false);
    this.#sound ??= setInterval(() => this.#play(), FRAME_MS);
  }

  /** The pairs by the number of the other peer. */
  get readings(): Map<number, PairReading> {
    const read = ({ connection, bytesIn }: Pair) => ({ state: connection.connectionState, bytesIn });
    return new Map([...this.#pairs].map(([peer, pair]) => [peer, read(pair)]));
  }

  /** What went wrong in negotiations. */
  get failures(): readonly unknown[] {
    return this.#failures;
  }

  async close(): Promise<void> {
    if (this.#sound) clearInterval(this.#sound);
    await Promise.all([...this.#pairs.values()].map(({ connection }) => connection.close()));
    this.#pairs.clear();
  }

  #receive(signal: CallSignal): void {
    const { from, peer, description, candidates, restart } = signal;
    if (signal.type === "call.left" && typeof peer === "number") {
      void this.#pairs.get(peer)?.connection.close();
      this.#pairs.delete(peer);
    }
    if (signal.type !== "call.signal" || from === undefined) return;
    const pair = this.#pair(from);
    if (restart) void this.#offer(from, true);
    for (const candidate of candidates ?? []) {
      if (candidate.candidate === "") continue;
      const { sdpMid, sdpMLineIndex } = candidate;
      const found = {
        candidate: candidate.candidate,
        ...(sdpMid !== null && { sdpMid }),
        ...(sdpMLineIndex !== null && { sdpMLineIndex }),
      };
      this.#step(pair, () => pair.connection.addIceCandidate(found));
    }
    if (description) this.#step(pair, () => this.#described(from, pair, description));
  }

  async #described(from: number, pair: Pair, description: { type: "offer" | "answer"; sdp: string }): Promise<void> {
    const { connection } = pair;
    if (description.type === "answer") {
      if (connection.signalingState === "have-local-offer") await connection.setRemoteDescription(description);
      return;
    }
    await connection.setRemoteDescription(description);
    for (const transceiver of connection.getTransceivers()) transceiver.direction = "sendrecv";
    await connection.getTransceivers()[0]?.sender.replaceTrack(pair.voice);
    await connection.setLocalDescription(await connection.createAnswer());
    this.#describe(from, connection);
  }

  #offer(to: number, iceRestart: boolean): Promise<void> {
    const pair = this.#pair(to);
    return this.#step(pair, async () => {
      const { connection } = pair;
      if (connection.getTransceivers().length === 0) {
        for (const kind of SLOTS) connection.addTransceiver(kind, { direction: "sendrecv" });
        await connection.getTransceivers()[0]?.sender.replaceTrack(pair.voice);
      }
      await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
      this.#describe(to, connection);
    });
  }

  #describe(to: number, connection: RTCPeerConnection): void {
    const { localDescription } = connection;
    if (localDescription) this.#signal(to, { description: { type: localDescription.type, sdp: localDescription.sdp } });
  }

  #pair(peer: number): Pair {
    const known = this.#pairs.get(peer);
    if (known) return known;
    const connection = new RTCPeerConnection({
      codecs: { audio: [opusCodec()], video: [vp8Codec()] },
      iceUseIpv6: false,
    });
    const pair: Pair = {
      connection,
      voice: new MediaStreamTrack({ kind: "audio" }),
      bytesIn: 0,
      steps: Promise.resolve(),
    };
    connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ payload }) => {
        pair.bytesIn += payload.length;
      });
    });
    connection.onIceCandidate.subscribe((found) => {
      if (!found) return;
      const { candidate, sdpMid = null, sdpMLineIndex = null } = found;
      if (candidate) this.#signal(peer, { candidates: [{ candidate, sdpMid, sdpMLineIndex }] });
    });
    this.#pairs.set(peer, pair);
    return pair;
  }

  #step(pair: Pair, step: () => Promise<unknown>): Promise<void> {
    const run = async () => {
      try {
        await step();
      } catch (error) {
        this.#failures.push(error);
      }
    };
    pair.steps = pair.steps.then(run);
    return pair.steps;
  }

  #signal(to: number, content: object): void {
    // A pair whose signal is lost is restarted by the other side.
    this.#device.send({ type: "call.signal", to, ...content }).catch((error: unknown) => this.#failures.push(error));
  }

  #play(): void {
    const payload = this.#packets[this.#sent % this.#packets.length];
    if (!payload) return;
    this.#sent++;
    for (const { connection, voice } of this.#pairs.values()) {
      if (connection.connectionState !== "connected") continue;
      const header = new RtpHeader({
        payloadType: 96,
        sequenceNumber: this.#sent & 0xffff,
        timestamp: (this.#sent * FRAME_SAMPLES) >>> 0,
        ssrc: this.#own,
        marker: false,
      });
      voice.writeRtp(new RtpPacket(header, payload));
    }
  }
}
