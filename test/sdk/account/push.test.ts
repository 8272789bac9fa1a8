import { beforeEach, expect, test } from "vitest";
import type { Client } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";

let server: FakeServer;
let alice: Client;

beforeEach(() => {
  server = new FakeServer();
  alice = server.client("alice");
});

const browser = (endpoint = "https://push.test/1") => ({
  kind: "web" as const,
  endpoint,
  keys: { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) },
});

test("a browser gets the key, subscribes, receives a test and unsubscribes", async () => {
  expect(await alice.push.key()).toBe("BKey");
  const { id } = await alice.push.subscribe({ ...browser(), name: "Chrome · Linux" });
  await alice.push.subscribe({ kind: "fcm", token: "token:of-an-app_1" });
  expect(await alice.push.devices()).toMatchObject([
    { id, kind: "web", name: "Chrome · Linux", current: true, failing: null },
    { kind: "fcm" },
  ]);
  await alice.push.test(id);
  expect(server.tests).toEqual([id]);
  await alice.push.revoke(id);
  expect(await alice.push.devices()).toMatchObject([{ kind: "fcm" }]);
  await expect(alice.push.test(id)).rejects.toMatchObject({ code: "not_found", temporary: false });
});

test("when the answer to a subscription is lost it is retried, and is one device", async () => {
  let lost = 2;
  server.losesAnswer = (method) => method === "POST" && lost-- > 0;
  const subscribed = alice.push.subscribe(browser());
  await server.clock.advance(10_000);
  const { id } = await subscribed;
  expect(await alice.push.devices()).toMatchObject([{ id }]);
});

test("a test and a removal are not retried, because the first attempt may have succeeded", async () => {
  server.intercept = () => problemAnswer("temporary");
  await expect(alice.push.test("d_1")).rejects.toMatchObject({ code: "temporary", temporary: true });
  await expect(alice.push.revoke("d_1")).rejects.toMatchObject({ code: "temporary", temporary: true });
  expect(server.requests).toHaveLength(2);
});

test("previews and quiet hours are stored, and invalid hours are refused without a request", async () => {
  expect(await alice.push.settings()).toEqual({ previews: true, quiet: null });
  const settings = { previews: false, quiet: { from: 1_320, to: 420, zone: "Asia/Seoul" } };
  await alice.push.changeSettings(settings);
  expect(await alice.push.settings()).toEqual(settings);
  const { length } = server.requests;
  const nowhere = { previews: true, quiet: { from: 0, to: 1_440, zone: "Asia/Seoul" } };
  await expect(alice.push.changeSettings(nowhere)).rejects.toMatchObject({ code: "invalid" });
  expect(server.requests).toHaveLength(length);
});

test("a server without push is an error, and so is an unreadable key", async () => {
  server.intercept = () => problemAnswer("not_found");
  await expect(alice.push.key()).rejects.toMatchObject({ code: "not_found" });
  server.intercept = () => Response.json({});
  await expect(alice.push.key()).rejects.toMatchObject({ code: "internal", temporary: false });
});
