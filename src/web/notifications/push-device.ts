import type { SubscribePush } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { deviceName } from "../settings/device-name";

/** This browser's subscription as the server takes it. */
export function pushDeviceOf(subscription: PushSubscription): SubscribePush {
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined)
    throw new TypeError("the browser's subscription has no keys");
  const name = deviceName(navigator.userAgent);
  return { kind: "web", endpoint, keys: { p256dh, auth }, ...(name !== null && { name }) };
}

/** Returns whether a device of the server's list is this browser. */
export const isThisDevice = ({ kind, current }: PushDevice): boolean => kind === "web" && current;

/**
 * Returns whether the browser subscribed with another key than the server's current one, so that
 * nothing arrives. If the browser does not tell its key, a refusal by the push service shows it.
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

/** Returns whether the push service's last answer says that it does not accept the server's key. */
export const isKeyRefused = (failing: string | null): boolean => /^40[13]\b/.test(failing ?? "");

/** Returns the server's key in the form that browsers take. */
export function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
