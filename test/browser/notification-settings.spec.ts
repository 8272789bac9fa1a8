// How a person turns notifications on and off, and how a device stays registered.
import { expect } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { ageRegistration, fakeSubscriptions, isSubscribed, resubscribe, subscriptionKey } from "./fake-push";
import { allowed, note, scene, titles } from "./notification-scene";
import { message, openChat, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
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

test("signing out ends the subscription and closes the notifications", async ({ browser }) => {
  const { alice, deliver } = await scene(browser, server.url);
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
  const { alice, channel } = await scene(browser, server.url);
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
