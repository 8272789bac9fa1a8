// What a push shows, what replaces and closes it, and the number on the icon.
import { gzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { pretendToBe, silentFlags } from "./fake-push";
import { note, scene, shown, titles } from "./notification-scene";
import { message, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** The stored unread counts of the app's icon. */
const badgeCounts = (page: Page): Promise<Record<string, { unread: number } | undefined>> =>
  page.evaluate(async () => (await (await caches.open("parley.notifications")).match("/kept/tally"))?.json() ?? {});

test("a channel has one notification, alerts once for each key, and closes it when another device reads", async ({
  browser,
}) => {
  const { alice, deliver } = await scene(browser, server.url);
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
  const { alice, deliver } = await scene(browser, server.url);
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

test("a notification of a new epoch replaces the one before, and clears it", async ({ browser }) => {
  const { alice, deliver } = await scene(browser, server.url);
  await deliver(note("c_one", { seq: 9 }));
  await expect.poll(() => titles(alice.page)).toEqual(["Bob"]);
  await deliver(note("c_one", { seq: 2, epochNumber: 2, text: "anew" }));
  await expect.poll(() => shown(alice.page)).toMatchObject([{ body: "anew" }]);
  await deliver({ type: "clear", key: "x1", channel: "c_one", epochNumber: 3, seq: 1 });
  await expect.poll(() => titles(alice.page)).toEqual([]);
});

test("WebKit shows every push, silently if it is nothing new", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser, server.url);
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
  const { alice, channel, worker, deliver } = await scene(browser, server.url);
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
  const { alice, channel, deliver } = await scene(browser, server.url);
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

test("notifications close when the session is ended elsewhere, also while no page is open", async ({ browser }) => {
  const { alice, deliver } = await scene(browser, server.url);
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
