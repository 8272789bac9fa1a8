// WebRTC in memory: connections with the signalling states of the standard, and devices. Tests say
// when two connections reach each other.
import type {
  CallRuntime,
  IceCandidate,
  MediaDevice,
  MediaKind,
  MediaSources,
  MediaTrack,
  RtcConfiguration,
  RtcConnection,
  RtcEncoding,
  RtcState,
  RtcStats,
  RtcTransceiver,
  SessionDescription,
} from "../../../src/sdk/calls/rtc";

let trackIds = 0;

export class FakeTrack implements MediaTrack {
  readonly id = `track-${++trackIds}`;
  enabled = true;
  readyState: "live" | "ended" = "live";
  contentHint = "";
  readonly #listeners: (() => void)[] = [];

  constructor(
    readonly kind: MediaKind,
    readonly label = "",
    readonly deviceId = "",
  ) {}

  stop(): void {
    this.readyState = "ended";
  }

  getSettings() {
    return { deviceId: this.deviceId };
  }

  addEventListener(_: "ended", listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The device is unplugged. */
  unplug(): void {
    this.readyState = "ended";
    for (const listener of this.#listeners) listener();
  }
}

export class FakeTransceiver implements RtcTransceiver {
  direction = "recvonly";
  track: MediaTrack | null = null;
  encodings: RtcEncoding[] = [{}];
  readonly receiver: { track: MediaTrack };
  readonly sender = {
    replaceTrack: async (track: MediaTrack | null) => {
      this.track = track;
    },
    getParameters: () => ({ encodings: this.encodings.map((one) => ({ ...one })) }),
    setParameters: async ({ encodings }: { encodings: RtcEncoding[] }) => {
      this.encodings = encodings;
    },
  };

  constructor(kind: MediaKind) {
    this.receiver = { track: new FakeTrack(kind) };
  }
}

let offers = 0;

/** Descriptions are texts such as `offer 3 audio,video`. */
export class FakeConnection implements RtcConnection {
  connectionState: RtcState = "new";
  signalingState = "stable";
  localDescription: SessionDescription | null = null;
  remoteDescription: SessionDescription | null = null;
  onconnectionstatechange: (() => void) | null = null;
  onicecandidate: RtcConnection["onicecandidate"] = null;
  readonly transceivers: FakeTransceiver[] = [];
  readonly candidates: IceCandidate[] = [];
  /** How often an offer restarted ICE. */
  iceRestarts = 0;
  offers = 0;
  stats: Readonly<Record<string, unknown>>[] = [];

  constructor(public configuration: RtcConfiguration) {}

  addTransceiver(kind: MediaKind): RtcTransceiver {
    const transceiver = new FakeTransceiver(kind);
    transceiver.direction = "sendrecv";
    this.transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers = (): RtcTransceiver[] => this.transceivers;

  async createOffer({ iceRestart }: { iceRestart: boolean }) {
    this.offers += 1;
    if (iceRestart) this.iceRestarts += 1;
    const kinds = this.transceivers.map(({ receiver }) => receiver.track.kind);
    return { type: "offer", sdp: `offer ${++offers} ${kinds.join()}` };
  }

  async createAnswer() {
    if (this.signalingState !== "have-remote-offer") throw new Error(`no answer in ${this.signalingState}`);
    return { type: "answer", sdp: this.remoteDescription?.sdp.replace("offer", "answer") ?? "" };
  }

  async setLocalDescription({ type, sdp = "" }: { type: string; sdp?: string }) {
    if (type === "offer") this.#become("have-local-offer", ["stable", "have-local-offer"]);
    else this.#become("stable", ["have-remote-offer"]);
    this.localDescription = { type: type === "offer" ? "offer" : "answer", sdp };
    this.onicecandidate?.({
      candidate: { candidate: `candidate of ${sdp}`, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
    });
  }

  async setRemoteDescription(description: SessionDescription) {
    if (description.type === "answer") {
      const answered = this.localDescription?.sdp.replace("offer", "answer");
      if (description.sdp !== answered) throw new Error(`${description.sdp} answers another offer`);
      this.#become("stable", ["have-local-offer"]);
    } else {
      // An own offer is rolled back.
      this.#become("have-remote-offer", ["stable", "have-local-offer", "have-remote-offer"]);
      const kinds = description.sdp.split(" ")[2]?.split(",") ?? [];
      for (const kind of kinds.slice(this.transceivers.length))
        this.transceivers.push(new FakeTransceiver(kind as MediaKind));
    }
    this.remoteDescription = description;
  }

  async addIceCandidate(candidate: IceCandidate) {
    const fits = candidate.candidate === `candidate of ${this.remoteDescription?.sdp}`;
    if (!fits) throw new Error("the candidate fits no description");
    this.candidates.push(candidate);
  }

  setConfiguration(configuration: RtcConfiguration): void {
    this.configuration = configuration;
  }

  async getStats(): Promise<RtcStats> {
    return this.stats;
  }

  close(): void {
    this.connectionState = "closed";
    this.signalingState = "closed";
  }

  /** ICE reports another state. */
  turn(state: RtcState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  #become(next: string, from: readonly string[]): void {
    if (!from.includes(this.signalingState)) throw new Error(`${next} does not follow ${this.signalingState}`);
    this.signalingState = next;
  }
}

const named = (name: string): Error => Object.assign(new Error(name), { name });

export class FakeDevices implements MediaSources {
  list: MediaDevice[] = [
    { deviceId: "mic-1", kind: "audioinput", label: "Headset" },
    { deviceId: "cam-1", kind: "videoinput", label: "Camera" },
  ];
  /** The name of the error of every request; null if the person allows the devices. */
  refusal: string | null = null;
  readonly opened: FakeTrack[] = [];
  readonly requests: { audio?: object; video?: object }[] = [];
  readonly #listeners = new Set<() => void>();

  getUserMedia = async (constraints: { audio?: object; video?: object }) => {
    this.requests.push(constraints);
    if (this.refusal !== null) throw named(this.refusal);
    const kind = constraints.audio ? "audio" : "video";
    const wanted = (constraints.audio ?? constraints.video) as { deviceId?: { exact: string } };
    const devices = this.list.filter((one) => one.kind === `${kind}input`);
    const device = wanted.deviceId
      ? devices.find(({ deviceId }) => deviceId === wanted.deviceId?.exact)
      : devices.at(0);
    if (!device) throw named(wanted.deviceId ? "OverconstrainedError" : "NotFoundError");
    return this.#tracks(new FakeTrack(kind, device.label, device.deviceId));
  };

  getDisplayMedia = async () => {
    if (this.refusal !== null) throw named(this.refusal);
    return this.#tracks(new FakeTrack("video", "Screen"));
  };

  enumerateDevices = async () => this.list;

  addEventListener(_: "devicechange", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: "devicechange", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Devices are plugged in or unplugged. */
  change(list: MediaDevice[]): void {
    this.list = list;
    for (const listener of this.#listeners) listener();
  }

  #tracks(track: FakeTrack) {
    this.opened.push(track);
    return { getTracks: () => [track] };
  }
}

export class FakeRuntime implements CallRuntime {
  readonly devices = new FakeDevices();
  readonly connections: FakeConnection[] = [];
  networkChanged: () => void = () => {};

  watchNetwork(listener: () => void): () => void {
    this.networkChanged = listener;
    return () => {};
  }

  createConnection(configuration: RtcConfiguration): FakeConnection {
    const connection = new FakeConnection(configuration);
    this.connections.push(connection);
    return connection;
  }
}
