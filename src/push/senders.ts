// The push services, as the operator has configured them.
import { logError } from "../runtime/logger";
import { readVapidKeys } from "../runtime/vapid";
import type { Senders } from "./device-delivery";
import { fcm } from "./fcm";
import type { Sender } from "./sender";
import { webPush } from "./web-push";

/** Push services answer within a second; one that hangs keeps what else is in its batch waiting. */
const TIMEOUT_MS = 5_000;

/** Throws TypeError where what is configured cannot be used. */
export function sendersOf({ VAPID_KEYS, PUSH_CONTACT, PUSH_HOSTS, FCM_ACCOUNT }: Env): Senders {
  const way = {
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    timeoutMs: TIMEOUT_MS,
    now: () => Date.now(),
  };
  return {
    web: webPush({ keys: readVapidKeys(VAPID_KEYS), contact: PUSH_CONTACT, hosts: PUSH_HOSTS, ...way }),
    fcm: orRefusing(() => fcm({ account: FCM_ACCOUNT ?? null, ...way })),
  };
}

/** A wrong account of one service must not keep the others from telling anybody. */
function orRefusing(make: () => Sender): Sender {
  try {
    return make();
  } catch (error) {
    logError("push.account", error);
    return { send: async () => ({ result: "refused", detail: "this server's account cannot be used" }) };
  }
}
