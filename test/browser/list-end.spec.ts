// A reader at the end of the list stays there, whatever grows.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, focusLastMessage, message, openChat, type Person, register, say, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const gap = (page: Page) =>
  page
    .locator(".log-scroll")
    .evaluate(({ scrollHeight, clientHeight, scrollTop }) => Math.round(scrollHeight - clientHeight - scrollTop));

const channelOf = ({ page }: Person) => new URL(page.url()).pathname.split("/")[2] ?? "";

/** Sends messages as the page's own person, faster than typing could. */
const flood = (page: Page, channel: string, count: number) =>
  page.evaluate(
    async ([id, total]) => {
      for (let i = 1; i <= total; i++)
        await fetch(`/v1/channels/${id}/messages`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": `line ${i}` },
          body: JSON.stringify({ text: `old line ${i}` }),
        });
    },
    [channel, count] as const,
  );

/** Waits until the gap has been the same for half a second. */
async function settledGap(page: Page): Promise<number> {
  let last = -1;
  for (let same = 0; same < 5; ) {
    await page.waitForTimeout(100);
    const now = await gap(page);
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

test("a reaction, a reply in a thread, an edit and an unread divider leave no gap at the end", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await flood(alice.page, channelOf(alice), 40);
  await say(alice, "the last one");
  await openChat(bob, alice);
  await bob.page.getByRole("button", { name: /new message|Jump to latest/ }).click();
  await expect(message(bob.page, "the last one")).toBeVisible();
  await expect(message(alice.page, "the last one")).toBeVisible();
  const pages = [alice.page, bob.page];
  const expectNoGap = async () => {
    for (const page of pages) expect(await settledGap(page)).toBe(0);
  };
  await expectNoGap();
  const last = message(bob.page, "the last one");
  await last.click({ button: "right" });
  await bob.page.getByRole("button", { name: "React with 👍" }).first().click();
  await expect(alice.page.getByRole("button", { name: /👍 1/ })).toBeVisible();
  await expectNoGap();
  // The first reply in a thread, sent by the API as another device would.
  await bob.page.evaluate(
    async ([id, thread]) => {
      await fetch(`/v1/channels/${id}/messages`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": "reply" },
        body: JSON.stringify({ text: "a reply", thread }),
      });
    },
    [channelOf(bob), 41] as const,
  );
  await expect(message(alice.page, "the last one").locator(".replies")).toBeVisible();
  await expectNoGap();
  await composer(alice.page).press("ArrowUp");
  await composer(alice.page).fill("the last one\nwith\nfour more\nlines\nnow");
  await composer(alice.page).press("Enter");
  await expect(message(bob.page, "four more")).toBeVisible();
  await expectNoGap();
  await message(bob.page, "four more").click({ button: "right" });
  await bob.page.getByRole("menuitem", { name: "Mark as unread" }).click();
  await expect(bob.page.locator(".log").getByText("New", { exact: true })).toBeVisible();
  await expectNoGap();
  // Elsewhere the row that is being read stays where it is.
  await alice.page.locator(".log-scroll").hover();
  await alice.page.mouse.wheel(0, -900);
  const away = await settledGap(alice.page);
  expect(away).toBeGreaterThan(300);
  await message(bob.page, "four more").click({ button: "right" });
  await bob.page.getByRole("button", { name: "React with ❤️" }).first().click();
  await alice.page.waitForTimeout(1_000);
  const top = await alice.page.locator(".log-scroll").evaluate(({ scrollTop }) => scrollTop);
  expect(top).toBeGreaterThan(0);
  expect(await settledGap(alice.page)).toBeGreaterThan(200);
});

test("End and Escape go to the end of the channel, and the focus never falls to the body", async ({ browser }) => {
  test.setTimeout(120_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  const { page } = alice;
  const channel = channelOf(alice);
  await flood(page, channel, 220);
  const bodies = () => page.evaluate(() => (window as { bodies?: number }).bodies ?? 0);
  const far = async () => {
    await page.goto(`/c/${channel}?m=20`);
    await expect(message(page, "old line 20")).toBeVisible();
    await expect(message(page, "old line 20")).toBeFocused();
    await page.waitForTimeout(700);
    await expect(message(page, "old line 220")).toHaveCount(0);
    // Counts the frames in which nothing has the focus.
    await page.evaluate(() => {
      const state = window as { bodies?: number };
      state.bodies = 0;
      const look = () => {
        if (document.activeElement === document.body) state.bodies = (state.bodies ?? 0) + 1;
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  };
  await far();
  await page.keyboard.press("End");
  await expect(message(page, "old line 220")).toBeVisible();
  await expect(message(page, "old line 220")).toBeFocused();
  expect(await settledGap(page)).toBe(0);
  expect(await bodies()).toBeLessThan(3);
  await far();
  await page.keyboard.press("Escape");
  await expect(message(page, "old line 220")).toBeVisible();
  await expect(composer(page)).toBeFocused();
  expect(await settledGap(page)).toBe(0);
  // The focused row leaves the list while the person scrolls.
  await far();
  await page.locator(".log-scroll").hover();
  for (let i = 0; i < 8; i++) {
    await page.mouse.wheel(0, 1_500);
    await page.waitForTimeout(100);
  }
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
  // A message that is deleted while it has the focus.
  await page.goto(`/c/${channel}`);
  await expect(message(page, "old line 220")).toBeVisible();
  expect(await settledGap(page)).toBe(0);
  await say(alice, "not for long");
  await expect(message(page, "not for long")).toBeVisible();
  // While the list still scrolls, the button that leads to its end comes first.
  expect(await settledGap(page)).toBe(0);
  await focusLastMessage(page);
  await expect(message(page, "not for long")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete message" }).click();
  await expect(message(page, "not for long")).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
});

test("one toolbar shows at a time, and it stays on a screen of 320 pixels", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice", { viewport: { width: 320, height: 640 } });
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  const { page } = alice;
  for (const text of ["hi", "a message that is much longer than one line of a narrow screen can be"]) {
    await say(bob, text);
    await say(alice, text);
  }
  await expect(page.getByRole("article")).toHaveCount(4);
  await say(alice, "ok");
  const toolbars = page.getByRole("toolbar").filter({ visible: true });
  for (const width of [320, 400, 720, 1_000, 1_400]) {
    await page.setViewportSize({ width, height: 640 });
    for (const row of await page.getByRole("article").all()) {
      await row.locator(".bubble").hover();
      await expect(toolbars).toHaveCount(1);
      const box = await toolbars.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
  }
  // A focused message and the mouse over another one.
  await focusLastMessage(page);
  await expect(page.getByRole("article").last()).toBeFocused();
  await expect(toolbars).toHaveCount(1);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(toolbars).toHaveCount(1);
  await expect(page.getByRole("article").nth(2).getByRole("toolbar")).toBeVisible();
  await page.getByRole("article").first().locator(".bubble").hover();
  await expect(toolbars).toHaveCount(1);
  await expect(page.getByRole("article").first().getByRole("toolbar")).toBeVisible();
});
