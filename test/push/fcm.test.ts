// FCM, tested with answers that its documentation and its users recorded.
import { exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { fcm } from "../../src/push/fcm";
import { fcmMessage } from "../../src/push/fcm-message";
import internal from "../fixtures/fcm/internal.json";
import invalidArgument from "../fixtures/fcm/invalid-argument.json";
import invalidToken from "../fixtures/fcm/invalid-token.json";
import messageTooBig from "../fixtures/fcm/message-too-big.json";
import quotaExceeded from "../fixtures/fcm/quota-exceeded.json";
import senderIdMismatch from "../fixtures/fcm/sender-id-mismatch.json";
import success from "../fixtures/fcm/success.json";
import thirdPartyAuthError from "../fixtures/fcm/third-party-auth-error.json";
import unauthenticated from "../fixtures/fcm/unauthenticated.json";
import unavailable from "../fixtures/fcm/unavailable.json";
import unregistered from "../fixtures/fcm/unregistered.json";
import { newBrowser, subscriptionOf } from "./browser";
import { app, cleared, delivery, largest, largestOfFiles, NOW, type RecordedRequest, service, shown } from "./samples";

interface Recorded {
  status: number;
  headers: object;
  body: unknown;
}

const responseOf = ({ status, headers, body }: Recorded): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: { ...headers } });

const TOKENS = "https://oauth2.googleapis.com/token";
const SEND = "https://fcm.googleapis.com/v1/projects/parley-tests/messages:send";

let pair: CryptoKeyPair;
let pem: string;
beforeAll(async () => {
  pair = await generateKeyPair("RS256", { extractable: true });
  pem = await exportPKCS8(pair.privateKey);
});

let accounts = 0;

interface Scene {
  /** Answers to `messages:send`, in order; the last one repeats. */
  answers?: Recorded[];
  token?: (count: number) => Response | Promise<Response>;
}

/** Returns a sender for a new project, whose access tokens are `token-1`, `token-2`, and so on. */
function project({ answers = [success], token }: Scene = {}) {
  let issued = 0;
  let sent = 0;
  const clock = { now: NOW };
  const { requests, fetch } = service(({ url }) => {
    if (url !== TOKENS) return responseOf(answers[Math.min(sent++, answers.length - 1)] ?? success);
    issued++;
    return (
      token?.(issued) ?? Response.json({ access_token: `token-${issued}`, expires_in: 3_599, token_type: "Bearer" })
    );
  });
  const account = JSON.stringify({
    type: "service_account",
    project_id: "parley-tests",
    private_key_id: "key-of-the-tests",
    private_key: pem,
    client_email: `push-${++accounts}@parley-tests.iam.gserviceaccount.com`,
    token_uri: TOKENS,
  });
  const sender = fcm({ account, fetch, timeoutMs: 1_000, now: () => clock.now });
  const of = (address: string): RecordedRequest[] => requests.filter((one) => one.url === address);
  const send = (note = shown()) => sender.send(app(), note, delivery);
  return { sender, send, clock, requests, tokens: () => of(TOKENS), sends: () => of(SEND) };
}

const jsonOf = (one: RecordedRequest | undefined): unknown => JSON.parse(new TextDecoder().decode(one?.bytes));

describe("an answer of FCM", () => {
  test.each([
    ["success", success, { result: "accepted" }],
    ["UNREGISTERED", unregistered, { result: "gone", detail: "404 UNREGISTERED: Requested entity was not found." }],
    ["QUOTA_EXCEEDED", quotaExceeded, { result: "retry", retryAfterMs: 37_000 }],
    ["UNAVAILABLE", unavailable, { result: "retry", retryAfterMs: 43_200_000 }],
    ["INTERNAL", internal, { result: "retry", retryAfterMs: null }],
    ["a message that is too big", messageTooBig, { result: "too_large" }],
    ["INVALID_ARGUMENT", invalidArgument, { result: "refused" }],
    ["an invalid token", invalidToken, { result: "refused" }],
    [
      "SENDER_ID_MISMATCH",
      senderIdMismatch,
      { result: "refused", detail: "403 SENDER_ID_MISMATCH: SenderId mismatch" },
    ],
    ["THIRD_PARTY_AUTH_ERROR", thirdPartyAuthError, { result: "refused" }],
    ["a gateway's page", { status: 502, headers: {}, body: "<html>Bad Gateway</html>" }, { result: "retry" }],
    [
      "429 in plain text",
      { status: 429, headers: { "retry-after": "9" }, body: "slow" },
      { result: "retry", retryAfterMs: 9_000 },
    ],
    ["a redirect", { status: 302, headers: { location: "https://evil.example/" }, body: "" }, { result: "refused" }],
    ["a 404 that is not FCM's", { status: 404, headers: {}, body: "<html>Not Found</html>" }, { result: "refused" }],
  ])("%s", async (_, recorded, expected) => {
    const { send, tokens, sends } = project({ answers: [recorded] });
    expect(await send()).toMatchObject(expected);
    expect([tokens().length, sends().length]).toEqual([1, 1]);
  });

  test("an invalid argument means too large if the message is over the limit", async () => {
    const { send } = project({ answers: [invalidArgument] });
    expect(await send(shown({ text: "가".repeat(1_500) }))).toMatchObject({ result: "too_large" });
  });

  test("an access token that is refused is replaced once", async () => {
    const recovering = project({ answers: [unauthenticated, success] });
    expect(await recovering.send()).toEqual({ result: "accepted" });
    expect(recovering.sends().map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
    const refused = project({ answers: [unauthenticated] });
    expect(await refused.send()).toMatchObject({ result: "refused" });
    expect([refused.tokens().length, refused.sends().length]).toEqual([2, 2]);
  });

  test("a network error means retry", async () => {
    const { fetch } = service(() => Promise.reject(new Error("Network connection lost.")));
    const account = JSON.stringify({ project_id: "p", private_key: pem, client_email: "lost@example.org" });
    const sender = fcm({ account, fetch, timeoutMs: 1_000, now: () => NOW });
    expect(await sender.send(app(), shown(), delivery)).toMatchObject({ result: "retry", retryAfterMs: null });
  });
});

describe("the access token", () => {
  test("is requested with an assertion that the account signed", async () => {
    const { send, tokens } = project();
    await send();
    const form = new URLSearchParams(new TextDecoder().decode(tokens()[0]?.bytes));
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const { payload, protectedHeader } = await jwtVerify(form.get("assertion") ?? "", pair.publicKey, {
      algorithms: ["RS256"],
      audience: TOKENS,
      issuer: `push-${accounts}@parley-tests.iam.gserviceaccount.com`,
      currentDate: new Date(NOW),
    });
    expect(protectedHeader).toMatchObject({ alg: "RS256", kid: "key-of-the-tests" });
    expect(payload).toMatchObject({
      scope: "https://www.googleapis.com/auth/firebase.messaging",
      iat: NOW / 1_000,
      exp: NOW / 1_000 + 3_600,
    });
  });

  test("is shared by concurrent sends, and cached until a minute before it expires", async () => {
    const { send, clock, tokens, sends } = project();
    await Promise.all(Array.from({ length: 10 }, () => send()));
    expect([tokens().length, sends().length]).toEqual([1, 10]);
    clock.now += 3_538_000;
    await send();
    expect(tokens()).toHaveLength(1);
    clock.now += 1_000;
    await send();
    expect(tokens()).toHaveLength(2);
    expect(sends().at(-1)?.headers.get("authorization")).toBe("Bearer token-2");
  });

  test("that Google refuses means refused, and a server error means retry", async () => {
    const refused = project({ token: () => Response.json({ error: "invalid_grant" }, { status: 400 }) });
    expect(await refused.send()).toMatchObject({ result: "refused", detail: expect.stringContaining("invalid_grant") });
    const late = project({ token: () => new Response("", { status: 503, headers: { "retry-after": "60" } }) });
    expect(await late.send()).toMatchObject({ result: "retry", retryAfterMs: 60_000 });
    const odd = project({ token: () => new Response("not JSON") });
    expect(await odd.send()).toMatchObject({ result: "retry" });
    expect([refused, late, odd].map((one) => one.sends().length)).toEqual([0, 0, 0]);
  });

  test("that failed is requested again", async () => {
    const { send } = project({ token: (count) => new Response("", { status: count === 1 ? 503 : 400 }) });
    expect(await send()).toMatchObject({ result: "retry" });
    expect(await send()).toMatchObject({ result: "refused" });
  });
});

describe("a message for FCM", () => {
  test("carries the note as it is, how urgent it is and what it replaces", async () => {
    const { send, sends } = project();
    await send();
    const { message } = jsonOf(sends()[0]) as { message: ReturnType<typeof fcmMessage> };
    expect(message).toEqual(fcmMessage({ token: "an-app-of-the-tests:APA91b" }, shown(), delivery, NOW));
    expect(JSON.parse(message.data.note)).toEqual(shown());
    expect(message.android).toEqual({ priority: "high", ttl: "86400s" });
    expect(message.apns).toEqual({
      headers: {
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-collapse-id": "c0k3f9x2a7q",
        "apns-expiration": String(NOW / 1_000 + 86_400),
      },
      payload: {
        aps: {
          alert: { title: "서울 팀", body: "민지 mentioned you: 안녕하세요 👩‍👩‍👧‍👦, 오늘 회의는 3시예요 🎉" },
          "mutable-content": 1,
          sound: "default",
        },
      },
    });
  });

  const alertOf = (note: Parameters<typeof fcmMessage>[1], locale?: string) =>
    fcmMessage({ token: "t", ...(locale !== undefined && { locale }) }, note, delivery, NOW).apns.payload.aps.alert;
  const hidden = { author: null, text: "" };

  test.each([
    ["a direct message", shown({ kind: "direct", name: "", text: "네" }), "민지", "네", "네"],
    ["a group message", shown({ text: "네", mention: false }), "서울 팀", "민지: 네", "민지: 네"],
    ["a mention", shown({ text: "네" }), "서울 팀", "민지 mentioned you: 네", "민지 님이 나를 언급했어요: 네"],
    ["hidden previews", shown({ ...hidden, mention: false }), "서울 팀", "3 new messages", "새 메시지 3개"],
    ["a hidden mention", shown(hidden), "서울 팀", "Somebody mentioned you", "나를 언급한 메시지가 있어요"],
    ["two lines", shown({ text: "네\n둘째", mention: false }), "서울 팀", "민지: 네 둘째", "민지: 네 둘째"],
  ] as const)("has an alert for APNs in the language of the app: %s", (_, note, title, english, korean) => {
    expect(alertOf(note)).toEqual({ title, body: english });
    expect(alertOf(note, "fr-FR")).toEqual({ title, body: english });
    expect(alertOf(note, "ko-KR")).toEqual({ title, body: korean });
  });

  test("has an alert for a test notification in the language of the app", () => {
    const note = { type: "test", key: "k", at: NOW } as const;
    expect(alertOf(note)).toMatchObject({ title: "Notifications work" });
    expect(alertOf(note, "ko")).toMatchObject({ title: "알림이 잘 도착해요" });
  });

  test("is sent in the locale of the subscription", async () => {
    const { sender, sends } = project();
    await sender.send(app(undefined, "ko-KR"), shown({ text: "네" }), delivery);
    expect(jsonOf(sends()[0])).toMatchObject({
      message: { apns: { payload: { aps: { alert: { body: "민지 님이 나를 언급했어요: 네" } } } } },
    });
  });

  test("fits into the payload of APNs with the longest text", () => {
    for (const note of [largest, largestOfFiles]) {
      const { aps } = fcmMessage({ token: "t" }, note, delivery, NOW).apns.payload;
      expect(new TextEncoder().encode(JSON.stringify({ aps })).byteLength).toBeLessThan(4_096);
    }
  });

  test("that clears wakes the app and shows nothing", () => {
    const { android, apns } = fcmMessage({ token: "t" }, cleared, { ...delivery, urgency: "normal", ttlMs: 0 }, NOW);
    expect(android).toMatchObject({ priority: "normal", ttl: "0s" });
    expect(apns.headers).toMatchObject({
      "apns-push-type": "background",
      "apns-priority": "5",
      "apns-expiration": "0",
    });
    expect(apns.payload).toEqual({ aps: { "content-available": 1 } });
    expect(
      fcmMessage({ token: "t" }, cleared, { ...delivery, urgency: "high" }, NOW).apns.headers["apns-priority"],
    ).toBe("5");
  });
});

describe("the account", () => {
  test("may be missing: then sends to apps are refused with the reason", async () => {
    const { requests, fetch } = service(() => new Response());
    for (const account of [null, ""]) {
      const sender = fcm({ account, fetch, timeoutMs: 1_000, now: () => NOW });
      expect(await sender.send(app(), shown(), delivery)).toEqual({
        result: "refused",
        detail: "this server has no FCM account",
      });
    }
    expect(requests).toEqual([]);
  });

  test("must be the JSON file; an error does not quote it", () => {
    const whole = { project_id: "p", private_key: "secret", client_email: "e" };
    for (const account of [
      "not JSON secret",
      "null",
      "[]",
      JSON.stringify({ ...whole, project_id: undefined }),
      JSON.stringify({ ...whole, project_id: "../x" }),
      JSON.stringify({ ...whole, private_key: 1 }),
      JSON.stringify({ ...whole, client_email: "" }),
      JSON.stringify({ ...whole, token_uri: "http://127.0.0.1/secret" }),
    ]) {
      const make = () => fcm({ account, fetch: service(() => new Response()).fetch, timeoutMs: 1, now: () => 0 });
      expect(make).toThrow(TypeError);
      expect(make).not.toThrow(/secret/);
    }
  });

  test("with an invalid key sends nothing, and does not affect browsers", async () => {
    const { requests, fetch } = service(() => new Response());
    const account = JSON.stringify({ project_id: "p", private_key: "secret", client_email: "e" });
    const sender = fcm({ account, fetch, timeoutMs: 1_000, now: () => NOW });
    const sent = await sender.send(app(), shown(), delivery);
    expect(sent).toMatchObject({ result: "retry", detail: expect.not.stringContaining("secret") });
    expect(await sender.send(subscriptionOf(await newBrowser()), shown(), delivery)).toMatchObject({
      result: "refused",
    });
    expect(requests).toEqual([]);
  });
});
