import { keyBytes, pushDeviceOf } from "../notifications/push-device";
import { readRegisteredDevice } from "../notifications/registration";
import { inTurn, keep, kept } from "../notifications/shared-storage";
import { request, signedIn, textIn } from "./requests";
import { type SubscriptionEvent, scope } from "./scope";

const DEVICES = "/v1/push/subscriptions";

/**
 * The browser has replaced or lost its subscription: registers the new one. A failure is made up
 * for when the page opens next.
 */
export const renewed = (event: SubscriptionEvent): Promise<void> => inTurn("subscription", () => renew(event));

async function renew({ oldSubscription, newSubscription }: SubscriptionEvent): Promise<void> {
  const before = readRegisteredDevice(await kept("told"));
  // Nobody has turned on notifications here.
  if (before === null) return;
  const { user, session } = await signedIn();
  // Another person is signed in: they get neither the subscription nor the registration.
  if (user !== before.user) {
    await newSubscription?.unsubscribe();
    return keep("told", "null");
  }
  const subscription =
    newSubscription ??
    (await scope.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey:
        oldSubscription?.options.applicationServerKey ?? keyBytes(textIn(await request("GET", "/v1/push"), "key")),
    }));
  const device = textIn(await request("POST", DEVICES, pushDeviceOf(subscription)), "id");
  await keep("told", JSON.stringify({ ...before, session, endpoint: subscription.endpoint, device, at: Date.now() }));
  if (device !== before.device) await request("DELETE", `${DEVICES}/${encodeURIComponent(before.device)}`);
}
