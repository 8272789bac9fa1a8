import { describe, expect, test } from "vitest";
import { detailOf, post, readRetryAfter } from "../../src/push/service-request";
import { NOW, service } from "./samples";

const HOUR = 3_600_000;

describe("Retry-After", () => {
  test.each([
    ["0", 0],
    ["120", 120_000],
    [" 5 ", 5_000],
    ["86400", 12 * HOUR],
    ["9".repeat(400), 12 * HOUR],
    ["Sat, 21 Nov 2026 12:00:30 GMT", 30_000],
    ["Saturday, 21-Nov-26 12:00:30 GMT", 30_000],
    ["Sat Nov 21 12:00:30 2026", 30_000],
    ["Sat, 21 Nov 2026 11:00:00 GMT", 0],
    ["Sat, 28 Nov 2026 12:00:00 GMT", 12 * HOUR],
    [null, null],
    ["", null],
    ["soon", null],
    ["-5", null],
    ["1.5", null],
    ["1e3", null],
    ["0x10", null],
    ["2026", 2_026_000],
    ["2026-11-21T12:00:30Z", null],
    ["Sat, 99 Foo 2026 12:00:30 GMT", null],
    ["120, 240", null],
  ])("%j is %j ms", (header, ms) => {
    expect(readRetryAfter(header, NOW)).toBe(ms);
  });
});

describe("a detail", () => {
  test("has no URLs, tokens or keys", () => {
    const secret = "dGhpcyBpcyBhIHZlcnkgc2VjcmV0IHRva2VuIG9mIHNvbWVib2R5";
    const text = detailOf(
      `410 <b>no such</b>\nhttps://fcm.googleapis.com/wp/${secret} t=${secret}.${secret} http://x.y/z`,
    );
    expect(text).toBe("410 no such … … …");
  });

  test("is short and well-formed", () => {
    const text = detailOf(`${"x ".repeat(99)}a🎉${" y".repeat(5_000)}`);
    expect(text.length).toBeLessThanOrEqual(200);
    expect(text.isWellFormed()).toBe(true);
    expect(detailOf("\u0000\u001b[31m\r\n")).toBe("[31m");
  });
});

test("only the start of a large answer is read", async () => {
  let pulled = 0;
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1_024).fill(0x61));
      },
    });
  const { fetch } = service(() => new Response(body()));
  const network = { fetch, timeoutMs: 1_000, now: () => NOW };
  const answer = await post(network, "https://push.example.org/", { headers: {}, body: "" });
  expect(answer.body).toBe("a".repeat(8_192));
  expect(pulled).toBeLessThan(12);
});
