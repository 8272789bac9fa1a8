import { describe, expect, test } from "vitest";
import { TokenBuckets } from "../../src/runtime/token-buckets";

describe("[S62] the buckets of an object", () => {
  const limited = expect.objectContaining({ code: "rate_limited" });

  test("are separate for each user and refill with time", () => {
    const buckets = new TokenBuckets({ burst: 2, everyMs: 100 });
    buckets.take("u_alice", 1_000, 2);
    expect(() => buckets.take("u_alice", 1_000)).toThrow(limited);
    buckets.take("u_bob", 1_000);
    buckets.take("u_alice", 1_100);
  });

  test("take nothing for a refused request", () => {
    const buckets = new TokenBuckets({ burst: 1, everyMs: 100 });
    buckets.take("u_alice", 1_000);
    for (let i = 0; i < 5; i++) expect(() => buckets.take("u_alice", 1_050)).toThrow(limited);
    buckets.take("u_alice", 1_100);
  });

  test("can be charged for work that is done already", () => {
    const buckets = new TokenBuckets({ burst: 1, everyMs: 100 });
    buckets.charge("u_alice", 1_000, 5);
    expect(() => buckets.take("u_alice", 1_499)).toThrow(limited);
    buckets.take("u_alice", 1_500);
  });

  test("try to take one token without an error", () => {
    const buckets = new TokenBuckets({ burst: 1, everyMs: 1_000 });
    expect([buckets.tryTake("u_alice", 0), buckets.tryTake("u_alice", 0), buckets.tryTake("u_alice", 1_000)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("are dropped when they are full again, and at most 1,000 are kept", () => {
    const buckets = new TokenBuckets({ burst: 2, everyMs: 100 });
    for (let i = 0; i < 5_000; i++) buckets.take(`u_${i}`, i);
    expect(buckets.size).toBeLessThanOrEqual(1_000);
    // All of these are in use, so the oldest are dropped.
    for (let i = 0; i < 5_000; i++) buckets.take(`v_${i}`, 10_000, 2);
    expect(buckets.size).toBe(1_000);
    expect(() => buckets.take("v_4999", 10_000)).toThrow(limited);
  });
});
