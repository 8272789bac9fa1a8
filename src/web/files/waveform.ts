// The waveform of a voice message: how loud it is over its time, in a few values.
import { limits } from "../../protocol";

/** A level of the microphone: 0 to 1, and when it was measured, from the beginning. */
export interface Level {
  atMs: number;
  value: number;
}

/** Enough for a bar every few pixels of a bubble, and below the limit of the wire. */
export const WAVEFORM_VALUES = Math.min(64, limits.waveformValues);
/** The quietest recording that is drawn in full height. Noise of a silent room stays low. */
const FULL_FROM = 0.08;

/**
 * Returns the loudest level of each part of a recording, 0 to 255. The loudest part has the full
 * height, because microphones differ. A part without a level has that of the part before.
 */
export function waveformOf(levels: readonly Level[], durationMs: number): number[] {
  const parts = new Array<number | null>(WAVEFORM_VALUES).fill(null);
  for (const { atMs, value } of levels) {
    const at = Math.min(parts.length - 1, Math.floor((atMs / Math.max(1, durationMs)) * parts.length));
    parts[at] = Math.max(parts[at] ?? 0, value);
  }
  const full = Math.max(FULL_FROM, ...parts.map((part) => part ?? 0));
  let last = 0;
  return parts.map((part) => {
    last = part ?? last;
    return Math.round((last / full) * 255);
  });
}
