import { describe, expect, test } from "vitest";
import { videoTargetOf } from "../../src/web/files/video-target";

const MB = 1_000_000;

describe("a video is made smaller", () => {
  test.each([
    [
      { width: 3_840, height: 2_160 },
      { width: 1_920, height: 1_080 },
    ],
    [
      { width: 2_160, height: 3_840 },
      { width: 1_080, height: 1_920 },
    ],
    [
      { width: 2_560, height: 1_080 },
      { width: 1_920, height: 810 },
    ],
    [
      { width: 1_440, height: 1_440 },
      { width: 1_080, height: 1_080 },
    ],
    [
      { width: 641, height: 361 },
      { width: 642, height: 362 },
    ],
  ])("from %j to %j, with even sides and its shape", (size, target) => {
    expect(videoTargetOf({ ...size, durationS: 10, bytes: 100 * MB })).toMatchObject(target);
  });

  test("with fewer bits for fewer pixels", () => {
    const full = videoTargetOf({ width: 1_920, height: 1_080, durationS: 10, bytes: 100 * MB });
    const small = videoTargetOf({ width: 640, height: 360, durationS: 10, bytes: 100 * MB });
    expect(full?.bitrate).toBe(4_000_000);
    expect(small?.bitrate).toBeLessThan(1_000_000);
  });
});

describe("a video stays as it is", () => {
  test("when the result would hardly be smaller", () => {
    expect(videoTargetOf({ width: 1_920, height: 1_080, durationS: 10, bytes: 6 * MB })).toBeNull();
    expect(videoTargetOf({ width: 1_920, height: 1_080, durationS: 10, bytes: 7 * MB })).not.toBeNull();
  });

  test("when the result would be too large for the memory, or nothing is known of it", () => {
    expect(videoTargetOf({ width: 3_840, height: 2_160, durationS: 600, bytes: 500 * MB })).toBeNull();
    expect(videoTargetOf({ width: 3_840, height: 2_160, durationS: 0, bytes: 500 * MB })).toBeNull();
    expect(videoTargetOf({ width: 0, height: 0, durationS: 9, bytes: 500 * MB })).toBeNull();
    expect(videoTargetOf({ width: 9, height: 9, durationS: Number.NaN, bytes: 500 * MB })).toBeNull();
  });
});
