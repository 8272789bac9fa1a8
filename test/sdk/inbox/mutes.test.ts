import { beforeEach, expect, test } from "vitest";
import { timeOfDay } from "../../../src/protocol";
import { type Client, isMuted, MUTED_FOREVER } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const until = (client = alice) => client.inbox.get()?.find(({ id }) => id === "c_1")?.mutedUntil;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1");
  alice = server.client("alice");
  await alice.connect();
});

test("[S98] a mute shows immediately, on all devices, and can be ended", async () => {
  const phone = server.client("alice");
  await phone.connect();
  expect(until()).toBe(0);
  const muted = alice.mute("c_1", MUTED_FOREVER);
  expect(until()).toBe(MUTED_FOREVER);
  await muted;
  await settle();
  expect([until(), until(phone)]).toEqual([MUTED_FOREVER, MUTED_FOREVER]);
  await phone.mute("c_1", 0);
  await settle();
  expect([until(), until(phone)]).toEqual([0, 0]);
});

test("a device that connects later gets the mute", async () => {
  const end = server.clock.now() + 60_000;
  await alice.mute("c_1", end);
  const phone = server.client("alice");
  await phone.connect();
  expect(until(phone)).toBe(end);
});

test("a mute that the server refuses is undone", async () => {
  await alice.mute("c_1", 5);
  server.intercept = (method) => (method === "PUT" ? problemAnswer("forbidden") : null);
  const refused = alice.mute("c_1", 9);
  expect(until()).toBe(9);
  await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  expect(until()).toBe(5);
  await expect(alice.mute("c_1", -1)).rejects.toMatchObject({ code: "invalid" });
  expect(until()).toBe(5);
});

test("of two requests the second wins, whichever takes longer", async () => {
  const lates = [5_000, 0];
  server.requestDelay = (method) => (method === "PUT" ? (lates.shift() ?? 0) : 0);
  const both = Promise.all([alice.mute("c_1", 7), alice.mute("c_1", 8)]);
  expect(until()).toBe(8);
  await server.clock.advance(10_000);
  await both;
  expect(until()).toBe(8);
  expect(server.settings).toMatchObject([{ mute: { until: 7 } }, { mute: { until: 8 } }]);
});

test("a mute is forgotten with its channel, and at sign-out", async () => {
  await alice.mute("c_1", 7);
  server.log("c_2");
  const channel = server.channels.get("c_1");
  server.channels.delete("c_1");
  await alice.leave("c_1");
  expect(until()).toBeUndefined();
  if (channel) server.channels.set("c_1", channel);
  server.sendRows([
    {
      channel: "c_1",
      epochNumber: 1,
      head: 0,
      preview: null,
      read: 0,
      unreadFrom: null,
      unread: 0,
      mentions: 0,
      at: 1,
    },
  ]);
  await server.clock.advance(1_000);
  expect(until()).toBe(0);
  server.store({ mute: { channel: "c_1", until: 7 } });
  await settle();
  expect(until()).toBe(7);
  server.settings = [];
  await alice.accounts.signIn({ handle: "alice", password: "correct horse" });
  await alice.connect();
  expect(until()).toBe(0);
});

test("a mute whose time has passed has ended", () => {
  expect(isMuted({ mutedUntil: 0 }, 5)).toBe(false);
  expect(isMuted({ mutedUntil: 5 }, 5)).toBe(false);
  expect(isMuted({ mutedUntil: 6 }, 5)).toBe(true);
});

test("[S168] a mute for an hour ends an hour later by the server's clock, whatever this device's clock says", async () => {
  for (const wrongBy of [-7_200_000, 0, 3_600_000]) {
    const { clock } = server;
    const laptop = server.client("alice", {
      clock: {
        now: () => clock.now() + wrongBy,
        setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
        clearTimeout: (timer) => clock.clearTimeout(timer),
      },
    });
    expect(laptop.serverClock.now()).toBe(clock.now() + wrongBy);
    await laptop.connect();
    expect(laptop.serverClock.now()).toBe(clock.now());
    const end = clock.now() + 3_600_000;
    const muted = laptop.mute("c_1", { forMs: 3_600_000 });
    expect(until(laptop)).toBe(end);
    await muted;
    expect([until(laptop), until()]).toEqual([end, end]);
    const shown = laptop.inbox.get()?.find(({ id }) => id === "c_1");
    if (!shown) throw new Error("the channel is not listed");
    expect(isMuted(shown, laptop.serverClock.now())).toBe(true);
    await clock.advance(3_600_001);
    expect(isMuted(shown, laptop.serverClock.now())).toBe(false);
    laptop.disconnect();
  }
});

test("[S168] the server computes the end of a mute until tomorrow", async () => {
  server.requestDelay = (method) => (method === "PUT" ? 50_000 : 0);
  const zone = "Asia/Seoul";
  const muted = alice.mute("c_1", { tomorrow: { zone, minute: 480 } });
  const end = timeOfDay(zone, server.clock.now(), 1, 480);
  expect(until()).toBe(end);
  await server.clock.advance(60_000);
  await muted;
  expect(until()).toBe(end);
  await expect(alice.mute("c_1", { tomorrow: { zone: "Asia/Atlantis", minute: 0 } })).rejects.toMatchObject({
    code: "invalid",
  });
});

test("[S168] an end in the past is undone, with a code of its own", async () => {
  server.intercept = (method) => (method === "PUT" ? problemAnswer("time_passed") : null);
  await expect(alice.mute("c_1", 5)).rejects.toMatchObject({ code: "time_passed", temporary: false });
  expect(until()).toBe(0);
});
