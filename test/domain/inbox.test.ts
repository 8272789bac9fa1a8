import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { becomesDirty, isAtLeastAsNew, settles } from "../../src/domain/inbox";
import type { InboxRow } from "../../src/protocol";

const row = (head: number, read: number, unreadFrom: number | null = null): InboxRow => ({
  channel: "c_1",
  epochNumber: 1,
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
    ["a lower head in a later epoch", row(3, 2), { ...row(1, 1), epochNumber: 2 }, true],
    ["a higher head of an earlier epoch", { ...row(1, 1), epochNumber: 2 }, row(3, 2), false],
  ])("%s", (_, known, next, newer) => {
    expect(isAtLeastAsNew(known, next)).toBe(newer);
  });

  test("end in the same row in any order", () => {
    const rows = fc.array(
      fc.tuple(fc.nat(5), fc.nat(5)).map(([head, read]) => row(head, read)),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(rows, (come) => {
        const end = (order: InboxRow[]) => order.reduce((known, next) => (isAtLeastAsNew(known, next) ? next : known));
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

describe("[S228] a settled row is stored", () => {
  const stored = (head: number, read: number, dirty = false) => ({ ...row(head, read), dirty });
  test.each([
    ["if there is none and something was read", null, row(3, 1), true],
    ["not if nothing was read", null, row(3, 0), false],
    ["if the channel was set to unread", null, row(3, 0, 2), true],
    ["if the stored one is dirty", stored(3, 1, true), row(3, 1), true],
    ["if it has another mark", stored(3, 1), row(3, 2), true],
    ["if its unread-from mark ended", { ...stored(3, 1), unreadFrom: 1 }, row(3, 1), true],
    ["not if only its head is higher", stored(3, 1), row(9, 1), false],
    ["if the stored one has mentions", { ...stored(3, 1), mentions: 1 }, row(4, 1), true],
    ["not if it is older", stored(4, 4), row(4, 3), false],
  ])("%s", (_, known, next, isStored) => {
    expect(settles(known, next)).toBe(isStored);
  });
});
