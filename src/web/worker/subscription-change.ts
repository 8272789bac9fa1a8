import { keyBytes, pushDeviceOf } from "../notifications/push-device";
import { readRegisteredDevice } from "../notifications/registration";
import { readShared, sharedTexts, withLock, writeShared } from "../notifications/shared-storage";
import { request, signedIn, stringIn } from "./requests";
import { type SubscriptionEvent, scope } from "./scope";

const DEVICES = "/v1/push/subscriptions";

/**
 * Registers the new subscription after the browser has replaced or lost the old one. After a
 * failure, the page registers it when it opens next.
 */
export const handleSubscriptionChange = (event: SubscriptionEvent): Promise<void> =>
  withLock("subscription", () => renew(event));

async function renew({ oldSubscription, newSubscription }: SubscriptionEvent): Promise<void> {
  const last = readRegisteredDevice(await readShared(sharedTexts.registration));
  // Nobody has turned on notifications here.
  if (last === null) return;
  const { user, session } = await signedIn();
  // Another person is signed in: they get neither the subscription nor the registration.
  if (user !== last.user) {
    await newSubscription?.unsubscribe();
    return writeShared(sharedTexts.registration, "null");
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
    sharedTexts.registration,
    JSON.stringify({ ...last, session, endpoint: subscription.endpoint, device, at: Date.now() }),
  );
  if (device !== last.device) await request("DELETE", `${DEVICES}/${encodeURIComponent(last.device)}`);
}
