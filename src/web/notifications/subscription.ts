// Whether this browser is told of messages: its own subscription, and what the server was told of it, are kept in step here.
import type { Me } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { client } from "../app/client";
import { permission } from "./permission";
import { hasOtherKey, isKeyRefused, isThisDevice, keyBytes, pushDeviceOf } from "./push-device";
import { type RegisteredDevice, readRegisteredDevice, renewalOf } from "./registration";
import { change, forgetKept, inTurn, keep, kept } from "./shared-storage";

const told = async (): Promise<RegisteredDevice | null> => readRegisteredDevice(await kept("told"));
/** A start that finds half of what a click does would undo it. */
const alone = <T>(work: () => Promise<T>): Promise<T> => inTurn("subscription", work);
const setTold = (next: RegisteredDevice | null): Promise<void> => keep("told", JSON.stringify(next));

/** The worker at work; the browser looks by itself whether there is a later one. */
async function worker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register("/sw.js");
  return navigator.serviceWorker.ready;
}

const registered = async (): Promise<ServiceWorkerRegistration | undefined> =>
  "serviceWorker" in navigator ? navigator.serviceWorker.getRegistration() : undefined;

async function tell(subscription: PushSubscription, me: Me): Promise<void> {
  const last = await told();
  const { id } = await client.push.subscribe(pushDeviceOf(subscription));
  await setTold({ user: me.id, session: me.session, endpoint: subscription.endpoint, device: id, at: Date.now() });
  // What this browser was before; the push service will say that it is gone where this cannot.
  if (last?.user === me.id && last.device !== id) await client.push.revoke(last.device).catch(() => {});
}

/** A subscription is bound to the key it was made with. */
async function subscribe({ pushManager }: ServiceWorkerRegistration, me: Me): Promise<void> {
  const applicationServerKey = keyBytes(await client.push.key());
  const wanted = { userVisibleOnly: true, applicationServerKey };
  const subscription = await pushManager.subscribe(wanted).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(wanted);
  });
  await tell(subscription, me);
}

/** Asks for permission where nobody has: only after a click. Resolves also where it was refused. */
export async function turnOn(me: Me): Promise<void> {
  if ((await Notification.requestPermission()) === "granted") await alone(async () => subscribe(await worker(), me));
}

/** Ends it in this browser. The server hears of it from whoever asks for that, or from the push service. */
export const turnOffHere = (): Promise<void> => alone(end);

async function end(): Promise<void> {
  await setTold(null);
  const registration = await registered();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

/** For whoever leaves this browser by their own choice. */
export async function forgetNotifications(): Promise<void> {
  await turnOffHere();
  await forgetKept();
}

/** Whoever comes next sees nothing of whoever was here. */
export async function closeNotifications(): Promise<void> {
  for (const shown of (await (await registered())?.getNotifications()) ?? []) shown.close();
  if ("clearAppBadge" in navigator) await navigator.clearAppBadge().catch(() => {});
  await change("tally", () => "{}");
}

/** Whether this browser has a subscription of this person. */
async function isOnHere(me: Me): Promise<boolean> {
  if (permission() !== "allowed" || (await told())?.user !== me.id) return false;
  return ((await (await registered())?.pushManager.getSubscription()) ?? null) !== null;
}

/** The devices that are told, and which of them this browser is. One that the server has been asked to forget is left no subscription. */
export const loadPushDevices = (me: Me): Promise<{ items: PushDevice[]; here: PushDevice | null }> =>
  alone(() => look(me));

async function look(me: Me): Promise<{ items: PushDevice[]; here: PushDevice | null }> {
  const [items, isOn] = await Promise.all([client.push.devices(), isOnHere(me)]);
  const here = isOn ? (items.find(isThisDevice) ?? null) : null;
  if (isOn && here === null) await end();
  if (here && isKeyRefused(here.failing) && (await replaceKey(me, here.failing))) return look(me);
  return { items, here };
}

/** Where the server's key is another by now. True where that was mended. */
async function replaceKey(me: Me, failing: string | null): Promise<boolean> {
  const registration = await registered();
  const subscription = await registration?.pushManager.getSubscription();
  if (!registration || !subscription || !hasOtherKey(subscription, await client.push.key(), failing)) return false;
  await subscription.unsubscribe();
  await subscribe(registration, me);
  return true;
}

/** Once at every start. */
export const renew = (me: Me): Promise<void> => alone(() => renewHere(me));

async function renewHere(me: Me): Promise<void> {
  if (permission() !== "allowed") return;
  const registration = await worker();
  const subscription = await registration.pushManager.getSubscription();
  const last = await told();
  const renewal = renewalOf(last, subscription?.endpoint ?? null, me, Date.now());
  if (renewal === "leave") {
    await end();
    return closeNotifications();
  }
  if (renewal === "again") return subscribe(registration, me);
  if (renewal === "nothing" || subscription === null) return;
  const devices = renewal === "check" ? await client.push.devices() : null;
  const device = devices?.find(({ id }) => id === last?.device);
  if (devices && !device) return end();
  if (!(await replaceKey(me, device?.failing ?? null))) await tell(subscription, me);
}
