// Read marks, inbox rows, rosters and the keys of direct channels.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { directKey } from "../../src/domain/direct";
import { becomesDirty, isNewer } from "../../src/domain/inbox";
import { raiseMark } from "../../src/domain/read-mark";
import { diffRoster, type RosterMember } from "../../src/domain/roster";
import type { InboxRow } from "../../src/protocol";

describe("[S37] a read mark", () => {
  test.each([
    [0, 5, 9, 5],
    [5, 9, 9, 9],
    [5, 99, 9, 9],
    [5, 5, 9, null],
    [5, 4, 9, null],
    [0, 0, 0, null],
    [0, 7, 0, null],
  ])("at %i, after reading up to %i of %i, moves to %j", (current, seq, head, next) => {
    expect(raiseMark(current, seq, head)).toBe(next);
  });

  test("ends at the same position in any order of raises", () => {
    const seqs = fc.array(fc.nat(20), { maxLength: 10 });
    fc.assert(
      fc.property(seqs, fc.nat(20), (asked, head) => {
        const end = (order: number[]) => order.reduce((mark, seq) => raiseMark(mark, seq, head) ?? mark, 0);
        expect(end(asked)).toBe(end(asked.toReversed()));
        expect(end(asked)).toBe(Math.min(head, Math.max(0, ...asked)));
      }),
    );
  });
});

const row = (head: number, read: number, unreadFrom: number | null = null): InboxRow => ({
  channel: "c_1",
  life: 1,
  head,
  read,
  unreadFrom,
  unread: 0,
  mentions: 0,
  at: 0,
  preview: null,
});

describe("[S45] rows of one channel", () => {
  test.each([
    ["a higher head", row(3, 0), row(4, 0), true],
    ["a higher head with a lower mark", row(3, 3), row(4, 0), true],
    ["the same head with a higher mark", row(3, 1), row(3, 2), true],
    ["the same row", row(3, 1), row(3, 1), true],
    ["the same head with a lower mark", row(3, 2), row(3, 1), false],
    ["a lower head with a higher mark", row(3, 0), row(2, 2), false],
    ["a lower head in a later epoch", row(3, 2), { ...row(1, 1), life: 2 }, true],
    ["a higher head of an earlier epoch", { ...row(1, 1), life: 2 }, row(3, 2), false],
  ])("%s", (_, known, next, newer) => {
    expect(isNewer(known, next)).toBe(newer);
  });

  test("end in the same row in any order", () => {
    const rows = fc.array(
      fc.tuple(fc.nat(5), fc.nat(5)).map(([head, read]) => row(head, read)),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(rows, (come) => {
        const end = (order: InboxRow[]) => order.reduce((known, next) => (isNewer(known, next) ? next : known));
        expect(end(come)).toEqual(end(come.toReversed()));
      }),
    );
  });
});

describe("a stored row", () => {
  test("is written for the first signal and not again until it is clean", () => {
    expect(becomesDirty(null, row(1, 0))).toBe(true);
    expect(becomesDirty({ ...row(1, 0), dirty: true }, row(2, 0))).toBe(false);
    expect(becomesDirty({ ...row(1, 0), dirty: false }, row(2, 0))).toBe(true);
  });

  test("stays clean while head and marks are unchanged", () => {
    expect(becomesDirty({ ...row(2, 1), dirty: false }, row(2, 1))).toBe(false);
    expect(becomesDirty({ ...row(2, 1), dirty: false }, row(2, 2))).toBe(true);
    expect(becomesDirty({ ...row(2, 1), dirty: false }, row(2, 1, 1))).toBe(true);
  });
});

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

  test("applied to the first gives the second", () => {
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
        expect(held).toEqual(new Map(next.map((one) => [one.user, one])));
      }),
    );
  });
});

describe("[S61] the key of a pair", () => {
  const user = fc.stringMatching(/^u_[0-9a-z]{1,8}$/);

  test("is the same in both orders", () => {
    fc.assert(fc.property(user, user, (a, b) => directKey(a, b) === directKey(b, a)));
  });

  test("is unique", () => {
    fc.assert(
      fc.property(user, user, user, (a, b, c) => {
        fc.pre(b !== c);
        expect(directKey(a, b)).not.toBe(directKey(a, c));
      }),
    );
  });

  test("exists for a user with themselves", () => {
    expect(directKey("u_a", "u_a")).toBe("u_a:u_a");
  });
});
