import { describe, expect, test } from "vitest";
import { closeAction, closeCodes } from "../../src/protocol";

describe("[S51] a close code", () => {
  test.each([
    [1000, "resume"],
    [1001, "resume"],
    [1006, "resume"],
    [1012, "resume"],
    [3999, "resume"],
    [4000, "resume"],
    [4099, "resume"],
    [4100, "sign-in"],
    [4199, "sign-in"],
    [4200, "stop"],
    [4299, "stop"],
    [4300, "resume"],
  ])("%i says %s", (code, action) => {
    expect(closeAction(code)).toBe(action);
  });

  test("is in a range with an action and is unique", () => {
    const codes = Object.values(closeCodes);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code >= 4000 && code < 4300).toBe(true);
  });
});
