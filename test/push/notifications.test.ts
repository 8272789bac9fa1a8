// From a message to a notification, through the queue, to a push service of the tests.
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { limits, type Mute } from "../../src/protocol";
import { call, register, removeMember, request } from "../support/http";
import { say } from "../support/log";
import { atRest } from "../support/rest";
import { attach, join } from "../support/socket";
import { group, pair, passed, put, read, renewService, service, soon } from "./notification-support";

vi.setConfig({ testTimeout: 60_000 });
renewService();

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
    ttl: limits.pushTtlMs / 1000,
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
