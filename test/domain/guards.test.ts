// Permissions, the cost of a password hash, errors and close codes.
import { describe, expect, test } from "vitest";
import { ChatError, errorFrame, fail, succeed, unwrap } from "../../src/domain/error";
import { assertRunnable, defaultCost } from "../../src/domain/password";
import { permissionsOf, requirePermission } from "../../src/domain/permission";
import {
  type ChannelKind,
  closeAction,
  closeCodes,
  errorCode,
  errors,
  type Permission,
  permission,
  type Role,
  role,
} from "../../src/protocol";

describe("permissions", () => {
  const conversation = ["read", "send", "react", "pin", "edit_own", "delete_own"];
  const membership = [...conversation, "invite"];
  const management = [...membership, "delete_any", "mention_all", "manage"];
  const table: [ChannelKind, Role, string[]][] = [
    ["direct", "owner", conversation],
    ["direct", "admin", conversation],
    ["direct", "member", conversation],
    ["group", "owner", management],
    ["group", "admin", management],
    ["group", "member", membership],
  ];

  test.each(table)("in a %s channel, %s may %j", (kind, who, may) => {
    expect(permissionsOf(kind, who)).toEqual(may);
    for (const one of permission.options) {
      const attempt = () => requirePermission(kind, who, one);
      if (may.includes(one)) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(expect.objectContaining({ code: "forbidden" }));
    }
  });

  test("every role may read, and some role has each permission", () => {
    const held = new Set<Permission>(table.flatMap(([kind, who]) => permissionsOf(kind, who)));
    expect([...held].sort()).toEqual([...permission.options].sort());
    expect(new Set(table.map(([, who]) => who))).toEqual(new Set(role.options));
  });
});

describe("the cost of a password hash", () => {
  test.each([defaultCost, { log2N: 4, r: 8, p: 1 }, { log2N: 14, r: 8, p: 8 }, { log2N: 15, r: 8, p: 4 }])(
    "%j runs in production",
    (cost) => {
      expect(() => assertRunnable(cost)).not.toThrow();
    },
  );

  test.each([
    { log2N: 15, r: 8, p: 5 },
    { log2N: 14, r: 8, p: 9 },
    { log2N: 18, r: 1, p: 5 },
    { log2N: 19, r: 1, p: 1 },
    { log2N: 0, r: 8, p: 1 },
    { log2N: 14, r: 0, p: 1 },
    { log2N: 14, r: 8, p: -1 },
    { log2N: 14.5, r: 8, p: 1 },
    { log2N: Number.NaN, r: 8, p: 1 },
    { log2N: Number.POSITIVE_INFINITY, r: 8, p: 1 },
  ])("%j is refused", (cost) => {
    expect(() => assertRunnable(cost)).toThrow(expect.objectContaining({ code: "internal" }));
  });

  test("of the default is at least what OWASP recommends", () => {
    expect(2 ** defaultCost.log2N * defaultCost.r * defaultCost.p).toBeGreaterThanOrEqual(2 ** 14 * 8 * 5);
  });
});

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
