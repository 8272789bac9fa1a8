// A subscription that cannot be read or served does not keep the others from being notified.
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { DueNotification, Recipient } from "../../src/domain/notification-ports";
import { DeviceDeliveries } from "../../src/push/device-delivery";
import { deliverToMember } from "../../src/push/member-delivery";
import { type Person, register } from "../support/http";
import { say } from "../support/log";
import { group, renewService, soon } from "./notification-support";
import { app } from "./samples";

vi.setConfig({ testTimeout: 60_000 });
renewService();

/** Stores what a person sent before the keys had a bound, or a damaged row. */
async function store({ id, session }: Person, target: string): Promise<void> {
  const row = `INSERT INTO push_subscriptions (id, user, session, address, target, name, origin, created_at)
    VALUES (?1, ?2, ?3, ?1, ?4, '', 'https://parley.test', 0)`;
  await env.DIRECTORY.prepare(row).bind(`p_${crypto.randomUUID()}`, id, session, target).run();
}

test("[S126] five members with a megabyte of padding and one damaged row: the others are notified", async () => {
  const people = await Promise.all(Array.from({ length: 6 }, (_, i) => register(`mallory${i}`)));
  const { a, epoch, device } = await group(...people);
  const keys = { p256dh: `B${"A".repeat(86)}${"=".repeat(1_000_000)}`, auth: "A".repeat(22) };
  const large = JSON.stringify({ kind: "web", endpoint: "http://127.0.0.1:9/large", keys });
  await Promise.all(people.map((person, i) => store(person, i < 5 ? large : "{damaged")));
  const read = vi.spyOn(JSON, "parse");
  await say(a, epoch, "hello");
  await expect.poll(() => device.texts, soon).toEqual(["hello"]);
  // The large rows are not even read.
  const longest = Math.max(...read.mock.calls.map(([text]) => String(text).length));
  expect(longest).toBeLessThan(1_000_000);
});

test("[S126] a device that throws fails alone", async () => {
  const user = "u_bob";
  const [good, bad] = [
    { ...app(), id: "p_good", user },
    { ...app(), id: "p_bad", user },
  ];
  const sent: string[] = [];
  const directory = {
    resolve: () => Promise.reject(new Error("unused")),
    find: () => Promise.reject(new Error("unused")),
    audiencePage: () => Promise.reject(new Error("unused")),
    forget: async () => undefined,
    storeDeadLetter: async () => undefined,
    recordResult: async () => undefined,
  };
  const senders = {
    web: { send: () => Promise.reject(new Error("unused")) },
    fcm: {
      async send(subscription: { id: string }) {
        if (subscription.id === "p_bad") throw new TypeError("this subscription is damaged");
        sent.push(subscription.id);
        return { result: "accepted" } as const;
      },
    },
  };
  const now = () => 1_000;
  const freshUntil = 2_000;
  const devices = new DeviceDeliveries(directory, senders, now);
  const notification: DueNotification = {
    ...{
      user,
      action: "show" as const,
      seq: 1,
      message: 1,
      mention: false,
      version: 1,
      isUpdate: false,
      unread: 1,
      only: null,
      except: [],
    },
    ...{ tries: 0, failingSince: 0 },
  };
  const recipient: Recipient = {
    ...{ user, presence: "auto" as const, previews: true, quiet: null, level: "all" as const, mutedUntil: 0 },
    blocked: [],
    subscriptions: [bad, good],
  };
  const message = { author: "u_alice", at: 900, text: "hello", thread: null };
  const outcome = await deliverToMember(
    { directory, devices, now },
    { channel: "c_1" },
    {
      ...{ claim: 1, epoch: "e", kind: "group", name: "Friends", epochNumber: 1, freshUntil },
      notifications: [notification],
      messages: { 1: message },
    },
    notification,
    {
      recipients: new Map([[user, recipient]]),
      authors: { u_alice: { name: "Alice" } },
    },
  );
  expect(sent).toEqual(["p_good"]);
  expect(outcome).toMatchObject({ result: "delivered", failed: { p_bad: expect.any(Number) } });
  expect(Object.keys(outcome.failed)).toEqual(["p_bad"]);
  await expect(
    devices.deliver(
      bad,
      { type: "test", key: "k", at: 1 },
      { topic: "t", urgency: "high", ttlMs: 1 },
      { pauseMs: 1, freshUntil },
    ),
  ).rejects.toThrow("damaged");
});
