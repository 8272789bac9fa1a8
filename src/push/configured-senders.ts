// Makes the senders of Web Push and FCM from the operator's configuration.
import { logError } from "../runtime/logger";
import { readVapidKeys } from "../runtime/vapid-keys";
import { fcm } from "./fcm";
import type { Sender, Senders } from "./sender";
import { webPush } from "./web-push";

/**
 * The timeout of a request to a push service. Services answer within a second; one that hangs
 * delays the rest of its batch this long.
 */
const TIMEOUT_MS = 5_000;

/** Throws ConfigurationError if the configuration of Web Push is invalid. */
export function sendersOf({ VAPID_KEYS, PUSH_CONTACT, PUSH_HOSTS, FCM_ACCOUNT }: Env): Senders {
  const network = { timeoutMs: TIMEOUT_MS, now: () => Date.now() };
  return {
    web: webPush({ keys: readVapidKeys(VAPID_KEYS), contact: PUSH_CONTACT, hosts: PUSH_HOSTS, ...network }),
    fcm: orRefusing(() => fcm({ account: FCM_ACCOUNT ?? null, ...network })),
  };
}

/**
 * Returns a sender that refuses everything if `create` throws: an invalid FCM account must not stop
 * Web Push.
 */
function orRefusing(create: () => Sender): Sender {
  try {
    return create();
  } catch (error) {
    logError("push.account", error);
    return { send: async () => ({ result: "refused", detail: "this server's FCM account cannot be used" }) };
  }
}
