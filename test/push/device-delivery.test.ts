// What a service asks for a device holds for every channel that wants to tell it, at once.
import { expect, test } from "vitest";
import { deliverToDevice } from "../../src/push/device-delivery";
import { RequestLimiter } from "../../src/push/request-limiter";
import type { SendResult } from "../../src/push/sender";
import { app, delivery, shown } from "./samples";

const unused = (): never => {
  throw new Error("not to be asked");
};

/** A device whose service answers when the test does. */
function device() {
  const now = 1_000_000;
  const begun: ((sent: SendResult) => void)[] = [];
  const remarks: number[] = [];
  const send = () => new Promise<SendResult>((resolve) => begun.push(resolve));
  const host = {
    directory: {
      ...{ resolve: unused, find: unused, forget: unused, bury: unused },
      remark: async (_id: string, _detail: string | null, againAt: number) => void remarks.push(againAt),
    },
    senders: { web: { send: unused }, fcm: { send } },
    ...{ limiter: new RequestLimiter(), pausedUntil: new Map<string, number>(), freshUntil: now, now: () => now },
  };
  const tell = () => deliverToDevice(host, app(), shown(), delivery, 2_000);
  return { tell, begun, remarks, now };
}

const slowDown: SendResult = { result: "retry", detail: "429", retryAfterMs: 4_000, isAnswered: true };

test("who waited for a turn hears that the device is to be left alone; what was on its way changes nothing of it", async () => {
  const { tell, begun, remarks, now } = device();
  const all = [tell(), tell(), tell(), tell()];
  await Promise.resolve();
  expect(begun).toHaveLength(3);
  begun[0]?.(slowDown);
  expect(await all[0]).toBe(4_000);
  expect(await all[3]).toBe(4_000);
  begun[1]?.({ result: "accepted" });
  expect(await all[1]).toBeNull();
  expect(await tell()).toBe(4_000);
  begun[2]?.({ ...slowDown, retryAfterMs: null });
  expect(await all[2]).toBe(4_000);
  expect(begun).toHaveLength(3);
  expect(remarks).toEqual([now + 4_000, 0, 0]);
});

test.each([
  [1_000, 1_000],
  [0, 2_000],
  [null, 2_000],
])("after %s ms, as the service says, is after %s", async (retryAfterMs, expected) => {
  const { tell, begun } = device();
  const answer = tell();
  await Promise.resolve();
  begun[0]?.({ ...slowDown, retryAfterMs });
  expect(await answer).toBe(expected);
});
