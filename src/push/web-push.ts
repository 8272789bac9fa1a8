// Sends push notifications to browsers. The note is encrypted for the device alone (RFC 8291). The
// push service learns who sends it (RFC 8292) and how urgent it is (RFC 8030).
import { encryptNotification } from "@block65/webcrypto-web-push";
import { ConfigurationError } from "../domain/error";
import type { DeviceSubscription } from "../domain/notification-ports";
import { allowedEndpoint, readPushHosts } from "../domain/push-hosts";
import type { VapidKeys } from "../runtime/vapid-keys";
import type { PushDelivery, Sender } from "./sender";
import { detailOf, post, resultOf, resultOfError, type ServiceNetwork } from "./service-request";
import { vapidHeader } from "./vapid-header";

export interface WebPushOptions extends ServiceNetwork {
  keys: VapidKeys;
  /**
   * The contact for push services: a `mailto:` or `https:` URI; empty for the origin that
   * subscribed.
   */
  contact: string;
  /** `PUSH_HOSTS`: see `readPushHosts`. */
  hosts: string;
}

type BrowserSubscription = Extract<DeviceSubscription, { kind: "web" }>;

/** Throws ConfigurationError if the configuration is invalid. */
export function webPush({ keys, contact, hosts, ...options }: WebPushOptions): Sender {
  const network = { ...options, loopback: readPushHosts(hosts).origins };
  if (contact !== "" && !/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(contact)) {
    throw new ConfigurationError("the contact for push services must be a mailto: or https: URI");
  }
  const contactOf = ({ origin }: DeviceSubscription): string =>
    contact || (origin.startsWith("https://") ? origin : "https://localhost");

  return {
    async send(subscription, note, delivery) {
      if (subscription.kind !== "web") return { result: "refused", detail: "not a browser" };
      const url = callableUrl(subscription.endpoint, hosts);
      if (!url) return { result: "refused", detail: "not the address of a known push service" };
      const text = new TextEncoder().encode(JSON.stringify(note));
      if (text.byteLength > TEXT_BYTES) return { result: "too_large", detail: `more than ${TEXT_BYTES} bytes` };
      const body = await encrypt(subscription, text).catch((error: Error) => error);
      if (body instanceof Error) return { result: "refused", detail: detailOf(`cannot encrypt: ${body.message}`) };
      try {
        const authorization = await vapidHeader(keys, url.origin, contactOf(subscription), network.now());
        const headers = { ...headersOf(delivery), authorization };
        return resultOf(await post(network, url.href, { headers, body }));
      } catch (error) {
        return resultOfError(error);
      }
    },
  };
}

/**
 * Returns the URL to request; null if it is not a known push service, or if `fetch` would read
 * another origin than the one that was checked.
 */
export function callableUrl(endpoint: string, extraHosts: string): URL | null {
  const origin = allowedEndpoint(endpoint, extraHosts);
  const url = URL.parse(endpoint);
  return origin !== null && url?.origin === origin ? url : null;
}

const headersOf = ({ topic, urgency, ttlMs }: PushDelivery): Record<string, string> => ({
  ttl: String(Math.max(0, Math.floor(ttlMs / 1_000))),
  urgency,
  topic,
  "content-encoding": "aes128gcm",
  "content-type": "application/octet-stream",
});

/**
 * The unit of padding: the size of a body reveals only the number of units. The library's own
 * padding, to 4096 bytes, is more than Firefox accepts on Android.
 */
const STEP_BYTES = 512;
/**
 * The largest padded note: as many units as fit, with the 103 bytes of encryption, into the 4096
 * bytes that every push service accepts.
 */
const TEXT_BYTES = 7 * STEP_BYTES;

async function encrypt({ endpoint, keys }: BrowserSubscription, json: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  // JSON may end with white space.
  const padded = new Uint8Array(Math.ceil(json.byteLength / STEP_BYTES) * STEP_BYTES).fill(0x20);
  padded.set(json);
  return encryptNotification({ endpoint, expirationTime: null, keys: unpadded(keys) }, padded, { pad: false });
}

const unpadded = ({ p256dh, auth }: BrowserSubscription["keys"]): BrowserSubscription["keys"] => ({
  p256dh: p256dh.replaceAll("=", ""),
  auth: auth.replaceAll("=", ""),
});
