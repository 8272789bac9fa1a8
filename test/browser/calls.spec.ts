// Calls between browser profiles with fake cameras and microphones: what the people see, and what
// their connections measure.
import { expect } from "@playwright/test";
import { Server } from "../simulation/kit/dev-server";
import { caller, callLaunch, control, expectMedia, measure, soundOf, stage, start, tile } from "./callers";
import { makeGroup, openChat, test } from "./people";

test.use({ launchOptions: callLaunch });
test.describe.configure({ mode: "serial" });

let server: Server;
test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(async () => server.stop());

test("two people talk, mute, share a screen and hang up", async ({ browser }) => {
  const alice = await caller(browser, server.url, "Alice");
  const bob = await caller(browser, server.url, "Bob");
  await openChat(alice, bob);
  await start(alice, "Call");
  await bob.page.getByRole("alertdialog").getByRole("button", { name: "Accept", exact: true }).click();
  for (const { page } of [alice, bob]) await expectMedia(page, 1, ["bytes", "energy"]);

  await test.step("mute is silence at the other person", async () => {
    const spoken = await soundOf(bob.page);
    await alice.page.keyboard.press("Space");
    await expect(control(alice.page, "Unmute")).toBeVisible();
    await expect(tile(bob.page, "Alice")).toContainText("Muted");
    // The sound that was sent before is still played, on a busy machine for longer.
    await expect.poll(() => soundOf(bob.page), { timeout: 10_000 }).toBeLessThan(spoken / 100);
    await alice.page.keyboard.press("Space");
    await expectMedia(bob.page, 1, ["energy"]);
  });

  await test.step("the screen of one shows at the other", async () => {
    await control(bob.page, "Share screen").click();
    await expect(tile(alice.page, "Screen of Bob")).toBeVisible();
    await expectMedia(alice.page, 1, ["frames"]);
    await control(bob.page, "Stop sharing").click();
    await expect(tile(alice.page, "Screen of Bob")).toHaveCount(0);
  });

  await test.step("the call is a small view over the chats", async () => {
    await control(alice.page, "Show chats").click();
    await expect(alice.page.getByRole("textbox", { name: "Message" })).toBeVisible();
    await control(alice.page, "Show call").click();
  });

  await control(alice.page, "Leave call").click();
  for (const { page } of [alice, bob]) await expect(stage(page)).toHaveCount(0);
  await expect(alice.page.getByText(/^Call, \d+ s/)).toBeVisible();
  expect(await measure(bob.page)).toEqual([]);
});

test("three people see each other, and a killed server does not interrupt them", async ({ browser }) => {
  test.setTimeout(180_000);
  const alice = await caller(browser, server.url, "Alice");
  const bob = await caller(browser, server.url, "Bob");
  const carol = await caller(browser, server.url, "Carol");
  const everyone = [alice, bob, carol];
  await makeGroup(alice, "Trio", [bob, carol]);
  await start(alice, "Video call");
  for (const { page } of [bob, carol]) {
    await page.getByRole("link", { name: /Trio/ }).click();
    await page.getByRole("button", { name: "Join call" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Turn on camera" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Join", exact: true }).click();
  }
  for (const { page } of everyone) await expectMedia(page, 2, ["bytes", "frames", "energy"]);

  await server.kill();
  await expect(stage(bob.page).getByText("The connection to the server is lost")).toBeVisible();
  for (const { page } of everyone) await expectMedia(page, 2, ["bytes", "frames"]);
  await server.start();
  for (const { page } of everyone) {
    const lost = stage(page).getByText("The connection to the server is lost");
    await expect(lost).toHaveCount(0, { timeout: 60_000 });
  }
  await control(alice.page, "Mute").click();
  await expect(tile(bob.page, "Alice")).toContainText("Muted");
  for (const { page } of everyone) await expectMedia(page, 2, ["bytes", "frames"]);

  await control(carol.page, "Leave call").click();
  await expect(tile(bob.page, "Carol")).toHaveCount(0);
  await expectMedia(bob.page, 1, ["frames"]);
});
