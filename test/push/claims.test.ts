// Due notifications of a channel, claimed by a consumer that the test plays. The cases come from a
// review that looked for lost, repeated and endless ones.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ClaimedNotifications, DeliveryOutcome, DueNotification } from "../../src/domain/notification-ports";
import { call, openDirect, openGroup, register } from "../support/http";
import { say } from "../support/log";
import { attach, epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

let jobs = 0;
beforeEach(() => {
  jobs = 0;
  vi.spyOn(env.PUSH, "send").mockImplementation(async () => {
    jobs++;
    return undefined as never;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const soon = { timeout: 15_000, interval: 50 };
const stubOf = (channel: string) => env.CHANNELS.getByName(channel);
const forget = (channel: string) => evictDurableObject(stubOf(channel), { webSockets: "hibernate" });

/** Claims from a channel as the consumer does. */
function consumerOf(channel: string, epoch: string) {
  const job = { kind: "window", id: "test", channel, epoch, from: 1, to: 1 } as const;
  const claim = async (): Promise<ClaimedNotifications> => {
    const answer = await stubOf(channel).claimNotifications(job);
    if (!answer.ok) throw new Error(answer.code);
    return answer.value;
  };
  /** Returns the first due notification, once there is one. */
  const notification = async (): Promise<{ notification: DueNotification; claimed: ClaimedNotifications }> => {
    const known = await vi.waitFor(async () => {
      const now = await claim();
      expect(now.notifications.length).toBeGreaterThan(0);
      return now;
    }, soon);
    return { notification: known.notifications[0] as DueNotification, claimed: known };
  };
  const reportDeliveries = (
    { claim, epoch: reportEpoch }: ClaimedNotifications,
    one: DueNotification,
    outcome: Partial<DeliveryOutcome> = {},
  ) =>
    stubOf(channel).reportDeliveries({
      ...{ epoch: reportEpoch, claim, returned: [], isFailing: false },
      outcomes: [{ notification: one, result: "delivered", failed: {}, ...outcome }],
    });
  return { claim, notification, reportDeliveries };
}

async function pair() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  return { alice, bob, channel, a, epoch, ...consumerOf(channel, epoch) };
}

async function group() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob]);
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  return { alice, bob, channel, a, epoch, ...consumerOf(channel, epoch) };
}

/** Expects the list of members that the channel knows to be absent, after its alarm. */
const gone = (channel: string) =>
  expect.poll(async () => {
    await runDurableObjectAlarm(stubOf(channel));
    return runInDurableObject(stubOf(channel), (_, { storage }) => {
      const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM standing").one();
      return JSON.parse(state).quiet;
    });
  }, soon);

test("a member who had no device at the first message is notified of the next after subscribing one", async () => {
  const { bob, a, epoch, channel, notification, reportDeliveries } = await pair();
  await say(a, epoch, "one");
  const first = await notification();
  await reportDeliveries(first.claimed, first.notification, { result: "no_device" });
  await gone(channel).toContain(bob.id);
  const phone = await attach(bob);
  await forget(channel);
  phone.close();
  await expect.poll(() => stubOf(channel).wake(bob.id), soon).toMatchObject({ ok: true });
  await forget(channel);
  const two = await say(a, epoch, "two");
  expect((await notification()).notification).toMatchObject({ user: bob.id, seq: two });
});

test("a device that failed is retried when it may be, by one job, and dropped after an hour", async () => {
  const { a, epoch, channel, claim, notification, reportDeliveries } = await pair();
  await say(a, epoch, "hello");
  const first = await notification();
  const before = jobs;
  await reportDeliveries(first.claimed, first.notification, { failed: { p_1: 500 } });
  expect((await claim()).notifications).toEqual([]);
  await expect
    .poll(async () => {
      await runDurableObjectAlarm(stubOf(channel));
      return jobs;
    }, soon)
    .toBe(before + 1);
  const again = await notification();
  expect(again.notification).toMatchObject({ only: ["p_1"], seq: first.notification.seq, tries: 1 });
  expect(again.notification.failingSince).toBeGreaterThan(Date.now() - 60_000);
  // The consumer drops a device by reporting no failure.
  await reportDeliveries(again.claimed, again.notification);
  await runDurableObjectAlarm(stubOf(channel));
  expect((await claim()).notifications).toEqual([]);
});

test("a paused device gets nothing during its pause, and the newest message afterwards", async () => {
  const { a, epoch, notification, reportDeliveries } = await pair();
  await say(a, epoch, "one");
  const first = await notification();
  await reportDeliveries(first.claimed, first.notification, { failed: { p_slow: 60_000 } });
  const two = await say(a, epoch, "two");
  const second = await notification();
  expect(second.notification).toMatchObject({ seq: two, only: null, except: ["p_slow"] });
  await reportDeliveries(second.claimed, second.notification);
});

test("a mention that could not be delivered stays due when silenced messages follow", async () => {
  const { bob, a, epoch, notification, reportDeliveries } = await group();
  const called = await say(a, epoch, `@${bob.handle}`);
  const first = await notification();
  expect(first.notification).toMatchObject({ mention: true, message: called });
  await reportDeliveries(first.claimed, first.notification, { failed: { p_1: 300 } });
  await say(a, epoch, "chatter");
  const again = await notification();
  expect(again.notification).toMatchObject({ only: ["p_1"], message: called, mention: true });
});

test("[S173] an edit during a delivery rewords the notification after the report", async () => {
  const { channel, alice, a, epoch, notification, reportDeliveries } = await group();
  const seq = await say(a, epoch, "first");
  const first = await notification();
  expect(first.claimed.messages[seq]?.text).toBe("first");
  const body = { text: "second" };
  const headers = { "idempotency-key": "edit" };
  await call(`/v1/channels/${channel}/messages/${seq}`, { method: "PATCH", token: alice.token, body, headers });
  await reportDeliveries(first.claimed, first.notification);
  const next = await notification();
  expect(next.notification).toMatchObject({ action: "show", isUpdate: true, seq, message: seq, only: null });
  expect(next.claimed.messages[seq]?.text).toBe("second");
  // A device that missed the rewording gets it, and no other.
  await reportDeliveries(next.claimed, next.notification, { failed: { p_1: 0 } });
  const retried = await notification();
  expect(retried.notification).toMatchObject({ action: "show", isUpdate: true, only: ["p_1"] });
  await reportDeliveries(retried.claimed, retried.notification);
});

test("a reply in a thread is due to its followers only", async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const channel = await openGroup(alice, [bob, carol]);
  const a = await join(alice, channel);
  const b = await join(bob, channel);
  const epoch = await epochOf(a);
  const { claim } = consumerOf(channel, epoch);
  const root = await say(b, epoch, "root");
  await call(`/v1/channels/${channel}/read`, { method: "PUT", token: carol.token, body: { seq: root } });
  b.close();
  // Nothing is due yet: the members have read it, and the alarm has found out who is online.
  await expect.poll(async () => (await claim()).notifications, soon).toEqual([]);
  const one = await say(a, epoch, "one", { thread: root });
  await expect
    .poll(async () => (await claim()).notifications, soon)
    .toMatchObject([{ user: bob.id, action: "show", seq: one }]);
});

test("a shown notification is cleared when its message is deleted, although a newer one was silenced", async () => {
  const { alice, bob, channel, a, epoch, notification, reportDeliveries } = await group();
  const called = await say(a, epoch, `@${bob.handle}, a slip`);
  await say(a, epoch, "chatter");
  const first = await notification();
  expect(first.notification.message).toBe(called);
  await reportDeliveries(first.claimed, first.notification);
  await call(`/v1/channels/${channel}/messages/${called}`, { method: "DELETE", token: alice.token, body: {} });
  expect((await notification()).notification).toMatchObject({ action: "clear" });
});

test("a message that was read and marked as unread is not due", async () => {
  const { bob, channel, a, epoch, claim } = await pair();
  const phone = await attach(bob);
  const seq = await say(a, epoch, "read already");
  const put = (path: string) => call(path, { method: "PUT", token: bob.token, body: { seq } });
  await put(`/v1/channels/${channel}/read`);
  await put(`/v1/channels/${channel}/unread`);
  phone.close();
  await runDurableObjectAlarm(stubOf(channel));
  expect((await claim()).notifications).toEqual([]);
});

test("an alarm that was set before a hibernation is not delayed by a later one", async () => {
  const { channel, a, epoch, notification, reportDeliveries } = await pair();
  await say(a, epoch, "hello");
  const first = await notification();
  const alarmAt = () => runInDurableObject(stubOf(channel), (_, { storage }) => storage.getAlarm());
  const before = await alarmAt();
  await forget(channel);
  await reportDeliveries(first.claimed, first.notification, { failed: { p_1: 3_600_000 } });
  expect(await alarmAt()).toBeLessThanOrEqual(before ?? 0);
});

test("a claim from before a restore is not settled after it", async () => {
  const { channel, a, epoch, notification, reportDeliveries } = await pair();
  const seq = await say(a, epoch, "hello");
  const first = await notification();
  await reportDeliveries({ ...first.claimed, epoch: "another" }, { ...first.notification, seq: 100 });
  await forget(channel);
  await runDurableObjectAlarm(stubOf(channel));
  expect((await notification()).notification).toMatchObject({ seq });
});

test("a consumer that failed returns its claim, and the next job comes after a pause", async () => {
  const { bob, channel, a, epoch, notification, claim } = await pair();
  await say(a, epoch, "hello");
  const first = await notification();
  const before = jobs;
  const { epoch: reportEpoch, claim: claimId } = first.claimed;
  await stubOf(channel).reportDeliveries({
    epoch: reportEpoch,
    claim: claimId,
    outcomes: [],
    returned: [bob.id],
    isFailing: true,
  });
  await runDurableObjectAlarm(stubOf(channel));
  expect(jobs).toBe(before);
  // The notification can be claimed nevertheless.
  expect((await claim()).notifications).toHaveLength(1);
});
