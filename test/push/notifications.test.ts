// From a message to a notification, through the queue, to a push service of the tests.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeliveryOutcome } from "../../src/domain/notification-ports";
import { limits, type Mute } from "../../src/protocol";
import { call, openDirect, openGroup, type Person, register, removeMember, request } from "../support/http";
import { say } from "../support/log";
import { atRest } from "../support/rest";
import { attach, type Device, epochOf, join } from "../support/socket";
import { PushService } from "./service";

vi.setConfig({ testTimeout: 60_000 });

let service: PushService;
beforeEach(() => {
  service = new PushService();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const soon = { timeout: 15_000, interval: 50 };
const put = (person: Person, path: string, body: unknown) => call(path, { method: "PUT", token: person.token, body });
const read = (person: Person, channel: string, seq: number) => put(person, `/v1/channels/${channel}/read`, { seq });

/** Moves the last notification this far into the past. */
async function passed(channel: string, ms: number): Promise<void> {
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM standing").one();
    const known = JSON.parse(state);
    for (const cursor of Object.values<{ at: number }>(known.told)) cursor.at -= ms;
    storage.sql.exec("UPDATE standing SET state = ?", JSON.stringify(known));
  });
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
}

/** Alice, who writes, and bob, who is offline and has a subscribed browser. */
async function pair() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  return { alice, bob, channel, a, epoch: await epochOf(a), device: await service.subscribe(bob) };
}

async function group(...others: Person[]) {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob, ...others], { name: "회의실" });
  const a = await join(alice, channel);
  return { alice, bob, channel, a, epoch: await epochOf(a), device: await service.subscribe(bob) };
}

test("an offline member is notified of a direct message at once, with its text", async () => {
  const { alice, channel, a, epoch, device } = await pair();
  const seq = await say(a, epoch, "안녕하세요 👩‍👩‍👧‍👦\n둘째 줄");
  await expect.poll(() => device.arrived, soon).toHaveLength(1);
  expect(device.arrived[0]).toMatchObject({
    note: {
      type: "show",
      key: `${channel}:${seq}`,
      channel,
      kind: "direct",
      seq,
      author: { id: alice.id, name: "alice" },
      text: "안녕하세요 👩‍👩‍👧‍👦 둘째 줄",
      unread: 1,
    },
    topic: channel.slice(2),
    urgency: "high",
    ttl: limits.pushKeptMs / 1000,
  });
  await say(a, epoch, "and again");
  await expect.poll(() => device.texts, soon).toEqual(["안녕하세요 👩‍👩‍👧‍👦 둘째 줄", "and again"]);
  await atRest(channel);
  expect(device.requests).toBe(2);
});

test("every device of the member is notified, and no device of another person", async () => {
  const { bob, a, epoch, device } = await pair();
  const phone = await service.subscribe(bob);
  const other = await service.subscribe(await register("carol"));
  await say(a, epoch, "hello");
  await expect.poll(() => [device.texts, phone.texts], soon).toEqual([["hello"], ["hello"]]);
  expect(other.requests).toBe(0);
});

test("a group notifies of its first unread message, of mentions, and of the rest once a minute until it is opened", async () => {
  const { bob, channel, a, epoch, device } = await group();
  await say(a, epoch, "one");
  await expect.poll(() => device.texts, soon).toEqual(["one"]);
  expect(device.arrived[0]).toMatchObject({
    note: { kind: "group", name: "회의실", mention: false },
    urgency: "normal",
  });
  await say(a, epoch, "two");
  await atRest(channel);
  expect(device.texts).toEqual(["one"]);
  await say(a, epoch, `three @${bob.handle}`);
  await expect.poll(() => device.texts, soon).toEqual(["one", `three @${bob.handle}`]);
  expect(device.arrived[1]).toMatchObject({ note: { mention: true, unread: 3 }, urgency: "high" });
  const four = await say(a, epoch, "four");
  await atRest(channel);
  expect(device.arrived).toHaveLength(2);
  // A minute later the alarm notifies, without another message.
  await passed(channel, limits.pushEveryMs);
  await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
  await expect.poll(() => device.texts.at(-1), soon).toBe("four");
  // Opened: the next message is the first unread one again.
  await read(bob, channel, four);
  await expect.poll(() => device.texts.at(-1), soon).toBe("clear");
  await say(a, epoch, "five");
  await expect.poll(() => device.texts.at(-1), soon).toBe("five");
});

test("a person who uses a device is notified only after they stop", async () => {
  const { bob, a, epoch, channel, device } = await pair();
  const laptop = await attach(bob);
  await say(a, epoch, "while bob is there");
  await atRest(channel);
  expect(device.requests).toBe(0);
  await laptop.answer(laptop.send({ type: "presence.active", active: false }), "ack");
  await say(a, epoch, "while the laptop sleeps");
  await expect.poll(() => device.texts, soon).toEqual(["while the laptop sleeps"]);
});

test("a viewer is notified only after they close the channel", async () => {
  const { bob, a, epoch, channel, device } = await pair();
  const open = await join(bob, channel);
  await say(a, epoch, "seen");
  await atRest(channel);
  expect(device.requests).toBe(0);
  await open.answer(open.send({ type: "view.set", background: true }), "ack");
  await say(a, epoch, "unseen");
  await expect.poll(() => device.texts, soon).toEqual(["unseen"]);
});

test("a notification is cleared once when its message is read elsewhere; without one nothing is cleared", async () => {
  const { bob, a, epoch, channel, device } = await pair();
  const seq = await say(a, epoch, "hello");
  await expect.poll(() => device.texts, soon).toEqual(["hello"]);
  const laptop = await attach(bob);
  await read(bob, channel, seq);
  await expect.poll(() => device.texts, soon).toEqual(["hello", "clear"]);
  expect(device.arrived[1]).toMatchObject({ topic: channel.slice(2), note: { key: `${channel}:${seq}` } });
  await read(bob, channel, await say(a, epoch, "while bob is there"));
  await atRest(channel);
  expect(device.requests).toBe(2);
  laptop.close();
});

test("the notification of a deleted message is cleared", async () => {
  const { alice, channel, a, epoch, device } = await pair();
  const seq = await say(a, epoch, "a slip");
  await expect.poll(() => device.texts, soon).toEqual(["a slip"]);
  await call(`/v1/channels/${channel}/messages/${seq}`, { method: "DELETE", token: alice.token, body: {} });
  await expect.poll(() => device.texts, soon).toEqual(["a slip", "clear"]);
});

test("levels, mutes, quiet hours and do-not-disturb silence notifications, and previews can be hidden", async () => {
  const { bob, channel, a, epoch, device } = await group();
  const quietly = async (text: string) => {
    await say(a, epoch, text);
    await atRest(channel);
    await passed(channel, limits.pushEveryMs);
    expect(device.requests).toBe(0);
  };
  const level = (to: string) => put(bob, `/v1/channels/${channel}/level`, { level: to });
  await level("nothing");
  await quietly(`@${bob.handle}, in vain`);
  await level("mentions");
  await quietly("nobody in particular");
  const mute: Omit<Mute, "channel"> = { until: Date.now() + 60_000 };
  await put(bob, `/v1/channels/${channel}/mute`, mute);
  await quietly(`@${bob.handle}, muted`);
  await put(bob, `/v1/channels/${channel}/mute`, { until: 0 });
  await put(bob, "/v1/me/notifications", { previews: true, quiet: { from: 0, to: 1439, zone: "Asia/Seoul" } });
  await quietly(`@${bob.handle}, at night`);
  await put(bob, "/v1/me/notifications", { previews: false, quiet: null });
  await call("/v1/me", { method: "PATCH", token: bob.token, body: { presence: "dnd" } });
  await quietly(`@${bob.handle}, undisturbed`);
  await call("/v1/me", { method: "PATCH", token: bob.token, body: { presence: "auto" } });
  await say(a, epoch, `@${bob.handle}, at last`);
  await expect.poll(() => device.notes, soon).toMatchObject([{ author: null, text: "", name: "", mention: true }]);
});

test("after a removal, a sign-out or an unsubscription nothing more is sent", async () => {
  const carol = await register("carol");
  const { alice, bob, channel, a, epoch, device } = await group(carol);
  const [hers, lost] = [await service.subscribe(carol), await service.subscribe(bob)];
  await call(`/v1/push/subscriptions/${lost.id}`, { method: "DELETE", token: bob.token });
  await removeMember(alice, channel, carol);
  await say(a, epoch, "hello");
  await expect.poll(() => device.texts, soon).toEqual(["hello"]);
  expect([hers.requests, lost.requests]).toEqual([0, 0]);
  await request("/v1/sessions/current", { method: "DELETE", token: bob.token });
  await say(a, epoch, `@${bob.handle}`);
  await atRest(channel);
  expect(device.requests).toBe(1);
});

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
