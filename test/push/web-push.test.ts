import { importJWK, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { makePushKeys } from "../../scripts/secrets";
import type { PushNote } from "../../src/protocol";
import { type WebPushOptions, webPush } from "../../src/push/web-push";
import { readVapidKeys } from "../../src/runtime/vapid-keys";
import { type Browser, decrypt, fromBase64url, newBrowser, subscriptionOf, toBase64url } from "./browser";
import { app, cleared, delivery, largest, largestOfFiles, NOW, service, shown } from "./samples";

let bob: Browser;
beforeAll(async () => {
  bob = await newBrowser();
});

const keys = readVapidKeys(makePushKeys());

/** Returns a sender for a service that answers `response`. */
function notifications(response: () => Response | Promise<Response>, options: Partial<WebPushOptions> = {}) {
  const { requests, fetch } = service(response);
  const sender = webPush({ keys, contact: "", hosts: "", fetch, timeoutMs: 1_000, now: () => NOW, ...options });
  return { requests, sender, send: (note: PushNote = shown()) => sender.send(subscriptionOf(bob), note, delivery) };
}

const read = async (bytes: Uint8Array<ArrayBuffer>): Promise<unknown> =>
  JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(await decrypt(bob, bytes)));

async function claimsOf(authorization: string | null, at = NOW) {
  const [, token = "", key = ""] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization ?? "") ?? [];
  const point = fromBase64url(key);
  const [x, y] = [toBase64url(point.subarray(1, 33)), toBase64url(point.subarray(33))];
  const publicKey = await importJWK({ kty: "EC", crv: "P-256", x, y }, "ES256");
  const { payload } = await jwtVerify(token, publicKey, { algorithms: ["ES256"], currentDate: new Date(at) });
  return { key, payload };
}

describe("a notification for a browser", () => {
  test("is decrypted unchanged, in any script", async () => {
    const { requests, send } = notifications(() => new Response(null, { status: 201 }));
    for (const note of [shown(), cleared, largest]) expect(await send(note)).toEqual({ result: "accepted" });
    expect(await Promise.all(requests.map((one) => read(one.bytes)))).toEqual([shown(), cleared, largest]);
  });

  test("is never larger than 4096 bytes, nor than Firefox on Android accepts", async () => {
    const { requests, send } = notifications(() => new Response(null, { status: 201 }));
    for (const note of [largest, largestOfFiles]) await send(note);
    for (const { bytes } of requests) expect(bytes.byteLength).toBeLessThanOrEqual(2_820);
    expect(await send(shown({ text: "가".repeat(1_200) }))).toMatchObject({ result: "too_large" });
    expect(await send(shown({ text: "가".repeat(1_000) }))).toEqual({ result: "accepted" });
    expect(requests.at(-1)?.bytes.byteLength).toBeLessThanOrEqual(4_096);
    expect(requests).toHaveLength(3);
  });

  test("has the same size for short texts of any length", async () => {
    const { requests, send } = notifications(() => new Response(null, { status: 201 }));
    for (const text of ["", "네", "안녕하세요"]) await send(shown({ text }));
    expect(new Set(requests.map((one) => one.bytes.byteLength)).size).toBe(1);
  });

  test("has a TTL, an urgency and a topic", async () => {
    const { requests, sender } = notifications(() => new Response(null, { status: 201 }));
    await sender.send(subscriptionOf(bob), shown(), delivery);
    await sender.send(subscriptionOf(bob), shown(), { topic: "another", urgency: "low", ttlMs: 0 });
    expect(requests.map(({ headers }) => [headers.get("ttl"), headers.get("urgency"), headers.get("topic")])).toEqual([
      ["86400", "high", "c0k3f9x2a7q"],
      ["0", "low", "another"],
    ]);
    expect(requests[0]?.headers.get("content-encoding")).toBe("aes128gcm");
    expect(requests[0]?.init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(requests[0]?.url).toBe("https://fcm.googleapis.com/fcm/send/abc");
  });
});

describe("the sender", () => {
  test("signs a token for the service, with the contact of the operator or else the origin", async () => {
    const cases = [
      { contact: "mailto:ops@example.org", origin: "https://chat.example.org", sub: "mailto:ops@example.org" },
      { contact: "", origin: "https://chat.example.org", sub: "https://chat.example.org" },
      { contact: "", origin: "http://localhost:8787", sub: "https://localhost" },
    ];
    for (const { contact, origin, sub } of cases) {
      const { requests, sender } = notifications(() => new Response(null, { status: 201 }), { contact });
      await sender.send(subscriptionOf(bob, "https://web.push.apple.com/QGuQyavXutnMH", origin), shown(), delivery);
      const { key, payload } = await claimsOf(requests[0]?.headers.get("authorization") ?? null);
      expect(key).toBe(keys.publicKey);
      expect(payload).toEqual({ aud: "https://web.push.apple.com", sub, exp: NOW / 1_000 + 43_200 });
    }
  });

  test("signs once an hour for each service", async () => {
    let now = NOW;
    const own = readVapidKeys(makePushKeys());
    const { requests, sender } = notifications(() => new Response(null, { status: 201 }), {
      keys: own,
      now: () => now,
    });
    const send = (endpoint: string) => sender.send(subscriptionOf(bob, endpoint), shown(), delivery);
    await send("https://fcm.googleapis.com/wp/1");
    await send("https://fcm.googleapis.com/wp/2");
    await send("https://updates.push.services.mozilla.com/wpush/v2/1");
    now += 3_600_000;
    await send("https://fcm.googleapis.com/wp/1");
    const [first, second, other, later] = requests.map(({ headers }) => headers.get("authorization"));
    expect(second).toBe(first);
    expect((await claimsOf(other ?? null)).payload.aud).toBe("https://updates.push.services.mozilla.com");
    expect((await claimsOf(later ?? null, now)).payload.exp).toBe(now / 1_000 + 43_200);
  });

  test("needs a valid contact", () => {
    for (const contact of ["ops@example.org", "http://example.org", "mailto:ops"]) {
      expect(() => notifications(() => new Response(), { contact })).toThrow(TypeError);
    }
  });
});

describe("an answer of the service", () => {
  test.each([
    [200, "accepted"],
    [201, "accepted"],
    [202, "accepted"],
    [301, "refused"],
    [302, "refused"],
    [307, "refused"],
    [400, "refused"],
    [401, "refused"],
    [403, "refused"],
    [404, "gone"],
    [410, "gone"],
    [411, "refused"],
    [413, "too_large"],
    [418, "refused"],
    [429, "retry"],
    [500, "retry"],
    [502, "retry"],
    [503, "retry"],
    [504, "retry"],
  ])("%i means %s", async (status, result) => {
    const headers = { location: "http://127.0.0.1/", "retry-after": "7" };
    const { requests, send } = notifications(() => new Response("because", { status, headers }));
    const sent = await send();
    expect(sent).toMatchObject({ result });
    if (sent.result === "retry") expect(sent.retryAfterMs).toBe(7_000);
    if (sent.result !== "accepted") expect(sent.detail).toBe(`${status} because`);
    expect(requests).toHaveLength(1);
  });

  test("a network error, a service that hangs and a body that never ends mean retry", async () => {
    const failing = notifications(() => Promise.reject(new TypeError("Network connection lost.")));
    expect(await failing.send()).toEqual({
      result: "retry",
      detail: "Network connection lost.",
      retryAfterMs: null,
      isAnswered: false,
    });
    const hanging = notifications(() => new Promise<Response>(() => {}), { timeoutMs: 20 });
    expect(await hanging.send()).toEqual({
      result: "retry",
      detail: "no answer within 20 ms",
      retryAfterMs: null,
      isAnswered: false,
    });
    const dripping = notifications(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })), {
      timeoutMs: 20,
    });
    expect(await dripping.send()).toMatchObject({ result: "retry" });
    expect(dripping.requests[0]?.init.signal?.aborted).toBe(true);
  });

  test("invalid keys are refused without a request", async () => {
    const { requests, sender } = notifications(() => new Response());
    const subscription = subscriptionOf(bob);
    const p256dh = `B${"A".repeat(86)}`;
    const broken = { ...subscription, keys: { ...subscription.keys, p256dh } };
    expect(await sender.send(broken, shown(), delivery)).toMatchObject({ result: "refused" });
    expect(await sender.send(app(), shown(), delivery)).toMatchObject({ result: "refused" });
    expect(requests).toHaveLength(0);
  });

  test("keys with padding are accepted", async () => {
    const { requests, sender } = notifications(() => new Response(null, { status: 201 }));
    const { keys, ...rest } = subscriptionOf(bob);
    const padded = { ...rest, keys: { p256dh: `${keys.p256dh}=`, auth: `${keys.auth}==` } };
    expect(await sender.send(padded, shown(), delivery)).toEqual({ result: "accepted" });
    expect(await read(requests[0]?.bytes ?? new Uint8Array())).toEqual(shown());
  });
});
