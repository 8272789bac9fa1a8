import { describe, expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { WAVEFORM_VALUES, waveformOf } from "../../src/web/files/waveform";

describe("the waveform of a voice message", () => {
  test("has the loudest level of each part, and the loudest part is drawn in full", () => {
    const levels = Array.from({ length: 640 }, (_, at) => ({ atMs: at * 10, value: at < 320 ? 0.1 : 0.4 }));
    const waveform = waveformOf(levels, 6_400);
    expect(waveform).toHaveLength(WAVEFORM_VALUES);
    expect(waveform.slice(0, 32)).toEqual(new Array(32).fill(64));
    expect(waveform.slice(32)).toEqual(new Array(32).fill(255));
  });

  test("of a short recording repeats the level before where none was measured", () => {
    const waveform = waveformOf(
      [
        { atMs: 0, value: 0.5 },
        { atMs: 500, value: 1 },
      ],
      1_000,
    );
    expect(waveform.slice(0, 32)).toEqual(new Array(32).fill(128));
    expect(waveform.slice(32)).toEqual(new Array(32).fill(255));
  });

  test("of silence stays low, and of nothing is zero", () => {
    expect(Math.max(...waveformOf([{ atMs: 0, value: 0.001 }], 1_000))).toBeLessThan(10);
    expect(Math.max(...waveformOf([], 0))).toBe(0);
  });

  test("is one that the server accepts", () => {
    const waveform = waveformOf([{ atMs: 2_000, value: 1 }], 1_000);
    expect(waveform.length).toBeLessThanOrEqual(limits.waveformValues);
    expect(waveform.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
  });
});
