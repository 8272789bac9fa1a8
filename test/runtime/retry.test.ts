import { describe, expect, test } from "vitest";
import { retry } from "../../src/runtime/retry";

describe("an RPC to an object", () => {
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
