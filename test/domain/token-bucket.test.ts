import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admit } from "../../src/domain/token-bucket";
import { runs } from "../support/runs";

const rate = fc.record({ burst: fc.integer({ min: 1, max: 50 }), everyMs: fc.integer({ min: 1, max: 5_000 }) });
const gaps = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 200 });

describe("a bucket", () => {
  test("admits its burst at once, then one after each interval", () => {
    const twice = { burst: 2, everyMs: 100 };
    const first = admit(twice, 0, 1_000);
    const second = admit(twice, first.fullAt, 1_000);
    expect([first.admitted, second.admitted]).toEqual([true, true]);
    expect(admit(twice, second.fullAt, 1_000)).toEqual({ admitted: false, fullAt: second.fullAt, retryAfterMs: 100 });
    expect(admit(twice, second.fullAt, 1_099)).toMatchObject({ admitted: false, retryAfterMs: 1 });
    expect(admit(twice, second.fullAt, 1_100)).toMatchObject({ admitted: true });
  });

  test("[S62] never admits more than its burst and what the elapsed time refilled", () => {
    fc.assert(
      fc.property(rate, gaps, (limit, pauses) => {
        let now = 1_000_000;
        let fullAt = 0;
        const times: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const { admitted, fullAt: next } = admit(limit, fullAt, now);
          fullAt = next;
          if (admitted) times.push(now);
        }
        // This holds in every window, not only from the first request on.
        times.forEach((from, i) => {
          times.slice(i).forEach((to, j) => {
            expect(j + 1).toBeLessThanOrEqual(limit.burst + (to - from) / limit.everyMs);
          });
        });
      }),
      { numRuns: runs(50, 1_000) },
    );
  });

  test("admits a request after its retry time, and not a millisecond before", () => {
    fc.assert(
      fc.property(rate, fc.nat(100_000), fc.integer({ min: 1, max: 50 }), (limit, ahead, cost) => {
        fc.pre(cost <= limit.burst && ahead <= limit.burst * limit.everyMs);
        const now = 1_000_000;
        const answer = admit(limit, now + ahead, now, cost);
        if (answer.admitted) return;
        expect(answer.fullAt).toBe(now + ahead);
        expect(admit(limit, answer.fullAt, now + answer.retryAfterMs, cost).admitted).toBe(true);
        expect(admit(limit, answer.fullAt, now + answer.retryAfterMs - 1, cost).admitted).toBe(false);
      }),
    );
  });

  test("counts as empty after the clock went back, and refills from then", () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 1e12 }), (limit, beyond) => {
        const now = 1_000_000;
        const answer = admit(limit, now + Math.ceil(limit.burst * limit.everyMs) + beyond, now);
        expect(answer.admitted).toBe(false);
        if (!answer.admitted) expect(admit(limit, answer.fullAt, now + answer.retryAfterMs).admitted).toBe(true);
      }),
    );
  });

  test("that was never used is full", () => {
    fc.assert(fc.property(rate, fc.nat(), (limit, now) => admit(limit, 0, now, limit.burst).admitted));
  });

  test("never admits a cost above its size", () => {
    fc.assert(fc.property(rate, fc.nat(), (limit, now) => !admit(limit, 0, now, limit.burst + 1).admitted));
  });
});
