// Notifications when a device, a push service, a channel or the directory fails.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { DeliveryOutcome } from "../../src/domain/notification-ports";
import { limits } from "../../src/protocol";
import { call, type Person, register, request } from "../support/http";
import { say } from "../support/log";
import { atRest } from "../support/rest";
import { attach, type Device } from "../support/socket";
import { pair, renewService, service, soon } from "./notification-support";

vi.setConfig({ testTimeout: 60_000 });
renewService();

test("a device that its service no longer knows is deleted; one that failed is retried alone", async () => {
  const { bob, channel, a, epoch, device } = await pair();
  const [gone, slow] = [await service.subscribe(bob), await service.subscribe(bob)];
  gone.answers.push(() => new Response("gone", { status: 410 }));
  slow.answers.push(() => new Response("slow down", { status: 429, headers: { "retry-after": "2" } }));
  const at = Date.now();
  await say(a, epoch, "hello");
  await expect.poll(() => slow.texts, soon).toEqual(["hello"]);
  expect(Date.now() - at).toBeGreaterThan(1_900);
  expect([device.requests, slow.requests]).toEqual([1, 2]);
  await say(a, epoch, "again");
  await expect
    .poll(() => [device.texts, slow.texts], soon)
    .toEqual([
      ["hello", "again"],
      ["hello", "again"],
    ]);
  expect(gone.requests).toBe(1);
  await atRest(channel);
  expect((await call<{ items: unknown[] }>("/v1/push/subscriptions", { token: bob.token })).items).toHaveLength(2);
});

test("a service that finds the notification too large gets a shorter text", async () => {
  const { a, epoch, device } = await pair();
  device.answers.push(() => new Response(null, { status: 413 }));
  await say(a, epoch, "가".repeat(500));
  await expect.poll(() => device.texts, soon).toEqual(["가".repeat(20)]);
});

test("the error of a service is stored at the device until a notification is accepted", async () => {
  const { bob, a, epoch, device } = await pair();
  const failing = async () => {
    const { items } = await call<{ items: { failing: string | null }[] }>("/v1/push/subscriptions", bob);
    return items.map((item) => item.failing);
  };
  device.answers.push(() => new Response("bad key", { status: 403 }));
  await say(a, epoch, "hello");
  await expect.poll(failing, soon).toEqual([expect.stringContaining("403")]);
  await say(a, epoch, "again");
  await expect.poll(() => device.texts, soon).toEqual(["again"]);
  await expect.poll(failing, soon).toEqual([null]);
});

test("a channel that loses its memory meanwhile notifies once", async () => {
  const { channel, a, epoch, device } = await pair();
  await say(a, epoch, "hello");
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  await atRest(channel);
  await expect.poll(() => device.texts, soon).toEqual(["hello"]);
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  await atRest(channel);
  expect(device.requests).toBe(1);
});

test("a repeated job delivers once; what a consumer does not report is due again", async () => {
  const { bob, channel, a, epoch, device } = await pair();
  const stub = env.CHANNELS.getByName(channel);
  vi.spyOn(env.PUSH, "send").mockImplementation(async () => undefined as never);
  const seq = await say(a, epoch, "hello");
  const job = { kind: "window", id: "test", channel, epoch, from: 1, to: seq } as const;
  const claimed = async () => {
    const answer = await stub.claimNotifications(job);
    if (!answer.ok) throw new Error(answer.code);
    return answer.value.notifications.map((notification) => [notification.user, notification.action, notification.seq]);
  };
  await expect.poll(claimed, soon).toEqual([[bob.id, "show", seq]]);
  expect(await claimed()).toEqual([]);
  await evictDurableObject(stub, { webSockets: "hibernate" });
  await expect
    .poll(async () => {
      await runDurableObjectAlarm(stub);
      return claimed();
    }, soon)
    .toEqual([[bob.id, "show", seq]]);
  const notification = {
    user: bob.id,
    action: "show",
    seq,
    message: seq,
    mention: false,
    version: seq,
    isUpdate: false,
    unread: 1,
    only: null,
  } as const;
  const outcome: DeliveryOutcome = {
    notification: { ...notification, except: [], tries: 0, failingSince: 0 },
    result: "delivered",
    failed: {},
  };
  await stub.reportDeliveries({ epoch, claim: 1, outcomes: [outcome], returned: [], isFailing: false });
  await evictDurableObject(stub, { webSockets: "hibernate" });
  await runDurableObjectAlarm(stub);
  expect(await claimed()).toEqual([]);
  expect(device.requests).toBe(0);
});

test("a test notification goes through the queue", async () => {
  const { bob, device } = await pair();
  await call(`/v1/push/subscriptions/${device.id}/test`, { method: "POST", token: bob.token });
  await expect.poll(() => device.texts, soon).toEqual(["test"]);
  const foreign = await request(`/v1/push/subscriptions/${device.id}/test`, {
    method: "POST",
    token: (await register("carol")).token,
  });
  expect(foreign.status).toBe(404);
});

test("an endpoint of no push service is refused, also loopback", async () => {
  const bob = await register("bob");
  const keys = { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) };
  for (const endpoint of [
    "http://127.0.0.1:8787/x",
    "https://127.0.0.1/x",
    "https://example.org/x",
    "http://localhost/x",
  ]) {
    const body = { kind: "web", endpoint, keys };
    const answer = await request("/v1/push/subscriptions", { method: "POST", token: bob.token, body });
    expect([endpoint, answer.status]).toEqual([endpoint, 400]);
  }
});

/** A device that sends no heartbeat any more, although its socket is open. */
async function fallSilent(person: Person, device: Device): Promise<void> {
  expect(device.closed).toBeNull();
  await runInDurableObject(env.USERS.getByName(person.id), (_, ctx) => {
    for (const socket of ctx.getWebSockets()) {
      const state = socket.deserializeAttachment();
      socket.serializeAttachment({ ...state, connectedAt: state.connectedAt - limits.leaseMs });
    }
  });
  await evictDurableObject(env.USERS.getByName(person.id), { webSockets: "hibernate" });
}

test("a member whose device went silent without reading is checked once more, and notified", async () => {
  const { bob, channel, a, epoch, device } = await pair();
  const laptop = await attach(bob);
  await say(a, epoch, "are you there?");
  await atRest(channel);
  expect(device.requests).toBe(0);
  await fallSilent(bob, laptop);
  // Long enough ago: the log says when the message was sent.
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    storage.sql.exec("UPDATE entries SET at = at - ?", limits.leaseMs + 5_000);
  });
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
  await expect.poll(() => device.texts, soon).toEqual(["are you there?"]);
});

test("a directory that fails loses no notification, and is not retried without end", async () => {
  const { a, epoch, device } = await pair();
  const batch = vi.spyOn(env.DIRECTORY, "batch").mockRejectedValue(new Error("D1 is gone"));
  await say(a, epoch, "hello");
  await expect.poll(() => batch.mock.calls.length, soon).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(batch.mock.calls.length).toBeLessThanOrEqual(5);
  expect(device.requests).toBe(0);
  batch.mockRestore();
  await expect.poll(() => device.texts, { timeout: 30_000, interval: 100 }).toEqual(["hello"]);
});
