// A channel with many pictures: scrolling back moves nothing, and only pictures near the screen are
// fetched. PICTURES sets how many; a full run has 1,000.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { openChat, register, test } from "./people";
import { sendPictures } from "./pictures";

const PICTURES = Number(process.env.PICTURES ?? 100);

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/** Adds up the layout shifts of a page from its next load on, as CLS counts them, without input. */
const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: "layout-shift", buffered: true });
  });

const shiftsOf = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, one) => sum + one, 0));

test(`a chat with ${PICTURES} pictures scrolls without a jump and fetches what is near the screen`, async ({
  browser,
}) => {
  test.setTimeout(120_000 + PICTURES * 500);
  const alice = await register(browser, server.url, "Alice");
  const { page } = alice;
  await openChat(alice, alice);
  const channel = new URL(page.url()).pathname.split("/")[2] ?? "";
  await sendPictures(page, channel, PICTURES);
  await watchShifts(page);
  const fetched = new Set<string>();
  page.on("request", (request) => {
    const id = /\/v1\/files\/([^/]+)\//.exec(request.url())?.[1];
    if (id !== undefined) fetched.add(id);
  });
  await page.reload();
  const log = page.getByRole("log");
  await expect(log.getByText(`sight ${PICTURES}`, { exact: true })).toBeVisible();
  const last = page.locator("article .picture > img").last();
  await expect.poll(() => last.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
  await page.waitForLoadState("networkidle");
  expect(fetched.size).toBeLessThan(30);
  const before = await shiftsOf(page);
  const first = log.getByText("sight 1", { exact: true });
  await log.hover();
  await expect(async () => {
    await page.mouse.wheel(0, -1_500);
    await expect(first).toBeVisible({ timeout: 100 });
  }).toPass({ timeout: 60_000 + PICTURES * 300, intervals: [50] });
  expect((await shiftsOf(page)) - before).toBe(0);
  // Rows that are far from the screen are not in the document.
  expect(await page.getByRole("article").count()).toBeLessThan(60);
});
