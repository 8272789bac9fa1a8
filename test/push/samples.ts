// Notes and devices for the tests of the senders, and a push service that answers as the test says.
import type { DeviceSubscription } from "../../src/domain/notification-ports";
import { limits, type PushNote } from "../../src/protocol";
import type { PushDelivery } from "../../src/push/sender";
import type { Fetch } from "../../src/runtime/guarded-fetch";

export const NOW = Date.parse("2026-11-21T12:00:00Z");

export const delivery: PushDelivery = { topic: "c0k3f9x2a7q", urgency: "high", ttlMs: 86_400_000 };

type Shown = Extract<PushNote, { type: "show" }>;

export const shown = (part: Partial<Shown> = {}): Shown => ({
  type: "show",
  key: "c_0k3f9x2a7q:41",
  user: "u_0k3f9x2a7q",
  epochNumber: 1,
  channel: "c_0k3f9x2a7q",
  kind: "group",
  seq: 41,
  through: 41,
  thread: null,
  name: "서울 팀",
  author: { id: "u_0k3f9x2a7q", name: "민지" },
  text: "안녕하세요 👩‍👩‍👧‍👦, 오늘 회의는 3시예요 🎉",
  mention: true,
  unread: 3,
  at: NOW,
  ...part,
});

export const cleared: PushNote = {
  type: "clear",
  key: "c_0k3f9x2a7q:41",
  user: "u_0k3f9x2a7q",
  channel: "c_0k3f9x2a7q",
  epochNumber: 1,
  seq: 41,
};

/**
 * The largest possible note: names and text of maximum length, of the characters with the most
 * bytes.
 */
export const largest = shown({
  key: "k".repeat(64),
  user: `u_${"z".repeat(32)}`,
  channel: `c_${"z".repeat(32)}`,
  seq: Number.MAX_SAFE_INTEGER,
  thread: Number.MAX_SAFE_INTEGER,
  name: "🎉".repeat(80),
  author: { id: `u_${"z".repeat(32)}`, name: "🎉".repeat(80) },
  text: "\u0001".repeat(240),
  unread: 100,
});

/** The largest possible note of a message without a text. */
export const largestOfFiles: PushNote = {
  ...largest,
  text: "",
  attachments: { count: 10, name: "\u0001".repeat(limits.previewCodePoints), type: "x".repeat(127) },
};

export const app = (token = "an-app-of-the-tests:APA91b", locale?: string): DeviceSubscription => ({
  kind: "fcm",
  token,
  ...(locale !== undefined && { locale }),
  id: "d_1",
  user: "u_alice",
  retryAt: 0,
  origin: "https://chat.example.org",
});

export interface RecordedRequest {
  url: string;
  init: RequestInit;
  headers: Headers;
  /** The body. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Returns a push service that records its requests; `answer` may throw. */
export function service(answer: (requests: RecordedRequest, count: number) => Response | Promise<Response>) {
  const requests: RecordedRequest[] = [];
  const fetch: Fetch = async (url, init) => {
    const bytes = new Uint8Array(await new Response(init.body).arrayBuffer());
    const request = { url, init, headers: new Headers(init.headers), bytes };
    requests.push(request);
    return answer(request, requests.length);
  };
  return { requests, fetch };
}
