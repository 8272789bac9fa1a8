// The push services, as the operator has configured them.
import { readVapidKeys } from "../runtime/vapid";
import { fcm } from "./fcm";
import type { Senders } from "./telling";
import { webPush } from "./web-push";

const TIMEOUT_MS = 10_000;

/** Throws TypeError where what is configured cannot be used. */
export function sendersOf({ VAPID_KEYS, PUSH_CONTACT, PUSH_HOSTS, FCM_ACCOUNT }: Env): Senders {
  const way = {
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    timeoutMs: TIMEOUT_MS,
    now: () => Date.now(),
  };
  return {
    web: webPush({ keys: readVapidKeys(VAPID_KEYS), contact: PUSH_CONTACT, hosts: PUSH_HOSTS, ...way }),
    fcm: fcm({ account: FCM_ACCOUNT ?? null, ...way }),
  };
}
