// A long press on a message opens its menu as a sheet. Lifting the finger is no choice in it.
import { type CDPSession, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, register, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const touch = (session: CDPSession, type: "touchStart" | "touchEnd" | "touchMove", at?: { x: number; y: number }) =>
  session.send("Input.dispatchTouchEvent", { type, touchPoints: at ? [at] : [] });

const sheet = (page: Page) => page.getByRole("dialog");

test("lifting the finger that opened the sheet does not click in it, wherever and whenever", async ({ browser }) => {
  const phone = { hasTouch: true, isMobile: true, viewport: { width: 320, height: 568 } };
  const alice = await register(browser, server.url, "Alice", phone);
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  const { page } = alice;
  for (let i = 1; i <= 14; i++) {
    await composer(page).fill(`line ${i}`);
    await page.getByRole("button", { name: "Send" }).tap();
  }
  await expect(message(page, "line 14")).toBeVisible();
  const session = await page.context().newCDPSession(page);
  const before = await page.getByRole("article").count();
  // The last messages lie where the sheet opens, the first above it.
  for (const text of ["line 14", "line 12", "line 10", "line 7"])
    for (const ms of [470, 520, 700, 1_200]) {
      const box = await message(page, text).locator(".bubble").boundingBox();
      if (!box) throw new Error("the message is not on screen");
      const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
      await touch(session, "touchStart", at);
      await page.waitForTimeout(ms);
      await touch(session, "touchEnd");
      await expect(sheet(page)).toBeVisible();
      await page.waitForTimeout(500);
      await expect(sheet(page)).toBeVisible();
      await expect(page.locator(".task-bar")).toHaveCount(0);
      // The next touch is a choice: beside the sheet it closes.
      await page.touchscreen.tap(160, 20);
      await expect(sheet(page)).toHaveCount(0);
    }
  expect(await page.getByRole("article").count()).toBe(before);
  await expect(page.locator(".reactions")).toHaveCount(0);
  // A tap in the sheet chooses.
  const box = await message(page, "line 13").locator(".bubble").boundingBox();
  if (!box) throw new Error("the message is not on screen");
  await touch(session, "touchStart", { x: Math.round(box.x + 10), y: Math.round(box.y + 10) });
  await page.waitForTimeout(600);
  await touch(session, "touchEnd");
  await page.getByRole("menuitem", { name: "Reply", exact: true }).tap();
  await expect(page.locator(".task-bar")).toContainText("line 13");
});
