// Keeps this browser's push subscription and its registration with the server in step.
import type { Me } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { client } from "../app/client";
import { serviceWorkerUrl } from "../app/script-url";
import { permission } from "./permission";
import { hasOtherKey, isKeyRefused, isThisDevice, keyBytes, pushDeviceOf } from "./push-device";
import { type RegisteredDevice, readRegisteredDevice, renewalOf } from "./registration";
import { changeShared, clearShared, readShared, sharedTexts, withLock, writeShared } from "./shared-storage";

const lastRegistration = async (): Promise<RegisteredDevice | null> =>
  readRegisteredDevice(await readShared(sharedTexts.registration));
/** Runs `work` under a lock. Otherwise a page that starts during a change would undo it. */
const exclusively = <T>(work: () => Promise<T>): Promise<T> => withLock("subscription", work);
const setLastRegistration = (next: RegisteredDevice | null): Promise<void> =>
  writeShared(sharedTexts.registration, JSON.stringify(next));

/** Registers and returns the service worker. The browser looks for newer versions by itself. */
async function worker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register(serviceWorkerUrl());
  return navigator.serviceWorker.ready;
}

const getRegistration = async (): Promise<ServiceWorkerRegistration | undefined> =>
  "serviceWorker" in navigator ? navigator.serviceWorker.getRegistration() : undefined;

async function register(subscription: PushSubscription, me: Me): Promise<void> {
  const last = await lastRegistration();
  const { id } = await client.push.subscribe(pushDeviceOf(subscription));
  await setLastRegistration({
    user: me.id,
    session: me.session,
    endpoint: subscription.endpoint,
    device: id,
    at: Date.now(),
  });
  // Removes the earlier registration. If this fails, the push service reports later that it is
  // gone.
  if (last?.user === me.id && last.device !== id) await client.push.revoke(last.device).catch(() => {});
}

/**
 * Subscribes this browser. A subscription is bound to the key that it was made with, so another key
 * needs a new subscription.
 */
async function subscribe({ pushManager }: ServiceWorkerRegistration, me: Me): Promise<void> {
  const applicationServerKey = keyBytes(await client.push.key());
  const wanted = { userVisibleOnly: true, applicationServerKey };
  const subscription = await pushManager.subscribe(wanted).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(wanted);
  });
  await register(subscription, me);
}

/** Asks for permission if necessary, so call it after a click. Resolves also if it is denied. */
export async function turnOn(me: Me): Promise<void> {
  if ((await Notification.requestPermission()) === "granted")
    await exclusively(async () => subscribe(await worker(), me));
}

/** Ends the subscription in this browser. The caller or the push service informs the server. */
export const turnOffHere = (): Promise<void> => exclusively(endSubscription);

async function endSubscription(): Promise<void> {
  await setLastRegistration(null);
  const registration = await getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

/** Ends the subscription and removes all stored texts of a person who signs out. */
export async function forgetNotifications(): Promise<void> {
  await turnOffHere();
  await clearShared();
}

/**
 * Does the same if the subscription is another person's, for example because their session was
 * ended elsewhere.
 */
export async function forgetNotificationsOfOthers(me: string): Promise<void> {
  const last = await lastRegistration();
  if (last !== null && last.user !== me) await forgetNotifications();
}

/** Closes all notifications, so that the next person at this browser sees none. */
export async function closeNotifications(): Promise<void> {
  for (const shown of (await (await getRegistration())?.getNotifications()) ?? []) shown.close();
  if ("clearAppBadge" in navigator) await navigator.clearAppBadge().catch(() => {});
  await changeShared(sharedTexts.badgeCounts, () => "{}");
}

/** Returns whether this browser has a subscription of this person. */
async function isOnHere(me: Me): Promise<boolean> {
  if (permission() !== "allowed" || (await lastRegistration())?.user !== me.id) return false;
  return ((await (await getRegistration())?.pushManager.getSubscription()) ?? null) !== null;
}

/**
 * Returns all devices with push, and which of them is this browser. If the server has removed this
 * browser, its subscription ends.
 */
export const loadPushDevices = (me: Me): Promise<{ items: PushDevice[]; here: PushDevice | null }> =>
  exclusively(() => loadHere(me));

async function loadHere(me: Me): Promise<{ items: PushDevice[]; here: PushDevice | null }> {
  const [items, isOn] = await Promise.all([client.push.devices(), isOnHere(me)]);
  const here = isOn ? (items.find(isThisDevice) ?? null) : null;
  if (isOn && here === null) await endSubscription();
  if (here && isKeyRefused(here.failing) && (await replaceKey(me, here.failing))) return loadHere(me);
  return { items, here };
}

/** Subscribes again if the server's key has changed. Returns whether it has. */
async function replaceKey(me: Me, failing: string | null): Promise<boolean> {
  const registration = await getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (!registration || !subscription || !hasOtherKey(subscription, await client.push.key(), failing)) return false;
  await subscription.unsubscribe();
  await subscribe(registration, me);
  return true;
}

/** Renews, replaces or ends this browser's registration. Call it once when the page starts. */
export const renewSubscription = (me: Me): Promise<void> => exclusively(() => renewHere(me));

async function renewHere(me: Me): Promise<void> {
  if (permission() !== "allowed") return;
  const registration = await worker();
  const subscription = await registration.pushManager.getSubscription();
  const last = await lastRegistration();
  const renewal = renewalOf(last, subscription?.endpoint ?? null, me, Date.now());
  if (renewal === "unsubscribe") {
    await endSubscription();
    return closeNotifications();
  }
  if (renewal === "subscribe") return subscribe(registration, me);
  if (renewal === "none" || subscription === null) return;
  const devices = renewal === "check" ? await client.push.devices() : null;
  const device = devices?.find(({ id }) => id === last?.device);
  if (devices && !device) return endSubscription();
  if (!(await replaceKey(me, device?.failing ?? null))) await register(subscription, me);
}
