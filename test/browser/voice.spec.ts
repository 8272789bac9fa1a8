// Voice messages with the fake microphone of Chromium, which beeps: recorded, heard before they are
// sent, played and sought by others; kept while offline; and what is said without a microphone.
import { expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, message, openChat, register, test } from "./people";

test.use({
  launchOptions: {
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
    ],
  },
});

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

const microphone = (page: Page) => page.getByRole("button", { name: "Record a voice message" });
const bar = (page: Page) => page.getByRole("group", { name: "Recording a voice message" });
const voices = (page: Page) => page.getByRole("article").getByRole("group", { name: /^Voice message, \d+:\d\d$/ });
const position = (page: Page) => voices(page).last().getByRole("slider", { name: "Position" });
const positionMs = (page: Page) => position(page).evaluate((one: HTMLInputElement) => Number(one.value));

async function record(page: Page, seconds: number): Promise<void> {
  await microphone(page).click();
  await expect(bar(page).getByRole("timer")).toHaveText(`0:0${seconds}`);
}

test("a voice message is recorded, heard, sent, played by the other person, sought and sped up", async ({
  browser,
}) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  await record(alice.page, 5);
  // The beeps of the fake microphone reach the meter.
  await expect
    .poll(
      () =>
        bar(alice.page)
          .locator("meter")
          .evaluate((one: HTMLMeterElement) => one.value),
      { intervals: [50] },
    )
    .toBeGreaterThan(10);
  await bar(alice.page).getByRole("button", { name: "Stop and listen" }).click();
  await bar(alice.page).getByRole("button", { name: "Play" }).click();
  await expect(bar(alice.page).getByRole("button", { name: "Pause" })).toBeVisible();
  await bar(alice.page).getByRole("button", { name: "Send the voice message" }).click();
  await expect(composer(alice.page)).toBeVisible();
  await expect(voices(bob.page)).toHaveCount(1);
  const bars = voices(bob.page).locator("rect");
  await expect(bars).toHaveCount(64);
  const heights = await bars.evaluateAll((all) => all.map((one) => Number(one.getAttribute("height"))));
  expect(Math.max(...heights)).toBe(100);
  expect(Math.min(...heights)).toBeLessThan(50);
  await voices(bob.page).getByRole("button", { name: "Play" }).click();
  await expect.poll(() => positionMs(bob.page)).toBeGreaterThan(300);
  await voices(bob.page).getByRole("button", { name: "Pause" }).click();
  // A click seeks, also backwards, and so do the arrow keys.
  const box = await position(bob.page).boundingBox();
  if (!box) throw new Error("the player has no track");
  await bob.page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2);
  await expect.poll(() => positionMs(bob.page)).toBeGreaterThan(2_500);
  await voices(bob.page).getByRole("button", { name: "Play" }).click();
  await expect.poll(() => positionMs(bob.page)).toBeGreaterThan(3_300);
  await bob.page.mouse.click(box.x + box.width * 0.1, box.y + box.height / 2);
  await expect.poll(() => positionMs(bob.page)).toBeLessThan(2_500);
  await voices(bob.page).getByRole("button", { name: "Pause" }).click();
  const before = await positionMs(bob.page);
  await position(bob.page).press("ArrowRight");
  await expect.poll(() => positionMs(bob.page)).toBeGreaterThan(before + 500);
  await voices(bob.page).getByRole("button", { name: "Speed: 1×" }).click();
  await voices(bob.page).getByRole("button", { name: "Speed: 1.5×" }).click();
  await expect(voices(bob.page).getByRole("button", { name: "Speed: 2×" })).toBeVisible();
});

test("a recording can be discarded, is kept while the person reads another chat, and waits while offline", async ({
  browser,
}) => {
  const alice = await register(browser, server.url, "Alice", { viewport: { width: 390, height: 800 } });
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  await record(alice.page, 1);
  await bar(alice.page).getByRole("button", { name: "Discard the recording" }).click();
  await expect(microphone(alice.page)).toBeVisible();

  await record(alice.page, 2);
  const box = await bar(alice.page).boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= 390).toBe(true);
  await alice.page.getByRole("button", { name: "Back" }).click();
  await alice.page.getByRole("link", { name: /Bob/ }).click();
  await expect(bar(alice.page).getByRole("button", { name: "Play" })).toBeVisible();
  await alice.page.context().setOffline(true);
  await bar(alice.page).getByRole("button", { name: "Send the voice message" }).click();
  await expect(voices(alice.page)).toHaveCount(1);
  await expect(voices(bob.page)).toHaveCount(0);
  await alice.page.context().setOffline(false);
  await expect(voices(bob.page)).toHaveCount(1, { timeout: 45_000 });
  await expect(voices(bob.page)).toHaveAccessibleName("Voice message, 0:02");
  // The player of a narrow screen fits into the bubble.
  const player = await voices(alice.page).boundingBox();
  expect(player && player.x >= 0 && player.x + player.width <= 390).toBe(true);
});

test("the page says plainly that the microphone is blocked or missing", async ({ browser }) => {
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  for (const [name, words] of [
    ["NotAllowedError", "The microphone is blocked"],
    ["NotFoundError", "There is no microphone"],
  ] as const) {
    await alice.page.evaluate((failure) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", failure));
    }, name);
    await microphone(alice.page).click();
    await expect(alice.page.getByRole("alert").filter({ hasText: words })).toBeVisible();
    await bar(alice.page).getByRole("button", { name: "Close" }).click();
  }
  await composer(alice.page).fill("then in writing");
  await expect(microphone(alice.page)).toHaveCount(0);
  await composer(alice.page).press("Enter");
  await expect(message(alice.page, "then in writing")).toBeVisible();
});
