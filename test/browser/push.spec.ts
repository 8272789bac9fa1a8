// Notifications: what a push shows, what a click does, and how a person turns them on.
import { gzipSync } from "node:zlib";
import { expect, type Page, type Worker } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import {
  ageRegistration,
  clickNotification,
  type DeliverPush,
  fakeSubscriptions,
  isSubscribed,
  pretendToBe,
  pushDeliveryTo,
  resubscribe,
  silentFlags,
  storeRegistration,
  subscriptionKey,
} from "./fake-push";
import { composer, message, openChat, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const allowed = { permissions: ["notifications"] };

const channelOf = (page: Page) => new URL(page.url()).pathname.split("/")[2] ?? "";

/** The notifications on the screen. */
const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
  });

const titles = async (page: Page) => (await shown(page)).map(({ title }) => title).sort();

/** The stored unread counts of the app's icon. */
const badgeCounts = (page: Page): Promise<Record<string, { unread: number } | undefined>> =>
  page.evaluate(async () => (await (await caches.open("parley.notifications")).match("/kept/tally"))?.json() ?? {});

interface Scene {
  alice: Person;
  bob: Person;
  channel: string;
  worker: Worker;
  deliver: DeliverPush;
}

/** Alice allows notifications and looks at her list; Bob has sent two messages. */
async function scene(browser: Parameters<typeof register>[0]): Promise<Scene> {
  const alice = await register(browser, server.url, "Alice", allowed);
  const bob = await register(browser, server.url, "Bob");
  await openChat(bob, alice);
  await say(bob, "one");
  await say(bob, "two");
  await expect(alice.page.getByRole("link", { name: /Bob.*2 unread/ })).toBeVisible();
  const { id: user } = await (await alice.page.request.get("/v1/me")).json();
  await storeRegistration(alice.page, user);
  const raw = await pushDeliveryTo(alice.page, server.url);
  const deliver: DeliverPush = (sent) => raw({ user, epochNumber: 1, ...sent });
  const [worker] = alice.page.context().serviceWorkers();
  if (!worker) throw new Error("the worker does not run");
  return { alice, bob, channel: channelOf(bob.page), worker, deliver };
}

const note = (channel: string, fields: { seq?: number } & Record<string, unknown> = {}) => ({
  ...{ type: "show", key: "k1", channel, kind: "direct", seq: 1, through: fields.seq ?? 1, thread: null, name: "" },
  ...{ author: { id: "u_bob", name: "Bob" }, text: "one", mention: false, unread: 1, at: Date.now() },
  ...fields,
});

test("a channel has one notification, alerts once for each key, and closes it when another device reads", async ({
  browser,
}) => {
  const { alice, deliver } = await scene(browser);
  const group = { kind: "group", name: "Deck", key: "g1" };
  await deliver(note("c_one"));
  await expect.poll(() => shown(alice.page)).toMatchObject([{ title: "Bob", body: "one", tag: "c_one" }]);
  await deliver(note("c_one", { key: "k2", seq: 2, text: "two", unread: 2 }));
  await deliver(note("c_two", group));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob", "Deck"]);
  expect(await shown(alice.page)).toContainEqual(expect.objectContaining({ tag: "c_one", body: "two" }));
  expect(await shown(alice.page)).toContainEqual(expect.objectContaining({ tag: "c_two", body: "Bob: one" }));

  await deliver(note("c_one", { key: "k1", text: "late" }));
  await deliver(note("c_one", { key: "k2", seq: 2, text: "the same again" }));
  await deliver({ type: "clear", key: "x1", channel: "c_one", seq: 1 });
  await deliver({ type: "clear", key: "x2", channel: "c_two", seq: 9 });
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  expect(await shown(alice.page)).toMatchObject([{ tag: "c_one", body: "two" }]);
  await deliver({ type: "clear", key: "x3", channel: "c_one", seq: 2 });
  await expect.poll(() => titles(alice.page)).toEqual([]);
});

test("test notifications and unreadable pushes are shown, in Korean on a Korean page", async ({ browser }) => {
  const { alice, deliver } = await scene(browser);
  await deliver({ type: "test", key: "t1", at: Date.now() });
  await deliver({ type: "of tomorrow", key: "t2" });
  await expect.poll(() => titles(alice.page)).toEqual(["Notifications work", "Parley"]);
  await alice.page.evaluate(() =>
    localStorage.setItem("parley.preferences", '{"state":{"theme":"system","language":"ko"},"version":0}'),
  );
  await alice.page.reload();
  await expect(alice.page.getByRole("button", { name: "설정" })).toBeVisible();
  await expect(async () => {
    await deliver({ type: "test", key: `t${Date.now()}`, at: Date.now() });
    expect(await titles(alice.page)).toContain("알림이 잘 도착해요");
  }).toPass();
});

test("a click leads to the message in the open tab without a reload", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser);
  await alice.page.evaluate(() => Object.assign(window, { isStillHere: true }));
  await alice.page.getByRole("button", { name: "Settings" }).click();
  await deliver(note(channel));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await clickNotification(worker, channel);
  await expect(alice.page).toHaveURL(new RegExp(`/c/${channel}\\?m=1$`));
  await expect(message(alice.page, "one")).toBeVisible();
  expect(await alice.page.evaluate(() => "isStillHere" in window)).toBe(true);
  expect(await titles(alice.page)).toEqual([]);

  // Without an input in the notification, the reply action leads to the composer.
  await alice.page.goto("/");
  await expect(alice.page.getByRole("link", { name: /Bob/ })).toBeVisible();
  await deliver(note(channel, { key: "k9", seq: 9 }));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await clickNotification(worker, channel, "reply");
  await expect(composer(alice.page)).toBeFocused();
});

test("an action marks as read, and a repeated reply is sent once", async ({ browser }) => {
  const { alice, bob, channel, worker, deliver } = await scene(browser);
  await deliver(note(channel, { seq: 2, text: "two", unread: 2 }));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await clickNotification(worker, channel, "read");
  await expect.poll(() => titles(alice.page)).toEqual([]);
  await expect(alice.page.getByRole("link", { name: /Bob/ })).not.toHaveAccessibleName(/unread/);

  await say(bob, "three");
  await expect(alice.page.getByRole("link", { name: /Bob.*1 unread/ })).toBeVisible();
  // The second push stands for a retry of the first, whose answer was lost. Its seq is ahead of
  // what the page can have read.
  for (const [key, seq] of [
    ["k3", 3],
    ["k4", 99],
  ] as const) {
    await deliver(note(channel, { key, seq, text: "three" }));
    await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
    await clickNotification(worker, channel, "reply", { reply: "on my way", key: "k3" });
    await expect.poll(() => titles(alice.page)).toEqual([]);
  }
  await say(bob, "four");
  await expect(alice.page.getByRole("link", { name: /Bob.*1 unread/ })).toBeVisible();
  await expect(message(bob.page, "on my way")).toHaveCount(1);
});

test("a failed action is reported, with the unsent reply", async ({ browser }) => {
  const { alice, worker, deliver } = await scene(browser);
  await deliver(note("c_nowhere"));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await clickNotification(worker, "c_nowhere", "read");
  await expect.poll(() => titles(alice.page)).toEqual(["This couldn’t be marked as read"]);
  await clickNotification(worker, "c_nowhere", "reply", { reply: "on my way" });
  await expect
    .poll(() => shown(alice.page))
    .toMatchObject([
      { title: "Your reply wasn’t sent", body: expect.stringContaining("on my way"), tag: "failed/c_nowhere/k1" },
    ]);
});

test("an unsent reply outlasts later notifications, and a click adds it to the draft", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser);
  await deliver(note(channel, { seq: 99 }));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await alice.page.context().setOffline(true);
  await clickNotification(worker, channel, "reply", { reply: "on my way" });
  await alice.page.context().setOffline(false);
  await expect.poll(() => titles(alice.page)).toEqual(["Your reply wasn’t sent"]);
  await deliver(note(channel, { key: "k2", seq: 100 }));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob", "Your reply wasn’t sent"]);
  await deliver({ type: "clear", key: "x1", channel, seq: 100 });
  await expect.poll(() => titles(alice.page)).toEqual(["Your reply wasn’t sent"]);
  await clickNotification(worker, `failed/${channel}/k1`);
  await expect(composer(alice.page)).toHaveValue("on my way");
  await expect(composer(alice.page)).toBeFocused();
  await expect.poll(() => titles(alice.page)).toEqual([]);
});

test("a notification of a new epoch replaces the one before, and clears it", async ({ browser }) => {
  const { alice, deliver } = await scene(browser);
  await deliver(note("c_one", { seq: 9 }));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await deliver(note("c_one", { seq: 2, epochNumber: 2, text: "anew" }));
  await expect.poll(() => shown(alice.page)).toMatchObject([{ body: "anew" }]);
  await deliver({ type: "clear", key: "x1", channel: "c_one", epochNumber: 3, seq: 1 });
  await expect.poll(() => titles(alice.page)).toEqual([]);
});

test("a push for another account is not shown, and its actions do nothing", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser);
  const { page } = alice;
  await deliver(note(channel, { seq: 99 }));
  await deliver(note("c_two", { key: "g1", kind: "group", name: "Deck" }));
  await expect.poll(() => titles(page)).toEqual(["Bob", "Deck"]);
  await deliver(note("c_three", { user: "u_other", kind: "group", name: "Mast" }));
  await deliver(note("c_four", { kind: "group", name: "Keel" }));
  await expect.poll(() => titles(page)).toEqual(["Bob", "Deck", "Keel"]);

  // Another person signs in without the page noticing.
  const mallory = await register(browser, server.url, "Mallory");
  await page.context().addCookies(await mallory.page.context().cookies());
  await clickNotification(worker, channel, "reply", { reply: "on my way" });
  await expect.poll(() => titles(page)).toContain("This was for another account");
  expect(await shown(page)).toContainEqual(expect.objectContaining({ body: expect.stringMatching(/on my way$/) }));

  await storeRegistration(page, "u_other");
  await deliver(note("c_five"));
  await expect.poll(() => titles(page)).toEqual(["This was for another account"]);
});

test("WebKit shows every push, silently if it is nothing new", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser);
  await pretendToBe(
    worker,
    "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
  );
  const count = async () => (await silentFlags(worker)).length;
  await deliver(note("c_one", { seq: 2 }));
  await expect.poll(count).toBe(1);
  await deliver(note("c_one", { seq: 2 }));
  await expect.poll(count).toBe(2);
  await deliver({ type: "clear", key: "x1", channel: "c_one", seq: 1 });
  await expect.poll(count).toBe(3);
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await deliver({ type: "clear", key: "x2", channel: "c_one", seq: 2 });
  await expect.poll(count).toBe(4);
  await deliver(note("c_one", { user: "u_other" }));
  await expect.poll(count).toBe(5);
  await alice.page.getByRole("link", { name: /Bob/ }).click();
  await expect(message(alice.page, "two")).toBeVisible();
  await deliver(note(channel, { key: "k3", seq: 3 }));
  await expect.poll(count).toBe(6);
  expect(await silentFlags(worker)).toEqual([false, true, true, true, true, true]);
  await expect.poll(() => shown(alice.page)).toEqual([]);
});

test("the badge of the icon is the page's count plus later notifications", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser);
  // Bob has sent two unread messages, and no page shows the chat.
  await expect.poll(async () => (await badgeCounts(alice.page))[channel]?.unread).toBe(2);
  await worker.evaluate(() => {
    Object.assign(Reflect.get(self, "clients"), { matchAll: async () => [] });
    Object.assign(navigator, {
      setAppBadge: async (count: number) => Object.assign(self, { badge: count }),
      clearAppBadge: async () => Object.assign(self, { badge: 0 }),
    });
  });
  const badge = () => worker.evaluate(() => Reflect.get(self, "badge"));
  await deliver(note("c_two", { kind: "group", name: "Deck", unread: 3 }));
  await expect.poll(badge).toBe(5);
  await deliver(note(channel, { key: "k3", seq: 99, unread: 4 }));
  await expect.poll(badge).toBe(7);
  await deliver({ type: "clear", key: "x1", channel, seq: 99 });
  await expect.poll(badge).toBe(3);
});

test("reading closes notifications, and a focused chat shows none", async ({ browser }) => {
  const { alice, channel, deliver } = await scene(browser);
  await deliver(note(channel, { seq: 2, text: "two", unread: 2 }));
  await deliver(note("c_other", { key: "o1", kind: "group", name: "Deck" }));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob", "Deck"]);
  await alice.page.getByRole("link", { name: /Bob/ }).click();
  await expect(message(alice.page, "two")).toBeVisible();
  await expect.poll(() => titles(alice.page)).toEqual(["Deck"]);

  await deliver(note(channel, { key: "k3", seq: 3, text: "three" }));
  await deliver(note("c_more", { key: "m1", kind: "group", name: "Mast" }));
  await expect.poll(() => titles(alice.page)).toEqual(["Deck", "Mast"]);
});

test("notifications are turned on, tested, limited and turned off in the settings", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice", { ...allowed, timezoneId: "Asia/Seoul" });
  const { page } = alice;
  await fakeSubscriptions(page);
  await page.goto("/settings");
  const settings = page.getByRole("dialog").getByRole("region", { name: "Notifications" });
  await expect(settings.getByText("No device is told")).toBeVisible();
  await settings.getByRole("button", { name: "Turn on notifications" }).click();
  await expect(settings.getByText("Notifications are on for this device.")).toBeVisible();
  await expect(settings.getByRole("listitem")).toContainText("This device");
  await settings.getByRole("button", { name: "Send a test notification" }).click();
  await expect(settings.getByText("On its way.")).toBeVisible();

  const previews = settings.getByRole("switch", { name: "Show who wrote what" });
  await expect(previews).toBeChecked();
  await previews.uncheck();
  await settings.getByRole("switch", { name: "Quiet hours" }).check();
  await settings.getByLabel("From", { exact: true }).fill("23:30");
  await expect(settings.getByText("Time zone: Asia/Seoul")).toBeVisible();
  await expect
    .poll(async () => (await page.request.get("/v1/me/notifications")).json())
    .toEqual({ previews: false, quiet: { from: 23 * 60 + 30, to: 7 * 60, zone: "Asia/Seoul" } });

  // The next start has nothing to register.
  const registered: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/v1/push") && request.method() !== "GET") registered.push(request.method());
  });
  await page.reload();
  await expect(settings.getByText("Notifications are on for this device.")).toBeVisible();
  await expect(previews).not.toBeChecked();
  await expect(settings.getByLabel("From", { exact: true })).toHaveValue("23:30");
  await page.waitForLoadState("networkidle");
  expect(registered).toEqual([]);

  // A browser that replaces its subscription stays one device, also while no page is open.
  const devices = async () => (await (await page.request.get("/v1/push/subscriptions")).json()).items;
  const [before] = await devices();
  const [worker] = page.context().serviceWorkers();
  if (!worker) throw new Error("the worker does not run");
  await resubscribe(page, worker);
  await expect.poll(async () => (await devices()).length).toBe(1);
  expect((await devices())[0].id).not.toBe(before.id);
  await page.reload();
  await expect(settings.getByText("Notifications are on for this device.")).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(registered).toEqual([]);

  // Another device removes this one from the list, and it does not register again.
  const [last] = await devices();
  await page.request.delete(`/v1/push/subscriptions/${last.id}`, { headers: { origin: server.url } });
  await page.reload();
  await expect(settings.getByText("Notifications are off for this device.")).toBeVisible();
  await page.reload();
  await expect(settings.getByText("No device is told")).toBeVisible();

  await settings.getByRole("button", { name: "Turn on notifications" }).click();
  await settings.getByRole("button", { name: "Turn off here" }).click();
  await expect(settings.getByText("Notifications are off for this device.")).toBeVisible();
  await expect(settings.getByText("No device is told")).toBeVisible();
});

test("a device registers again a day later, unless it was removed from the list", async ({ browser }) => {
  const { page } = await register(browser, server.url, "Alice", allowed);
  await fakeSubscriptions(page);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Turn on notifications" }).click();
  await expect(page.getByText("Notifications are on for this device.")).toBeVisible();
  const registered: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/v1/push/subscriptions")) registered.push(request.method());
  });
  await ageRegistration(page);
  await page.goto("/");
  await expect.poll(() => registered).toEqual(["GET", "POST"]);
  await page.reload();
  await expect(page.getByRole("button", { name: "Settings" })).toBeVisible();

  const { items } = await (await page.request.get("/v1/push/subscriptions")).json();
  expect(items).toHaveLength(1);
  await page.request.delete(`/v1/push/subscriptions/${items[0].id}`, { headers: { origin: server.url } });
  await ageRegistration(page);
  await page.goto("/");
  await expect.poll(() => isSubscribed(page)).toBe(false);
  expect(registered).toEqual(["GET", "POST", "GET"]);
});

test("a device with an old server key subscribes with the current one", async ({ browser }) => {
  const { page } = await register(browser, server.url, "Alice", allowed);
  await fakeSubscriptions(page);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Turn on notifications" }).click();
  await expect(page.getByText("Notifications are on for this device.")).toBeVisible();
  const { key } = await (await page.request.get("/v1/push")).json();
  expect(await subscriptionKey(page)).toBe(key);
  const devices = async () => (await (await page.request.get("/v1/push/subscriptions")).json()).items;
  const [before] = await devices();

  await subscriptionKey(page, "BP-_");
  await ageRegistration(page);
  await page.goto("/");
  await expect.poll(() => subscriptionKey(page)).toBe(key);
  await expect.poll(async () => (await devices()).map(({ id }: { id: string }) => id)).not.toContain(before.id);
  expect(await devices()).toHaveLength(1);
});

test("notifications close when the session is ended elsewhere, also while no page is open", async ({ browser }) => {
  const { alice, deliver } = await scene(browser);
  const { page } = alice;
  await deliver(note("c_one"));
  await expect.poll(() => titles(page)).toEqual(["Bob"]);
  await page.goto("/docs");
  await page.context().clearCookies();
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  await expect.poll(() => titles(page)).toEqual([]);
});

test("the worker is one small file and is not cached", async ({ browser }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const answer = await context.request.get("/sw.js");
  expect(answer.headers()).toMatchObject({ "cache-control": "no-cache" });
  expect(answer.headers()["content-type"]).toContain("javascript");
  const text = await answer.text();
  expect(text).not.toMatch(/\bimport\b/);
  expect(gzipSync(text).byteLength).toBeLessThan(10_000);
});

test("signing out ends the subscription and closes the notifications", async ({ browser }) => {
  const { alice, deliver } = await scene(browser);
  const { page } = alice;
  await fakeSubscriptions(page);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Turn on notifications" }).click();
  await expect(page.getByText("Notifications are on for this device.")).toBeVisible();
  await deliver(note("c_one"));
  await expect.poll(() => titles(page)).toEqual(["Bob"]);
  await page.getByRole("button", { name: "Sign out of Parley" }).click();
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  await expect.poll(() => titles(page)).toEqual([]);
  await expect.poll(() => isSubscribed(page)).toBe(false);
});

test("the notify level of a chat is the same on every device", async ({ browser }) => {
  const { alice, channel } = await scene(browser);
  const { page } = alice;
  await page.goto(`/c/${channel}/details`);
  const level = page.getByLabel("Tell me of");
  await expect(level).toHaveValue("all");
  await level.selectOption("Nothing");
  await expect(page.getByRole("link", { name: /Bob.*Muted/ })).toBeVisible();
  await page.reload();
  await expect(level).toHaveValue("nothing");
});

test("a browser that blocks notifications shows how to allow them, and the offer appears only after a first message", async ({
  browser,
}) => {
  const bob = await register(browser, server.url, "Bob");
  const alice = await register(browser, server.url, "Alice");
  const { page } = alice;
  const decided = (permission: string) =>
    page.addInitScript((given) => {
      Object.defineProperty(Notification, "permission", { configurable: true, get: () => given });
    }, permission);
  await decided("default");
  await page.reload();
  await expect(page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  const nudge = page.getByRole("complementary", { name: "Notifications" });
  await openChat(alice, bob);
  await expect(nudge).toHaveCount(0);
  await say(alice, "hello");
  await expect(nudge).toBeVisible();
  await nudge.getByRole("button", { name: "Not now" }).click();
  await expect(nudge).toHaveCount(0);
  await page.reload();
  await expect(message(page, "hello")).toBeVisible();
  await expect(nudge).toHaveCount(0);

  await decided("denied");
  await page.goto("/settings");
  await expect(page.getByText("Your browser blocks notifications from Parley.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Turn on notifications" })).toHaveCount(0);
});
