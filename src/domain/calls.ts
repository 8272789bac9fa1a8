// The rules of calls: who may send what, how many fit into a call, and how joins are numbered.
import { type CallMedia, type CallPermission, limits, type UserId } from "../protocol";
import { ChatError } from "./error";

/**
 * How long a call waits for what. Milliseconds. Tests shorten them with the variable `CALL_TIMES`.
 */
export interface CallTimes {
  /** How long a call rings. */
  ringMs: number;
  /** How long a peer whose socket was lost stays. */
  graceMs: number;
  /** How long a peer stays without a heartbeat. */
  leaseMs: number;
}

export const callTimes: CallTimes = { ringMs: limits.callRingMs, graceMs: limits.callGraceMs, leaseMs: limits.leaseMs };

const showsVideo = ({ camera, screen }: CallMedia): boolean => camera || screen;

/** Returns the most peers of a call with these peers. */
export const capacityOf = (peers: readonly CallMedia[]): number =>
  peers.some(showsVideo) ? limits.callVideoPeers : limits.callPeers;

/**
 * Throws `call_full` or `call_video_full` if a peer that sends `media` has no room beside others.
 */
export function requireRoom(others: readonly CallMedia[], media: CallMedia): void {
  const count = others.length + 1;
  if (count > limits.callPeers) throw new ChatError("call_full");
  if (count > capacityOf([...others, media])) throw new ChatError("call_video_full");
}

/** Throws `forbidden` unless a member may be in a call and send `media`. */
export function requireMedia(permissions: readonly CallPermission[], media: CallMedia): void {
  const needed: [CallPermission, boolean][] = [
    ["call", true],
    ["speak", !media.muted],
    ["video", media.camera],
    ["share", media.screen],
  ];
  for (const [permission, isNeeded] of needed)
    if (isNeeded && !permissions.includes(permission))
      throw new ChatError("forbidden", `this requires the permission ${permission}`);
}

/**
 * Returns the number of a peer that joins: the milliseconds since the call began, and more than
 * `last`. So no number is used twice, even if a restarted server does not know the last one.
 */
export const nextPeerNumber = (last: number, startedAt: number, now: number): number =>
  Math.max(last + 1, now - startedAt, 1);

/**
 * Throws `rate_limited` if a person has rung too often. `starts`: when they last started calls
 * here, the newest first.
 */
export function requireRingRate(starts: readonly number[], now: number): void {
  const oldest = starts[limits.callRings - 1];
  if (oldest === undefined || oldest + limits.callRingsMs <= now) return;
  throw new ChatError("rate_limited", "too many calls", oldest + limits.callRingsMs - now);
}

/** What the gateway needs to know of a member who asks for the servers of a call. */
export interface CallAdmission {
  /** The other person of a direct channel; null in other channels. */
  peer: UserId | null;
}

/**
 * Where a personal signal went. `silenced`: nowhere, because the person does not want to be
 * disturbed. `offline`: no device is connected.
 */
export type SignalResult = "sent" | "silenced" | "offline";
