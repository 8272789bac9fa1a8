// Drafts of a person with two devices: what was sent does not come back, and what was written last
// wins, whatever the clocks of the devices show.
import { type BrowserContext, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, register, signIn, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const MINUTES = 60_000;

/** Opens a page again in the profile that it had. */
async function reopen(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

test("a text that was sent on the phone does not come back on a laptop that was closed early", async ({ browser }) => {
  const phone = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(phone, bob);
  const address = phone.page.url();
  for (const aheadMs of [0, 10 * MINUTES, -10 * MINUTES]) {
    const laptop = await signIn(browser, server.url, phone, { aheadMs });
    const context = laptop.page.context();
    await laptop.page.goto(address);
    await composer(laptop.page).pressSequentially(`I will be ${aheadMs}`);
    await laptop.page.close({ runBeforeUnload: true });
    await expect(composer(phone.page)).toHaveValue(`I will be ${aheadMs}`);
    await composer(phone.page).press("End");
    await composer(phone.page).pressSequentially(" late");
    await composer(phone.page).press("Enter");
    await expect(message(phone.page, `I will be ${aheadMs} late`)).toBeVisible();
    const opened = await reopen(context, address);
    await expect(message(opened, `I will be ${aheadMs} late`)).toBeVisible();
    await expect(composer(opened)).toHaveValue("");
    await opened.waitForTimeout(2_500);
    await expect(composer(opened)).toHaveValue("");
    await expect(composer(phone.page)).toHaveValue("");
    await context.close();
  }
});

for (const aheadMs of [10 * MINUTES, -10 * MINUTES])
  test(`the draft written last wins over an offline one; the clock is ${aheadMs / MINUTES} minutes ahead`, async ({
    browser,
  }) => {
    const phone = await register(browser, server.url, "Alice");
    const bob = await register(browser, server.url, "Bob");
    await openChat(phone, bob);
    const address = phone.page.url();
    const laptop = await signIn(browser, server.url, phone, { aheadMs });
    const context = laptop.page.context();
    await laptop.page.goto(address);
    await expect(composer(laptop.page)).toBeVisible();
    // An older edit, offline, and the page is closed.
    await context.setOffline(true);
    await composer(laptop.page).fill("older, on the laptop");
    await laptop.page.waitForTimeout(500);
    await laptop.page.close();
    await composer(phone.page).fill("newer, on the phone");
    await phone.page.waitForTimeout(2_500);
    await context.setOffline(false);
    const opened = await reopen(context, address);
    await expect(composer(opened)).toHaveValue("newer, on the phone");
    await opened.waitForTimeout(2_500);
    await expect(composer(opened)).toHaveValue("newer, on the phone");
    await expect(composer(phone.page)).toHaveValue("newer, on the phone");
    // A newer edit, offline, wins.
    await context.setOffline(true);
    await composer(opened).fill("newest, on the laptop");
    await opened.waitForTimeout(500);
    await opened.close();
    await context.setOffline(false);
    const last = await reopen(context, address);
    await expect(composer(last)).toHaveValue("newest, on the laptop");
    await expect(composer(phone.page)).toHaveValue("newest, on the laptop");
  });

test("a text that was sent offline is no draft when the page opens again", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  const { page } = alice;
  const context = page.context();
  const address = page.url();
  await composer(page).fill("on my way");
  // The server has the draft.
  await page.waitForTimeout(2_500);
  await context.setOffline(true);
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("");
  await page.close();
  await context.setOffline(false);
  const opened = await reopen(context, address);
  await expect(message(opened, "on my way")).toBeVisible();
  await expect(composer(opened)).toHaveValue("");
  await opened.waitForTimeout(2_500);
  await expect(composer(opened)).toHaveValue("");
  await expect(message(opened, "on my way")).toHaveCount(1);
});
