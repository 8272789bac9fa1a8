import { describe, expect, test } from "vitest";
import { BASE58, channelId, sessionId, userId } from "../../src/protocol";
import { newId, newInviteCode, randomBase36 } from "../../src/runtime/ids";

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

test("the code of an invite has ten characters of base 58, none of them more often than the others", () => {
  const codes = Array.from({ length: 6_000 }, newInviteCode);
  for (const code of codes) expect(code).toMatch(/^[1-9A-HJ-NP-Za-km-z]{10}$/);
  expect(new Set(codes).size).toBe(codes.length);
  const counts = new Map<string, number>();
  for (const one of codes.join("")) counts.set(one, (counts.get(one) ?? 0) + 1);
  const expected = 60_000 / BASE58.length;
  expect(counts.size).toBe(BASE58.length);
  // The remainder of a byte would make the first characters a quarter more frequent.
  const first = [...BASE58.slice(0, 24)].reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);
  expect(Math.abs(first / (24 * expected) - 1)).toBeLessThan(0.05);
  for (const [one, count] of counts) expect(Math.abs(count / expected - 1), one).toBeLessThan(0.25);
});
