import type { SubscribePush } from "../../protocol";
import { deviceName } from "../settings/device-name";

/** This browser, as the server is told of it. */
export function deviceOf(subscription: PushSubscription): SubscribePush {
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined)
    throw new TypeError("the browser's subscription has no keys");
  const name = deviceName(navigator.userAgent);
  return { kind: "web", endpoint, keys: { p256dh, auth }, ...(name !== null && { name }) };
}

/** The server's key as browsers take it. */
export function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
