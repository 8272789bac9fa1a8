// A page that is open: what it sounds and shows for chats nobody looks at.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../support/node/server";
import { composer, message, openChat, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Counts the notes that are played from here on: two are one sound. */
const listen = (page: Page) =>
  page.evaluate(() => {
    const start = AudioScheduledSourceNode.prototype.start;
    Reflect.set(window, "notes", 0);
    AudioScheduledSourceNode.prototype.start = function (...when) {
      Reflect.set(window, "notes", Reflect.get(window, "notes") + 1);
      return start.apply(this, when);
    };
  });

const notes = (page: Page): Promise<number> => page.evaluate(() => Reflect.get(window, "notes"));

/** Longer than the pause between two sounds. */
const pause = (page: Page) => page.waitForTimeout(3_200);

const isUnread = (page: Page, name: string, count: number) =>
  expect(page.getByRole("link", { name: new RegExp(`${name}.*${count} unread`) })).toBeVisible();

/** Alice looks at her chat with Carol; Bob and Carol look at theirs with her. */
async function scene(browser: Parameters<typeof register>[0]): Promise<[Person, Person, Person]> {
  const [alice, bob, carol] = [
    await register(browser, server.url, "Alice"),
    await register(browser, server.url, "Bob"),
    await register(browser, server.url, "Carol"),
  ];
  await openChat(bob, alice);
  await openChat(alice, carol);
  await openChat(carol, alice);
  await listen(alice.page);
  return [alice, bob, carol];
}

const turnSound = async (page: Page) => {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("switch", { name: "Sounds" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
};

test("what comes for another chat is heard once in a few seconds, and what comes for this one is not", async ({
  browser,
}) => {
  const [alice, bob, carol] = await scene(browser);
  await say(carol, "for this one");
  await expect(message(alice.page, "for this one")).toBeVisible();
  await say(bob, "for another");
  await expect.poll(() => notes(alice.page)).toBe(2);
  await say(bob, "and more");
  await isUnread(alice.page, "Bob", 2);
  await pause(alice.page);
  expect(await notes(alice.page)).toBe(2);
  await say(bob, "later");
  await expect.poll(() => notes(alice.page)).toBe(4);
  await expect(alice.page.locator(".heads-up-card")).toHaveCount(0);
});

test("nothing is heard where sounds are off, nor by whoever is not to be disturbed; turned on, it is heard at once", async ({
  browser,
}) => {
  const [alice, bob] = await scene(browser);
  await turnSound(alice.page);
  await say(bob, "one");
  await isUnread(alice.page, "Bob", 1);
  await alice.page.reload();
  await isUnread(alice.page, "Bob", 1);
  await listen(alice.page);
  await say(bob, "two");
  await isUnread(alice.page, "Bob", 2);
  await turnSound(alice.page);
  await expect.poll(() => notes(alice.page)).toBe(2);
  await say(bob, "three");
  await expect.poll(() => notes(alice.page)).toBe(4);
  await alice.page.evaluate(() =>
    fetch("/v1/me", {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ presence: "dnd" }),
    }),
  );
  await alice.page.reload();
  await isUnread(alice.page, "Bob", 3);
  await listen(alice.page);
  await composer(alice.page).click();
  await pause(alice.page);
  await say(bob, "four");
  await isUnread(alice.page, "Bob", 4);
  await alice.page.waitForTimeout(1_000);
  expect(await notes(alice.page)).toBe(0);
});

test("on a phone a line leads to the other chat", async ({ browser }) => {
  const [alice, bob] = await scene(browser);
  await alice.page.setViewportSize({ width: 390, height: 844 });
  await expect(composer(alice.page)).toBeVisible();
  await say(bob, "**Are** you there?");
  const line = alice.page.getByRole("status").getByRole("button", { name: "Are you there?" });
  await expect(line).toContainText("Bob");
  await line.click();
  await expect(message(alice.page, "Are you there?")).toBeVisible();
  await expect(line).toHaveCount(0);
});
