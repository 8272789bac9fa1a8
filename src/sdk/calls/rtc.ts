// What a call uses of WebRTC and of the devices. Browsers fit as they are. Tests pass fakes, and
// programs outside browsers pass an implementation of their own.
import type { IceServer } from "../../protocol";
import { ParleyError } from "../parley-error";

export type MediaKind = "audio" | "video";

/** A source of sound or pictures. `MediaStreamTrack` fits. */
export interface MediaTrack {
  readonly kind: string;
  readonly id: string;
  readonly label: string;
  /** A track that is not enabled sends silence or black pictures. */
  enabled: boolean;
  readonly readyState: "live" | "ended";
  contentHint: string;
  stop(): void;
  getSettings(): { deviceId?: string };
  addEventListener(type: "ended", listener: () => void): void;
}

export interface SessionDescription {
  type: "offer" | "answer";
  sdp: string;
}

export interface IceCandidate {
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
  usernameFragment: string | null;
}

export interface RtcConfiguration {
  iceServers: IceServer[];
  /** `relay` hides the addresses of this device from the other participants. */
  iceTransportPolicy: "all" | "relay";
  bundlePolicy: "max-bundle";
}

export interface RtcEncoding {
  active?: boolean;
  /** Bits per second. */
  maxBitrate?: number;
  maxFramerate?: number;
  scaleResolutionDownBy?: number;
  networkPriority?: "very-low" | "low" | "medium" | "high";
}

export interface RtcSender {
  replaceTrack(track: MediaTrack | null): Promise<void>;
  getParameters(): { encodings: RtcEncoding[] };
  setParameters(parameters: { encodings: RtcEncoding[] }): Promise<void>;
}

export interface RtcTransceiver {
  direction: string;
  readonly sender: RtcSender;
  readonly receiver: RtcReceiver;
}

export interface RtcReceiver {
  readonly track: MediaTrack;
  /** The newest source comes first. Left out by some implementations. */
  getSynchronizationSources?(): { audioLevel?: number }[];
}

/** The statistics of a connection: an object per id. */
export interface RtcStats {
  forEach(callback: (stats: Readonly<Record<string, unknown>>) => void): void;
}

export type RtcState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

/** `RTCPeerConnection`. */
export interface RtcConnection {
  readonly connectionState: RtcState;
  readonly signalingState: string;
  readonly localDescription: { readonly type: string; readonly sdp: string } | null;
  readonly remoteDescription: { readonly type: string; readonly sdp: string } | null;
  onconnectionstatechange: (() => void) | null;
  onicecandidate: ((event: { readonly candidate: RtcLocalCandidate | null }) => void) | null;
  addTransceiver(kind: MediaKind, options: { direction: "sendrecv" }): RtcTransceiver;
  getTransceivers(): RtcTransceiver[];
  createOffer(options: { iceRestart: boolean }): Promise<{ type: string; sdp?: string }>;
  createAnswer(): Promise<{ type: string; sdp?: string }>;
  setLocalDescription(description: { type: string; sdp?: string }): Promise<void>;
  setRemoteDescription(description: SessionDescription): Promise<void>;
  addIceCandidate(candidate: IceCandidate): Promise<void>;
  setConfiguration(configuration: RtcConfiguration): void;
  getStats(): Promise<RtcStats>;
  close(): void;
}

export interface RtcLocalCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

export interface MediaDevice {
  deviceId: string;
  kind: "audioinput" | "audiooutput" | "videoinput";
  /** Empty until this person has allowed the page to use a device. */
  label: string;
}

export interface MediaTracks {
  getTracks(): MediaTrack[];
}

/** `navigator.mediaDevices`. */
export interface MediaSources {
  getUserMedia(constraints: { audio?: object; video?: object }): Promise<MediaTracks>;
  /** Left out where the screen cannot be shared, for example on phones. */
  getDisplayMedia?(constraints: { audio: boolean; video: object }): Promise<MediaTracks>;
  enumerateDevices(): Promise<MediaDevice[]>;
  addEventListener(type: "devicechange", listener: () => void): void;
  removeEventListener(type: "devicechange", listener: () => void): void;
}

/** What a call needs of its runtime. */
export interface CallRuntime {
  createConnection(configuration: RtcConfiguration): RtcConnection;
  readonly devices: MediaSources;
  /** Calls `listener` when the network changes. Returns a function that stops listening. */
  watchNetwork(listener: () => void): () => void;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The part of a browser's global scope that calls use. */
interface BrowserScope extends EventSource {
  RTCPeerConnection?: new (configuration: RtcConfiguration) => RtcConnection;
  navigator?: { mediaDevices?: MediaSources; connection?: EventSource };
}

/** Returns the browser's WebRTC. Throws where there is none. */
export function browserRuntime(): CallRuntime {
  const scope = globalThis as unknown as BrowserScope;
  const Connection = scope.RTCPeerConnection;
  const { mediaDevices, connection } = scope.navigator ?? {};
  if (!Connection || !mediaDevices)
    throw new ParleyError("invalid", { detail: "Calls need WebRTC and a page that was loaded over https." });
  return {
    createConnection: (configuration) => new Connection(configuration),
    devices: mediaDevices,
    watchNetwork: (listener) => {
      scope.addEventListener("online", listener);
      connection?.addEventListener("change", listener);
      return () => {
        scope.removeEventListener("online", listener);
        connection?.removeEventListener("change", listener);
      };
    },
  };
}
