import { describe, expect, test } from "vitest";
import { assertRunnable, defaultCost } from "../../src/domain/password";

describe("the cost of a password hash", () => {
  test.each([defaultCost, { log2N: 4, r: 8, p: 1 }, { log2N: 14, r: 8, p: 8 }, { log2N: 15, r: 8, p: 4 }])(
    "%j runs in production",
    (cost) => {
      expect(() => assertRunnable(cost)).not.toThrow();
    },
  );

  test.each([
    { log2N: 15, r: 8, p: 5 },
    { log2N: 14, r: 8, p: 9 },
    { log2N: 18, r: 1, p: 5 },
    { log2N: 19, r: 1, p: 1 },
    { log2N: 0, r: 8, p: 1 },
    { log2N: 14, r: 0, p: 1 },
    { log2N: 14, r: 8, p: -1 },
    { log2N: 14.5, r: 8, p: 1 },
    { log2N: Number.NaN, r: 8, p: 1 },
    { log2N: Number.POSITIVE_INFINITY, r: 8, p: 1 },
  ])("%j is refused", (cost) => {
    expect(() => assertRunnable(cost)).toThrow(expect.objectContaining({ code: "internal" }));
  });

  test("of the default is at least what OWASP recommends", () => {
    expect(2 ** defaultCost.log2N * defaultCost.r * defaultCost.p).toBeGreaterThanOrEqual(2 ** 14 * 8 * 5);
  });
});
