// Ids, rates, token buckets and retries.
import { describe, expect, test } from "vitest";
import { channelId, rates, sessionId, userId } from "../../src/protocol";
import { TokenBuckets } from "../../src/runtime/buckets";
import { newId, randomBase36 } from "../../src/runtime/ids";
import { readRates } from "../../src/runtime/rates";
import { retry } from "../../src/runtime/retry";

describe("an id", () => {
  test("has the wire format of its kind", () => {
    const now = Date.now();
    expect(userId.safeParse(newId("u", now)).success).toBe(true);
    expect(channelId.safeParse(newId("c", now)).success).toBe(true);
    expect(sessionId.safeParse(newId("s", now)).success).toBe(true);
  });

  test("sorts by age and is unique", () => {
    const early = newId("c", 1_000);
    expect([newId("c", 4_000_000_000_000), newId("c", 2_000), early].sort()[0]).toBe(early);
    expect(new Set(Array.from({ length: 10_000 }, () => newId("u", 0))).size).toBe(10_000);
  });

  test("has the requested number of random characters, and all characters occur", () => {
    const text = randomBase36(10_000);
    expect(text).toMatch(/^[0-9a-z]{10000}$/);
    expect(new Set(text).size).toBe(36);
  });
});

describe("the operator's rates", () => {
  test.each([undefined, "", "{}"])("%j changes no rate", (variable) => {
    expect(readRates(variable)).toEqual(rates);
  });

  test("change only the named rates", () => {
    const changed = readRates('{"send":{"burst":7,"everyMs":0.5}}');
    expect(changed).toEqual({ ...rates, send: { burst: 7, everyMs: 0.5 } });
  });

  test.each([
    "{",
    "[]",
    '{"sends":{"burst":1,"everyMs":1}}',
    '{"send":{"burst":0,"everyMs":1}}',
    '{"send":{"burst":1}}',
    '{"send":{"burst":1,"everyMs":0}}',
  ])("cannot be %s", (variable) => {
    expect(() => readRates(variable)).toThrow();
  });
});

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
});

describe("a call to an object", () => {
  const lost = Object.assign(new Error("network"), { retryable: true });
  const drowned = Object.assign(new Error("overloaded"), { retryable: true, overloaded: true });

  async function attempts(failures: Error[]): Promise<{ made: number; ended: unknown }> {
    let made = 0;
    const ended = await retry(async () => {
      const failure = failures[made++];
      if (failure) throw failure;
      return "answered";
    }).catch((error: unknown) => error);
    return { made, ended };
  }

  test("that never arrived is repeated at most twice", async () => {
    expect(await attempts([lost])).toEqual({ made: 2, ended: "answered" });
    expect(await attempts([lost, lost])).toEqual({ made: 3, ended: "answered" });
    expect(await attempts([lost, lost, lost])).toEqual({ made: 3, ended: lost });
  });

  test("that may have arrived, or whose object is overloaded, is not repeated", async () => {
    const fault = new Error("a fault");
    expect(await attempts([fault])).toEqual({ made: 1, ended: fault });
    expect(await attempts([drowned])).toEqual({ made: 1, ended: drowned });
  });
});
