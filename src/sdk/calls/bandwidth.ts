// How much each connection may send. A mesh sends everything once to each participant, so that the
// bandwidth of this device is shared by their number. When the network cannot carry it, the camera
// degrades first, then the screen, and the voice last.
import type { RtcEncoding } from "./rtc";

export type MediaSlot = "voice" | "camera" | "screen" | "screenSound";

/** What one connection reports of its last interval. */
export interface SendReading {
  /** The share of packets that were lost on the way to the other side, from 0 to 1. */
  readonly loss: number;
  /** The estimate of the connection, in bits per second; null if it has none. */
  readonly availableBps: number | null;
  /** The round-trip time in milliseconds; null if it is not known. */
  readonly roundTripMs: number | null;
}

/** How far the sending is degraded, and how many good intervals in a row there were. */
export interface SendLevel {
  readonly level: number;
  readonly good: number;
}

interface LevelRule {
  /** The share of the full rate; 0 sends nothing. */
  readonly camera: number;
  readonly scale: number;
  readonly fps: number;
  readonly screen: number;
  readonly voiceBps: number;
}

/** The levels, from the best to the worst. */
const levels: readonly [LevelRule, ...LevelRule[]] = [
  { camera: 1, scale: 1, fps: 30, screen: 1, voiceBps: 40_000 },
  { camera: 0.5, scale: 1.5, fps: 24, screen: 1, voiceBps: 40_000 },
  { camera: 0.25, scale: 2, fps: 20, screen: 1, voiceBps: 40_000 },
  { camera: 0.1, scale: 4, fps: 12, screen: 0.7, voiceBps: 40_000 },
  { camera: 0, scale: 4, fps: 12, screen: 0.4, voiceBps: 40_000 },
  { camera: 0, scale: 4, fps: 12, screen: 0.15, voiceBps: 32_000 },
  { camera: 0, scale: 4, fps: 12, screen: 0, voiceBps: 20_000 },
];

export const WORST_LEVEL = levels.length - 1;
export const fullSending: SendLevel = { level: 0, good: 0 };

/** What the cameras and screens of all connections together may use, in bits per second. */
const CAMERA_BPS = 2_400_000;
const CAMERA_MAX_BPS = 1_500_000;
const SCREEN_BPS = 3_600_000;
const SCREEN_MAX_BPS = 2_000_000;
const SCREEN_SOUND_BPS = 64_000;

const BAD_LOSS = 0.08;
const GOOD_LOSS = 0.03;
/** So many good intervals in a row raise the level again. */
const GOOD_INTERVALS = 5;

/** Returns the parameters of one track of one connection, of `peers` connections in all. */
export function encodingOf(slot: MediaSlot, peers: number, level: number): RtcEncoding {
  const rule = levels[Math.min(level, WORST_LEVEL)] ?? levels[0];
  const share = Math.max(1, peers);
  if (slot === "voice") return { active: true, maxBitrate: rule.voiceBps, networkPriority: "high" };
  if (slot === "screenSound") {
    return { active: rule.screen > 0, maxBitrate: SCREEN_SOUND_BPS, networkPriority: "medium" };
  }
  if (slot === "camera") {
    const full = Math.min(CAMERA_MAX_BPS, CAMERA_BPS / share);
    // With more people each picture is smaller on the screen of the others.
    const scale = rule.scale * (share > 1 ? 1.5 : 1);
    return {
      ...{ active: rule.camera > 0, maxBitrate: rateOf(full, rule.camera), maxFramerate: rule.fps },
      ...{ scaleResolutionDownBy: scale, networkPriority: "low" },
    };
  }
  const full = Math.min(SCREEN_MAX_BPS, SCREEN_BPS / share);
  return { active: rule.screen > 0, maxBitrate: rateOf(full, rule.screen), maxFramerate: 15, networkPriority: "low" };
}

/** A track that is not sent keeps a small rate, because 0 is no valid rate. */
const rateOf = (fullBps: number, share: number): number => Math.max(30_000, Math.round(fullBps * share));

/** Returns the level for the next interval: worse at once, better only after a while. */
export function adapted({ level, good }: SendLevel, reading: SendReading, neededBps: number): SendLevel {
  const isShort = reading.availableBps !== null && reading.availableBps < neededBps * 0.9;
  if (reading.loss > BAD_LOSS || (isShort && level < WORST_LEVEL))
    return { level: Math.min(WORST_LEVEL, level + 1), good: 0 };
  if (reading.loss > GOOD_LOSS || level === 0) return { level, good: 0 };
  if (good + 1 < GOOD_INTERVALS) return { level, good: good + 1 };
  return { level: level - 1, good: 0 };
}

/** Returns how much one connection sends at a level with these tracks, in bits per second. */
export function neededBps(slots: readonly MediaSlot[], peers: number, level: number): number {
  const encodings = slots.map((slot) => encodingOf(slot, peers, level));
  return encodings.reduce((sum, { active, maxBitrate = 0 }) => sum + (active ? maxBitrate : 0), 0);
}

/** The quality of a connection in bars: 3 good, 2 fair, 1 poor, 0 no connection. */
export type QualityBars = 0 | 1 | 2 | 3;

/** `loss` is the worse of both directions. */
export function barsOf(loss: number, roundTripMs: number | null): QualityBars {
  const time = roundTripMs ?? 0;
  if (loss > 0.1 || time > 600) return 1;
  return loss > 0.03 || time > 300 ? 2 : 3;
}
