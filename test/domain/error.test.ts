import { describe, expect, test } from "vitest";
import { ChatError, errorFrame, fail, succeed, unwrap } from "../../src/domain/error";
import { errorCode, errors } from "../../src/protocol";

describe("[S48] a ChatError", () => {
  const slow = new ChatError("rate_limited", "too fast", 250);

  test("crosses a call between objects as a result and is the same afterwards", () => {
    const answer = fail(slow);
    expect(answer).toEqual({ ok: false, code: "rate_limited", detail: "too fast", retryAfterMs: 250 });
    expect(() => unwrap(answer)).toThrow(
      expect.objectContaining({ code: "rate_limited", detail: "too fast", retryAfterMs: 250 }),
    );
    expect(unwrap(succeed(4))).toBe(4);
  });

  test("becomes the error frame of its command", () => {
    expect(errorFrame(fail(slow), "7")).toEqual({
      type: "error",
      id: "7",
      code: "rate_limited",
      temporary: true,
      retryAfterMs: 250,
      detail: "too fast",
    });
  });

  test("[S15] without id and detail makes a frame without these fields", () => {
    expect(errorFrame(fail(new ChatError("malformed")), undefined)).toEqual({
      type: "error",
      code: "malformed",
      temporary: false,
    });
  });

  test("hides the cause of an internal error", () => {
    expect(fail(new Error("SELECT secret"))).toEqual({
      ok: false,
      code: "internal",
      detail: undefined,
      retryAfterMs: undefined,
    });
    expect(fail("a string was thrown", "temporary")).toMatchObject({ code: "temporary", detail: undefined });
  });

  test("cannot be made from a success", () => {
    const answer = succeed(1) as ReturnType<typeof fail>;
    expect(() => errorFrame(answer, "7")).toThrow(TypeError);
  });

  test("is temporary exactly when its status says so", () => {
    for (const code of errorCode.options) {
      const { status, temporary, sentence } = errors[code];
      expect(sentence, code).toMatch(/^[A-Z].*\.$/);
      if (status === 429 || status >= 500) expect(temporary, code).toBe(true);
      else expect(temporary, code).toBe(code === "token_expired");
    }
  });
});
