// Calls between pages and an implementation that shares no code with them: werift over the raw
// protocol.
import { type Browser, expect, type Page } from "@playwright/test";
import { CallDevice, silent } from "../simulation/calls/call-device.ts";
import { tonePackets } from "../simulation/calls/opus-packets.ts";
import { WeriftPeer } from "../simulation/calls/werift-peer.ts";
import { Server } from "../simulation/kit/dev-server.ts";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { caller, callLaunch, expectMedia, measure, stage, start, tile } from "./callers.ts";
import { makeGroup, type Person, test } from "./people.ts";

test.use({ launchOptions: callLaunch });
test.describe.configure({ mode: "serial" });

let server: Server;
const closing: (() => Promise<void>)[] = [];
test.beforeAll(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});
test.afterAll(async () => server.stop());

const speaking = { ...silent, muted: false };

interface Guest {
  user: RegisteredUser;
  name: string;
}

async function guest(name: string): Promise<Guest> {
  const user = await RegisteredUser.register(server.port, `${name.toLowerCase()}-${Date.now().toString(36)}`);
  return { user, name: user.handle };
}

/** Joins the call that is on in a channel. */
async function joinAs({ user }: Guest, channel: string, packets: readonly Buffer[]): Promise<WeriftPeer> {
  const device = new CallDevice(user, channel);
  await device.open();
  const peer = new WeriftPeer(device, packets);
  closing.push(async () => {
    device.cut();
    await peer.close();
  });
  const { call } = await device.start(speaking);
  if (!call) throw new Error("the call was not joined");
  peer.enter(call);
  return peer;
}

const channelOf = (page: Page): string => {
  const id = /c_?[0-9a-z]*$|[0-9a-z]{12}$/.exec(new URL(page.url()).pathname)?.[0];
  if (!id) throw new Error(`no channel in ${page.url()}`);
  return id;
};

/** Three pages in a call of a group with guests, who are not in it yet. */
async function callOfThree(browser: Browser, button: "Call" | "Video call", guests: readonly Guest[]) {
  const [alice, bob, carol] = [
    await caller(browser, server.url, "Alice"),
    await caller(browser, server.url, "Bob"),
    await caller(browser, server.url, "Carol"),
  ];
  const others = guests.map(({ user, name }) => ({ handle: user.handle, name }) as Person);
  await makeGroup(alice, "Mesh", [bob, carol, ...others]);
  const channel = channelOf(alice.page);
  await start(alice, button);
  for (const { page } of [bob, carol]) {
    await page.getByRole("link", { name: /Mesh/ }).click();
    await page.getByRole("button", { name: "Join call" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Join", exact: true }).click();
    await expect(stage(page)).toBeVisible();
  }
  return { people: [alice, bob, carol], channel };
}

/** Waits until a peer has received media in every pair, and then receives more. */
async function expectMediaAt(peer: WeriftPeer, pairs: number): Promise<void> {
  const bytes = () => [...peer.readings.values()].map(({ bytesIn }) => bytesIn);
  const states = () => [...peer.readings.values()].filter(({ state }) => state === "connected").length;
  await expect.poll(states, { timeout: 40_000 }).toBe(pairs);
  const before = bytes();
  await expect.poll(() => bytes().every((now, at) => now > (before[at] ?? 0)), { timeout: 20_000 }).toBe(true);
}

test("an independent implementation is the fourth in a call of three pages", async ({ browser }) => {
  test.setTimeout(180_000);
  const fourth = await guest("Werift");
  const { people, channel } = await callOfThree(browser, "Video call", [fourth]);
  for (const { page } of people) await expectMedia(page, 2, ["bytes"]);
  const peer = await joinAs(fourth, channel, tonePackets());
  for (const { page } of people) await expectMedia(page, 3, ["bytes", "energy"]);
  await expectMediaAt(peer, 3);
  for (const { page } of people) await expect(tile(page, fourth.name)).toBeVisible();
  expect(peer.failures).toEqual([]);
});

test("eight are in a call: three pages and five of an independent implementation", async ({ browser }) => {
  test.setTimeout(300_000);
  const guests: Guest[] = [];
  for (let i = 0; i < 5; i++) guests.push(await guest(`Peer${i}`));
  const { people, channel } = await callOfThree(browser, "Call", guests);
  const packets = tonePackets();
  const peers: WeriftPeer[] = [];
  for (const one of guests) peers.push(await joinAs(one, channel, packets));
  for (const peer of peers) await expectMediaAt(peer, 7);
  for (const { page } of people) await expectMedia(page, 7, ["bytes"]);

  const SECONDS = 10;
  const [cpu, arrived] = [process.cpuUsage(), peers.map(bytesOf)];
  const pages = await Promise.all(people.map(({ page }) => bytesAt(page)));
  await people[0]?.page.waitForTimeout(SECONDS * 1_000);
  const { user, system } = process.cpuUsage(cpu);
  const kbit = (bytes: number) => Math.round((bytes * 8) / 1_000 / SECONDS);
  const perPeer = peers.map((peer, at) => kbit(bytesOf(peer) - (arrived[at] ?? 0)));
  const perPage = (await Promise.all(people.map(({ page }) => bytesAt(page)))).map((now, at) =>
    kbit(now - (pages[at] ?? 0)),
  );
  const weriftCpu = Math.round(((user + system) / 1e6 / SECONDS / peers.length) * 1_000) / 10;
  console.log(JSON.stringify({ kbitInPerPage: perPage, kbitInPerPeer: perPeer, cpuPercentPerPeer: weriftCpu }));
  for (const kbits of [...perPage, ...perPeer]) expect(kbits).toBeGreaterThan(0);
});

const bytesOf = (peer: WeriftPeer): number =>
  [...peer.readings.values()].reduce((total, { bytesIn }) => total + bytesIn, 0);
const bytesAt = async (page: Page): Promise<number> =>
  (await measure(page)).reduce((total, { bytes }) => total + bytes, 0);
