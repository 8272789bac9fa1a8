import { describe, expect, test } from "vitest";
import { channelId, sessionId, userId } from "../../src/protocol";
import { newId, randomBase36 } from "../../src/runtime/ids";

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
