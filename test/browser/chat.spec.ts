import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, openPage, password, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** The texts on a page, in the order of the page. */
const texts = (page: Page) => page.getByRole("article").locator(".prose").allInnerTexts();

test("two people register, find each other and chat, live and in order", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await say(alice, "Hello Bob");
  // Bob's list shows the chat, its preview and the unread count, although he has not opened it.
  const row = bob.page.getByRole("link", { name: /Alice/ });
  await expect(row).toContainText("Hello Bob");
  await expect(row).toHaveAccessibleName(/1 unread/);
  await row.click();
  await expect(message(bob.page, "Hello Bob")).toBeVisible();
  await say(bob, "Hello Alice");
  await expect(message(alice.page, "Hello Alice")).toBeVisible();
  for (let i = 1; i <= 5; i++) await say(alice, `line ${i}`);
  await expect(message(bob.page, "line 5")).toBeVisible();
  const expected = ["Hello Bob", "Hello Alice", "line 1", "line 2", "line 3", "line 4", "line 5"];
  await expect.poll(() => texts(alice.page)).toEqual(expected);
  await expect.poll(() => texts(bob.page)).toEqual(expected);
});

test("an edit and a deletion reach the other person immediately", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  await say(alice, "a tpyo");
  await expect(message(bob.page, "a tpyo")).toBeVisible();
  await composer(alice.page).press("ArrowUp");
  await composer(alice.page).fill("a typo, mended");
  await composer(alice.page).press("Enter");
  await expect(message(bob.page, "a typo, mended")).toContainText("edited");
  await say(alice, "a secret");
  await expect(message(bob.page, "a secret")).toBeVisible();
  await message(alice.page, "a secret").hover();
  await message(alice.page, "a secret").getByRole("button", { name: "Delete" }).click();
  await alice.page.getByRole("dialog").getByRole("button", { name: "Delete message" }).click();
  await expect(message(bob.page, "a secret")).toHaveCount(0);
  await expect(bob.page.getByText(/deleted/i).first()).toBeVisible();
});

test("two devices of one account stay in step, and revoking a session signs it out immediately", async ({
  browser,
}) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  const laptop = await openPage(browser, server.url);
  await laptop.getByLabel("Handle").fill(bob.handle);
  await laptop.getByLabel("Password", { exact: true }).fill(password);
  await laptop.getByRole("button", { name: "Sign in" }).click();
  await openChat(alice, bob);
  await say(alice, "on every device");
  for (const page of [bob.page, laptop]) {
    await expect(page.getByRole("link", { name: /Alice.*1 unread/ })).toBeVisible();
  }
  // Read on one device, read on the other.
  await laptop.getByRole("link", { name: /Alice/ }).click();
  await expect(message(laptop, "on every device")).toBeVisible();
  await expect(bob.page.getByRole("link", { name: /Alice/ })).not.toHaveAccessibleName(/unread/);
  await say({ page: laptop, handle: bob.handle, name: bob.name }, "from the laptop");
  await expect(bob.page.getByRole("link", { name: /Alice/ })).toContainText("from the laptop");
  // Signed out by the first device, the second shows the sign-in page within about a second.
  await bob.page.getByRole("button", { name: "Settings" }).click();
  const settings = bob.page.getByRole("dialog");
  await settings
    .getByRole("listitem")
    .getByRole("button", { name: /Sign out/ })
    .click();
  await expect(laptop.getByText("You were signed out")).toBeVisible();
  await expect(settings.getByRole("listitem")).toHaveCount(1);
});
