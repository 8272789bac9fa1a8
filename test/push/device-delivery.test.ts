// A pause that a service asks for a device applies to every channel at once.
import { expect, test } from "vitest";
import { DeviceDeliveries } from "../../src/push/device-delivery";
import type { SendResult } from "../../src/push/sender";
import { app, delivery, shown } from "./samples";

const unused = (): never => {
  throw new Error("must not be called");
};

/** A device whose service answers when the test says so. */
function device() {
  const now = 1_000_000;
  const started: ((sent: SendResult) => void)[] = [];
  const pauses: number[] = [];
  const send = () => new Promise<SendResult>((resolve) => started.push(resolve));
  const directory = {
    ...{ resolve: unused, audiencePage: unused, find: unused, forget: unused, storeDeadLetter: unused },
    recordResult: async (_id: string, _detail: string | null, retryAt: number) => void pauses.push(retryAt),
  };
  const devices = new DeviceDeliveries(directory, { web: { send: unused }, fcm: { send } }, () => now);
  const deliver = () => devices.deliver(app(), shown(), delivery, { pauseMs: 2_000, freshUntil: now });
  return { deliver, started, pauses, now };
}

const slowDown: SendResult = { result: "retry", detail: "429", retryAfterMs: 4_000, isAnswered: true };

test("a queued notification respects a new pause, and a request in progress does not end it", async () => {
  const { deliver, started, pauses, now } = device();
  const all = [deliver(), deliver(), deliver(), deliver()];
  await Promise.resolve();
  expect(started).toHaveLength(3);
  started[0]?.(slowDown);
  expect(await all[0]).toBe(4_000);
  expect(await all[3]).toBe(4_000);
  started[1]?.({ result: "accepted" });
  expect(await all[1]).toBeNull();
  expect(await deliver()).toBe(4_000);
  started[2]?.({ ...slowDown, retryAfterMs: null });
  expect(await all[2]).toBe(4_000);
  expect(started).toHaveLength(3);
  expect(pauses).toEqual([now + 4_000, 0, 0]);
});

test.each([
  [1_000, 1_000],
  [0, 2_000],
  [null, 2_000],
])("a Retry-After of %s ms is a retry after %s ms", async (retryAfterMs, expected) => {
  const { deliver, started } = device();
  const answer = deliver();
  await Promise.resolve();
  started[0]?.({ ...slowDown, retryAfterMs });
  expect(await answer).toBe(expected);
});
