// What a click on a notification, its actions and its reply do.
import { expect } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { clickNotification, storeRegistration } from "./fake-push";
import { note, scene, shown, titles } from "./notification-scene";
import { composer, message, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

test("a click leads to the message in the open tab without a reload", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser, server.url);
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
  const { alice, bob, channel, worker, deliver } = await scene(browser, server.url);
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
  const { alice, worker, deliver } = await scene(browser, server.url);
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
  const { alice, channel, worker, deliver } = await scene(browser, server.url);
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

test("a push for another account is not shown, and its actions do nothing", async ({ browser }) => {
  const { alice, channel, worker, deliver } = await scene(browser, server.url);
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
