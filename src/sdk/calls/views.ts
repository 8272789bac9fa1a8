// What a program shows of the call in which this device takes part, and of calls that ring.
import type { CallEndReason } from "../../protocol";
import type { ParleyError } from "../parley-error";
import type { QualityBars } from "./bandwidth";
import type { PairPhase } from "./pair-state";
import type { LocalTracks } from "./peer-pair";

/**
 * `preview`: devices are open, and nobody sees them. `joining`: the server is asked. `joined`.
 * `ended`: see `end`.
 */
export type CallPhase = "preview" | "joining" | "joined" | "ended";

/**
 * Why a call ended on this device. `removed`: this person may no longer call in the channel.
 * `failed`: the call could not be joined, because of `error`.
 */
export type CallEnd = CallEndReason | "removed" | "failed";

/** A device in the call. */
export interface CallParticipant {
  /** The number of the device in this call. */
  readonly peer: number;
  readonly user: string;
  readonly isMe: boolean;
  /** The connection of this device with it. `connected` for this device itself. */
  readonly phase: PairPhase;
  readonly bars: QualityBars;
  readonly muted: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly hand: boolean;
  readonly isSpeaking: boolean;
  /** What it sends. Those of this device are its own tracks. */
  readonly tracks: LocalTracks;
}

export interface CurrentCallView {
  readonly channel: string;
  readonly phase: CallPhase;
  /** Whether signals reach the server. Media go on without. */
  readonly hasSignalling: boolean;
  /** When the call began, by the server's clock; null before this device has joined. */
  readonly startedAt: number | null;
  /** This device first, the others in the order in which they joined. */
  readonly participants: readonly CallParticipant[];
  /** Who spoke last; null until another person has spoken. */
  readonly speaker: number | null;
  readonly hand: boolean;
  /** Whether the server has a relay. Null until it is known. */
  readonly hasRelay: boolean | null;
  /** Whether only relays are used, so that others do not see the address of this device. */
  readonly isRelayOnly: boolean;
  /** After the end: why. */
  readonly end: CallEnd | null;
  readonly error: ParleyError | null;
}

/** A call that rings for this person. */
export interface RingingCall {
  readonly channel: string;
  readonly call: number;
  readonly from: string;
  readonly video: boolean;
  /** When it ends to ring, by this device's clock. Epoch milliseconds. */
  readonly until: number;
}
