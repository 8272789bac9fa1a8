// Browsers: what a device is told is encrypted for it alone (RFC 8291), and its push service learns who sends it (RFC 8292) and how urgent it is (RFC 8030).
import { encryptNotification } from "@block65/webcrypto-web-push";
import type { DeviceSubscription } from "../domain/notification-ports";
import { readPushHosts } from "../domain/push-hosts";
import type { VapidKeys } from "../runtime/vapid";
import { callable } from "./hosts";
import type { PushDelivery, Sender } from "./sender";
import { detailOf, type Fetch, laterBy, post, sentBy } from "./service-request";
import { vapidHeader } from "./vapid";

export interface WebPushOptions {
  keys: VapidKeys;
  /** Whom push services turn to: a `mailto:` or `https:` URI; empty for the page that subscribed. */
  contact: string;
  /** `PUSH_HOSTS`: see `readPushHosts`. */
  hosts: string;
  fetch: Fetch;
  timeoutMs: number;
  /** Epoch milliseconds. */
  now: () => number;
}

type BrowserSubscription = Extract<DeviceSubscription, { kind: "web" }>;

/** Throws TypeError where what the operator configured cannot be used. */
export function webPush({ keys, contact, hosts, fetch, timeoutMs, now }: WebPushOptions): Sender {
  readPushHosts(hosts);
  if (contact !== "" && !/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(contact)) {
    throw new TypeError("the contact for push services must be a mailto: or https: URI");
  }
  const contactOf = ({ origin }: DeviceSubscription): string =>
    contact || (origin.startsWith("https://") ? origin : "https://localhost");

  return {
    async send(subscription, note, delivery) {
      if (subscription.kind !== "web") return { result: "refused", detail: "not a browser" };
      const url = callable(subscription.endpoint, hosts);
      if (!url) return { result: "refused", detail: "not the address of a push service that may be called" };
      const text = new TextEncoder().encode(JSON.stringify(note));
      if (text.byteLength > TEXT_BYTES) return { result: "too_large", detail: `more than ${TEXT_BYTES} bytes` };
      const body = await encrypt(subscription, text).catch((error: Error) => error);
      if (body instanceof Error) return { result: "refused", detail: detailOf(`cannot encrypt: ${body.message}`) };
      try {
        const authorization = await vapidHeader(keys, url.origin, contactOf(subscription), now());
        const headers = { ...headersOf(delivery), authorization };
        return sentBy(await post(fetch, url.href, { headers, body }, timeoutMs, now));
      } catch (error) {
        return laterBy(error);
      }
    },
  };
}

const headersOf = ({ topic, urgency, keptMs }: PushDelivery): Record<string, string> => ({
  ttl: String(Math.max(0, Math.floor(keptMs / 1_000))),
  urgency,
  topic,
  "content-encoding": "aes128gcm",
  "content-type": "application/octet-stream",
});

/** So that the size of a body says little about what is in it. The library's own padding, to 4096 bytes, is more than Firefox takes on Android. */
const STEP_BYTES = 512;
/** Whole steps, with the 103 bytes that encryption adds, in the 4096 that every push service takes. */
const TEXT_BYTES = 7 * STEP_BYTES;

async function encrypt({ endpoint, keys }: BrowserSubscription, json: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  // White space after JSON is JSON still.
  const padded = new Uint8Array(Math.ceil(json.byteLength / STEP_BYTES) * STEP_BYTES).fill(0x20);
  padded.set(json);
  return encryptNotification({ endpoint, expirationTime: null, keys: unpadded(keys) }, padded, { pad: false });
}

const unpadded = ({ p256dh, auth }: BrowserSubscription["keys"]): BrowserSubscription["keys"] => ({
  p256dh: p256dh.replace(/=+$/, ""),
  auth: auth.replace(/=+$/, ""),
});
