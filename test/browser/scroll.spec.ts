import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Sends many messages as the page's own person, faster than typing could. */
const flood = (page: Page, channel: string, count: number) =>
  page.evaluate(
    async ([id, total]) => {
      for (let i = 1; i <= total; i++) {
        const response = await fetch(`/v1/channels/${id}/messages`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": `flood ${i}` },
          body: JSON.stringify({ text: `old line ${i}` }),
        });
        if (!response.ok) throw new Error(await response.text());
      }
    },
    [channel, count] as const,
  );

test("scrolling back loads the whole history without moving the row that is being read", async ({ browser }) => {
  test.setTimeout(150_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  const channel = new URL(alice.page.url()).pathname.split("/").at(-1) ?? "";
  await flood(alice.page, channel, 180);
  await alice.page.reload();
  await expect(message(alice.page, "old line 180")).toBeVisible();
  const log = alice.page.getByRole("log");
  const top = log.getByText("old line 1", { exact: true });
  await expect(async () => {
    await log.hover();
    await alice.page.mouse.wheel(0, -2_000);
    await expect(top).toBeVisible({ timeout: 300 });
  }).toPass({ timeout: 60_000 });
  expect(await alice.page.getByRole("article").count()).toBeLessThan(120);
  // A message from the other person does not move the reader.
  await openChat(bob, alice);
  await say(bob, "news from below");
  await expect(alice.page.getByRole("button", { name: /1 new message|Jump to latest/ })).toBeVisible();
  await expect(top).toBeVisible();
  await alice.page.getByRole("button", { name: /1 new message|Jump to latest/ }).click();
  await expect(message(alice.page, "news from below")).toBeVisible();
});

test("Enter does not send a Korean syllable that is being composed", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  await openChat(alice, alice);
  const { page } = alice;
  await composer(page).focus();
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "안녀", selectionStart: 2, selectionEnd: 2 });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article")).toHaveCount(0);
  await session.send("Input.imeSetComposition", { text: "", selectionStart: 0, selectionEnd: 0 });
  await session.send("Input.insertText", { text: "안녕" });
  await page.keyboard.press("Enter");
  await expect(message(page, "안녕")).toHaveCount(1);
});
