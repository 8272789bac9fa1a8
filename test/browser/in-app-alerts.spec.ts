// What an open page plays and shows for messages in other chats.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Counts the notes that are played from here on. One sound has two notes. */
const countNotes = (page: Page) =>
  page.evaluate(() => {
    const start = AudioScheduledSourceNode.prototype.start;
    Reflect.set(window, "notes", 0);
    AudioScheduledSourceNode.prototype.start = function (...when) {
      Reflect.set(window, "notes", Reflect.get(window, "notes") + 1);
      return start.apply(this, when);
    };
  });

const notes = (page: Page): Promise<number> => page.evaluate(() => Reflect.get(window, "notes"));

/** Longer than the pause between two sounds, and than a page that catches up stays silent. */
const pause = (page: Page) => page.waitForTimeout(3_500);

/** Longer than the page waits for a read mark of another tab or device. */
const moment = (page: Page) => page.waitForTimeout(1_500);

const isUnread = (page: Page, name: string, count: number) =>
  expect(page.getByRole("link", { name: new RegExp(`${name}.*${count} unread`) })).toBeVisible();

/** Alice looks at her chat with Carol; Bob and Carol look at their chats with Alice. */
async function scene(browser: Parameters<typeof register>[0]): Promise<[Person, Person, Person]> {
  const [alice, bob, carol] = [
    await register(browser, server.url, "Alice"),
    await register(browser, server.url, "Bob"),
    await register(browser, server.url, "Carol"),
  ];
  await openChat(bob, alice);
  await openChat(alice, carol);
  await openChat(carol, alice);
  await alice.page.bringToFront();
  await countNotes(alice.page);
  await pause(alice.page);
  return [alice, bob, carol];
}

const turnSound = async (page: Page) => {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("switch", { name: "Sounds" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
};

/** As another device would do it. */
const setPresence = ({ page }: Person, presence: string) =>
  page.evaluate(async (body) => {
    const headers = { "content-type": "application/json" };
    const { ok } = await fetch("/v1/me", { method: "PATCH", headers, body });
    if (!ok) throw new Error("the profile did not change");
  }, JSON.stringify({ presence }));

test("messages in another chat sound at most once in a few seconds, and those in the open chat do not", async ({
  browser,
}) => {
  const [alice, bob, carol] = await scene(browser);
  await say(carol, "for this one");
  await expect(message(alice.page, "for this one")).toBeVisible();
  await moment(alice.page);
  expect(await notes(alice.page)).toBe(0);
  // As if another tab had just played a sound.
  await alice.page.evaluate(() => localStorage.setItem("parley.chimed", String(Date.now())));
  await say(bob, "for another");
  await isUnread(alice.page, "Bob", 1);
  await pause(alice.page);
  expect(await notes(alice.page)).toBe(0);
  await say(bob, "later");
  await expect.poll(() => notes(alice.page)).toBe(2);
  await expect(alice.page.locator(".heads-up-card")).toHaveCount(0);
});

test("nothing sounds with sounds off or in the mode dnd, and turning sounds on plays one", async ({ browser }) => {
  const [alice, bob] = await scene(browser);
  await turnSound(alice.page);
  await say(bob, "one");
  await isUnread(alice.page, "Bob", 1);
  await moment(alice.page);
  expect(await notes(alice.page)).toBe(0);
  await turnSound(alice.page);
  await expect.poll(() => notes(alice.page)).toBe(2);
  await say(bob, "two");
  await expect.poll(() => notes(alice.page)).toBe(4);
  await setPresence(alice, "dnd");
  await pause(alice.page);
  await say(bob, "three");
  await isUnread(alice.page, "Bob", 3);
  await moment(alice.page);
  expect(await notes(alice.page)).toBe(4);
  await setPresence(alice, "auto");
  await moment(alice.page);
  await say(bob, "four");
  await expect.poll(() => notes(alice.page)).toBe(6);
});

test("a tab in the background does not sound for messages that another tab reads", async ({ browser }) => {
  const [alice, bob] = await scene(browser);
  const other = await alice.page.context().newPage();
  // In the test browser every page has the focus.
  await alice.page.evaluate(() => {
    document.hasFocus = () => false;
  });
  await other.goto("/");
  await other.getByRole("link", { name: /Bob/ }).click();
  await expect(composer(other)).toBeVisible();
  await pause(other);
  await say(bob, "read at once");
  await expect(message(other, "read at once")).toBeVisible();
  await moment(other);
  expect(await notes(alice.page)).toBe(0);
});

test("on a phone a card leads to the other chat", async ({ browser }) => {
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
