// Stands in for the push service and for the person at the screen, which a test does not have.
import type { Page, Worker } from "@playwright/test";

export type DeliverPush = (note: object) => Promise<void>;

/** Delivers pushes to the page's worker as the browser does. Resolves before they are handled. */
export async function pushDeliveryTo(page: Page, origin: string): Promise<DeliverPush> {
  const session = await page.context().newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations.filter(({ isDeleted }) => !isDeleted);
      if (first) resolve(first.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registration;
  await page.evaluate(() => navigator.serviceWorker.ready);
  return async (note) => {
    await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: JSON.stringify(note) });
  };
}

/**
 * Clicks a channel's notification or one of its actions. Resolves when the worker has handled it.
 * The event is made by hand, because a headless browser sends no clicks on notifications.
 */
export function clickNotification(
  worker: Worker,
  tag: string,
  action = "",
  { reply, key }: { reply?: string; key?: string } = {},
): Promise<void> {
  return worker.evaluate(
    async (asked) => {
      const registration: ServiceWorkerRegistration = Reflect.get(self, "registration");
      const [notification] = await registration.getNotifications({ tag: asked.tag });
      if (!notification) throw new Error(`no notification has the tag ${asked.tag}`);
      if (asked.key !== undefined) Object.assign(notification.data, { key: asked.key });
      let work: unknown;
      const event = Object.assign(new Event("notificationclick"), {
        action: asked.action,
        reply: asked.reply,
        notification,
        waitUntil: (promise: unknown) => {
          work = promise;
        },
      });
      self.dispatchEvent(event);
      await work;
    },
    { tag, action, ...(reply !== undefined && { reply }), ...(key !== undefined && { key }) },
  );
}

/** Replaces the subscription as a browser does by itself. */
export async function resubscribe(page: Page, worker: Worker): Promise<void> {
  const json = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.pushManager.subscribe()).toJSON();
  });
  await worker.evaluate(async (subscription) => {
    let work: unknown;
    const event = Object.assign(new Event("pushsubscriptionchange"), {
      newSubscription: { endpoint: subscription.endpoint, toJSON: () => subscription },
      waitUntil: (promise: unknown) => {
        work = promise;
      },
    });
    self.dispatchEvent(event);
    await work;
  }, json);
}

export const isSubscribed = (page: Page): Promise<boolean> =>
  page.evaluate(async () => (await (await navigator.serviceWorker.ready).pushManager.getSubscription()) !== null);

/** Makes the last registration a day older. */
export function ageRegistration(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const cache = await caches.open("parley.notifications");
    const registered = await (await cache.match("/kept/told"))?.json();
    await cache.put("/kept/told", Response.json({ ...registered, at: registered.at - 86_400_000 }));
  });
}

/** Stores a registration of this browser for a user. */
export function storeRegistration(page: Page, user: string): Promise<void> {
  return page.evaluate(async (id) => {
    const registered = { user: id, session: "s_1", endpoint: "https://push.test/1", device: "d_1", at: Date.now() };
    await (await caches.open("parley.notifications")).put("/kept/told", Response.json(registered));
  }, user);
}

/** The key that the browser subscribed with. If `key` is given, it replaces that key. */
export function subscriptionKey(page: Page, key?: string): Promise<string | undefined> {
  return page.evaluate((next) => {
    const json = JSON.parse(localStorage.getItem("test.subscription") ?? "{}");
    if (next !== undefined) localStorage.setItem("test.subscription", JSON.stringify({ ...json, key: next }));
    return next ?? json.key;
  }, key);
}

/** Makes the worker believe that it runs in another browser, and records what it shows. */
export function pretendToBe(worker: Worker, userAgent: string): Promise<void> {
  return worker.evaluate((agent) => {
    Object.defineProperty(navigator, "userAgent", { get: () => agent });
    const registration: ServiceWorkerRegistration = Reflect.get(self, "registration");
    const show = registration.showNotification.bind(registration);
    const silentFlags: boolean[] = [];
    Object.assign(self, { silentFlags });
    registration.showNotification = (title, options) => {
      silentFlags.push(options?.silent === true);
      return show(title, options);
    };
  }, userAgent);
}

/** For each notification since `pretendToBe`, whether it was silent. */
export const silentFlags = (worker: Worker): Promise<boolean[]> =>
  worker.evaluate(() => Reflect.get(self, "silentFlags"));

/** From the next load on, subscribing works without a push service. */
export async function fakeSubscriptions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const base64url = (bytes: ArrayBuffer) =>
      btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "");
    const bytesOf = (text: string) =>
      Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0))
        .buffer;
    const stored = () => JSON.parse(localStorage.getItem("test.subscription") ?? "null");
    const subscription = () => {
      const json = stored();
      return (
        json && {
          endpoint: json.endpoint,
          options: { applicationServerKey: json.key && bytesOf(json.key) },
          toJSON: () => json,
          unsubscribe: async () => localStorage.removeItem("test.subscription"),
        }
      );
    };
    Object.assign(PushManager.prototype, {
      getSubscription: async () => subscription(),
      subscribe: async (wanted?: { applicationServerKey: Uint8Array<ArrayBuffer> }) => {
        const key = wanted && base64url(wanted.applicationServerKey.buffer);
        const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
        const p256dh = base64url(await crypto.subtle.exportKey("raw", pair.publicKey));
        const auth = base64url(crypto.getRandomValues(new Uint8Array(16)).buffer);
        const endpoint = `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`;
        localStorage.setItem("test.subscription", JSON.stringify({ endpoint, key, keys: { p256dh, auth } }));
        return subscription();
      },
    });
  });
}
