import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { directKey } from "../../src/domain/direct";

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
