import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffRoster, type RosterMember } from "../../src/domain/roster";

/** Raises the token cutoff of a member to that of `from`, as the mirror of a channel does. */
function raise(members: Map<string, RosterMember>, from: RosterMember): void {
  const held = members.get(from.user);
  if (held) members.set(held.user, { ...held, tokensFrom: Math.max(held.tokensFrom, from.tokensFrom) });
}

describe("the difference of two rosters", () => {
  const member = (user: string, change: Partial<RosterMember> = {}): RosterMember => ({
    user,
    handle: user,
    role: "member",
    joinedAt: 1,
    tokensFrom: 0,
    receipts: true,
    hidden: false,
    ...change,
  });

  test("is empty for equal ones", () => {
    expect(diffRoster([member("u_a"), member("u_b")], [member("u_b"), member("u_a")])).toEqual({
      put: [],
      removed: [],
    });
  });

  test.each([{ role: "admin" }, { tokensFrom: 5 }, { joinedAt: 2 }, { receipts: false }] as const)(
    "names whom %j has changed",
    (change) => {
      const next = [member("u_a"), member("u_b", change)];
      expect(diffRoster([member("u_a"), member("u_b")], next)).toEqual({ put: [next[1]], removed: [] });
    },
  );

  test("has new members and former members", () => {
    expect(diffRoster([member("u_a")], [member("u_b")])).toEqual({ put: [member("u_b")], removed: ["u_a"] });
  });

  test("has no member whose token cutoff is lower, which an earlier roster has", () => {
    expect(diffRoster([member("u_a", { tokensFrom: 5 })], [member("u_a", { tokensFrom: 4 })])).toEqual({
      put: [],
      removed: [],
    });
  });

  test("applied to the first gives the second, with the higher token cutoffs", () => {
    const someone = fc.record({
      user: fc.constantFrom("u_a", "u_b", "u_c", "u_d"),
      handle: fc.constant("somebody"),
      role: fc.constantFrom("owner" as const, "admin" as const, "member" as const),
      joinedAt: fc.nat(2),
      tokensFrom: fc.nat(2),
      receipts: fc.boolean(),
      hidden: fc.boolean(),
    });
    const roster = fc.uniqueArray(someone, { selector: (one) => one.user });
    fc.assert(
      fc.property(roster, roster, (known, next) => {
        const { put, removed } = diffRoster(known, next);
        const held = new Map<string, RosterMember>(known.map((one) => [one.user, one]));
        for (const one of put) held.set(one.user, one);
        for (const user of removed) held.delete(user);
        for (const one of known) raise(held, one);
        const expected = new Map(next.map((one) => [one.user, one]));
        for (const one of known) raise(expected, one);
        expect(held).toEqual(expected);
      }),
    );
  });
});
