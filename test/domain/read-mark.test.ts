import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { raiseMark } from "../../src/domain/read-mark";

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
