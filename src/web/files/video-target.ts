// When a video is made smaller, and how small: at most 1080p, with a bit rate that shows no loss on
// a screen.

export interface VideoFacts {
  /** As the video is shown, in pixels. */
  width: number;
  height: number;
  durationS: number;
  bytes: number;
}

export interface VideoTarget {
  width: number;
  height: number;
  /** Bits a second of the pictures. */
  bitrate: number;
}

/** The longer and the shorter side of 1080p. */
const LONGER_SIDE = 1_920;
const SHORTER_SIDE = 1_080;
/** Of a video of 1080p. A smaller one has less, though not in proportion. */
const FULL_BITRATE = 4_000_000;
const LEAST_BITRATE = 500_000;
const SOUND_BITRATE = 128_000;
/** A result that saves less is not worth its time and its loss. */
const WORTH = 0.8;
/** The result is in memory until it is sent. */
const MOST_BYTES = 256 * 1024 * 1024;

const even = (side: number): number => Math.max(2, 2 * Math.round(side / 2));

/** Returns how a video is encoded; null if it would hardly become smaller, or too large to hold. */
export function videoTargetOf({ width, height, durationS, bytes }: VideoFacts): VideoTarget | null {
  if (!(width > 0 && height > 0 && durationS > 0)) return null;
  const scale = Math.min(1, LONGER_SIDE / Math.max(width, height), SHORTER_SIDE / Math.min(width, height));
  const target = { width: even(width * scale), height: even(height * scale) };
  const share = (target.width * target.height) / (LONGER_SIDE * SHORTER_SIDE);
  const bitrate = Math.round(Math.max(LEAST_BITRATE, FULL_BITRATE * share ** 0.75));
  const expected = ((bitrate + SOUND_BITRATE) / 8) * durationS;
  return expected > bytes * WORTH || expected > MOST_BYTES ? null : { ...target, bitrate };
}
