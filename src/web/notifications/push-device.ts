import type { SubscribePush } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { deviceName } from "../settings/device-name";

/** This browser, as the server is told of it. */
export function pushDeviceOf(subscription: PushSubscription): SubscribePush {
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined)
    throw new TypeError("the browser's subscription has no keys");
  const name = deviceName(navigator.userAgent);
  return { kind: "web", endpoint, keys: { p256dh, auth }, ...(name !== null && { name }) };
}

/** Of a device on the server's list. */
export const isThisDevice = ({ kind, current }: PushDevice): boolean => kind === "web" && current;

/**
 * Whether the browser subscribed with another key than the server's of now: then nothing arrives. Where it does not say, a push service that refuses
 * the server does.
 */
export function hasOtherKey(
  { options }: Pick<PushSubscription, "options">,
  key: string,
  failing: string | null,
): boolean {
  const made = options.applicationServerKey;
  if (!made) return isKeyRefused(failing);
  const wanted = keyBytes(key);
  const bytes = new Uint8Array(made);
  return bytes.length !== wanted.length || bytes.some((byte, at) => byte !== wanted[at]);
}

/** Of what a push service said last: it does not know whoever sent this. */
export const isKeyRefused = (failing: string | null): boolean => /^40[13]\b/.test(failing ?? "");

/** The server's key as browsers take it. */
export function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
