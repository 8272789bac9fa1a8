// Calls between browser profiles with fake cameras and microphones: what the people see, and what
// their connections measure.
import { type Browser, expect, type Page } from "@playwright/test";
import { Server } from "../simulation/kit/dev-server";
import { makeGroup, openChat, type Person, register, test } from "./people";

test.use({
  launchOptions: {
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--disable-features=WebRtcHideLocalIpsWithMdns",
      "--autoplay-policy=no-user-gesture-required",
    ],
  },
});
test.describe.configure({ mode: "serial" });

let server: Server;
test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(async () => server.stop());

interface Measured {
  state: string;
  bytes: number;
  frames: number;
  /** The energy of the sound that arrived since the beginning. */
  energy: number;
}

/** A person whose page keeps its connections where the test can measure them. */
async function caller(browser: Browser, name: string): Promise<Person> {
  const person = await register(browser, server.url, name);
  await person.page.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    Object.assign(window, { made });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
  });
  await person.page.reload();
  await expect(person.page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  return person;
}

const measure = (page: Page): Promise<Measured[]> =>
  page.evaluate(async () => {
    const { made } = window as unknown as { made: RTCPeerConnection[] };
    const open = made.filter(({ connectionState }) => connectionState !== "closed");
    return Promise.all(
      open.map(async (connection) => {
        const measured = { state: connection.connectionState as string, bytes: 0, frames: 0, energy: 0 };
        for (const stats of (await connection.getStats()).values()) {
          if (stats.type !== "inbound-rtp") continue;
          measured.bytes += stats.bytesReceived ?? 0;
          measured.frames += stats.framesDecoded ?? 0;
          measured.energy += stats.totalAudioEnergy ?? 0;
        }
        return measured;
      }),
    );
  });

/** Waits until every connection of a page receives more than before. */
async function expectMedia(page: Page, connections: number, kinds: readonly ("bytes" | "frames" | "energy")[]) {
  await expect
    .poll(async () => (await measure(page)).filter(({ state }) => state === "connected").length, { timeout: 20_000 })
    .toBe(connections);
  for (const kind of kinds) {
    const before = await measure(page);
    await expect
      .poll(async () => (await measure(page)).every((one, at) => one[kind] > (before[at]?.[kind] ?? 0)), {
        timeout: 10_000,
        message: kind,
      })
      .toBe(true);
  }
}

/** Returns the energy of what a page plays in 1.5 s. The fake device beeps once a second. */
async function soundOf(page: Page): Promise<number> {
  const [before] = await measure(page);
  await page.waitForTimeout(1_500);
  const [after] = await measure(page);
  return (after?.energy ?? 0) - (before?.energy ?? 0);
}

const stage = (page: Page) => page.getByRole("region", { name: "Call", exact: true });
const control = (page: Page, name: string) => stage(page).getByRole("button", { name, exact: true });
const tile = (page: Page, name: string) => stage(page).getByRole("listitem").filter({ hasText: name });

async function start({ page }: Person, button: "Call" | "Video call"): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
}

test("two people talk, mute, share a screen and hang up", async ({ browser }) => {
  const alice = await caller(browser, "Alice");
  const bob = await caller(browser, "Bob");
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

  await test.step("a missed call can be called back, and both calls are there after a reload", async () => {
    await start(alice, "Call");
    await expect(bob.page.getByRole("alertdialog")).toBeVisible();
    await control(alice.page, "Leave call").click();
    for (const isReloaded of [false, true]) {
      if (isReloaded) for (const { page } of [alice, bob]) await page.reload();
      for (const { page } of [alice, bob]) await expect(page.getByText(/^Call, \d+ s/)).toBeVisible();
      await expect(alice.page.getByText("The call was cancelled")).toBeVisible();
      const missed = bob.page.getByRole("log").getByText("Missed call from Alice");
      await expect(missed.getByRole("button", { name: "Call back" })).toBeVisible();
      await expect(bob.page.getByRole("link", { name: /Alice/ }).first()).toContainText("Missed call");
    }
  });
});

test("three people see each other, and a killed server does not interrupt them", async ({ browser }) => {
  test.setTimeout(180_000);
  const alice = await caller(browser, "Alice");
  const bob = await caller(browser, "Bob");
  const carol = await caller(browser, "Carol");
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
