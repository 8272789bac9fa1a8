import { keyBytes, pushDeviceOf } from "../notifications/push-device";
import { readRegisteredDevice } from "../notifications/registration";
import { readShared, withLock, writeShared } from "../notifications/shared-storage";
import { request, signedIn, stringIn } from "./requests";
import { type SubscriptionEvent, scope } from "./scope";

const DEVICES = "/v1/push/subscriptions";

/**
 * The browser has replaced or lost its subscription: registers the new one. A failure is made up
 * for when the page opens next.
 */
export const handleSubscriptionChange = (event: SubscriptionEvent): Promise<void> =>
  withLock("subscription", () => renew(event));

async function renew({ oldSubscription, newSubscription }: SubscriptionEvent): Promise<void> {
  const last = readRegisteredDevice(await readShared("told"));
  // Nobody has turned on notifications here.
  if (last === null) return;
  const { user, session } = await signedIn();
  // Another person is signed in: they get neither the subscription nor the registration.
  if (user !== last.user) {
    await newSubscription?.unsubscribe();
    return writeShared("told", "null");
  }
  const subscription =
    newSubscription ??
    (await scope.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey:
        oldSubscription?.options.applicationServerKey ?? keyBytes(stringIn(await request("GET", "/v1/push"), "key")),
    }));
  const device = stringIn(await request("POST", DEVICES, pushDeviceOf(subscription)), "id");
  await writeShared(
    "told",
    JSON.stringify({ ...last, session, endpoint: subscription.endpoint, device, at: Date.now() }),
  );
  if (device !== last.device) await request("DELETE", `${DEVICES}/${encodeURIComponent(last.device)}`);
}
