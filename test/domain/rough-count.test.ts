import { expect, test } from "vitest";
import { roughCount } from "../../src/domain/rough-count";

test.each([
  [0, 0],
  [1, 0],
  [9, 0],
  [10, 10],
  [19, 10],
  [20, 20],
  [49, 20],
  [50, 50],
  [99, 50],
  [100, 100],
  [4_999, 2_000],
  [5_000, 5_000],
  [123_456, 100_000],
])("%i is about %i", (count, rough) => {
  expect(roughCount(count)).toBe(rough);
});
