// What a service asks for a device holds for every channel that wants to tell it, at once.
import { expect, test } from "vitest";
import { tellDevice } from "../../src/push/device-delivery";
import { Slots } from "../../src/push/request-limiter";
import type { Sent } from "../../src/push/sender";
import { app, delivery, shown } from "./samples";

const unused = (): never => {
  throw new Error("not to be asked");
};

/** A device whose service answers when the test does. */
function device() {
  const now = 1_000_000;
  const begun: ((sent: Sent) => void)[] = [];
  const remarks: number[] = [];
  const send = () => new Promise<Sent>((resolve) => begun.push(resolve));
  const host = {
    directory: {
      ...{ resolve: unused, find: unused, forget: unused, bury: unused },
      remark: async (_id: string, _detail: string | null, againAt: number) => void remarks.push(againAt),
    },
    senders: { web: { send: unused }, fcm: { send } },
    ...{ slots: new Slots(), rests: new Map<string, number>(), freshUntil: now, now: () => now },
  };
  const tell = () => tellDevice(host, app(), shown(), delivery, 2_000);
  return { tell, begun, remarks, now };
}

const slowDown: Sent = { result: "later", detail: "429", afterMs: 4_000, isAnswer: true };

test("who waited for a turn hears that the device is to be left alone; what was on its way changes nothing of it", async () => {
  const { tell, begun, remarks, now } = device();
  const all = [tell(), tell(), tell(), tell()];
  await Promise.resolve();
  expect(begun).toHaveLength(3);
  begun[0]?.(slowDown);
  expect(await all[0]).toBe(4_000);
  expect(await all[3]).toBe(4_000);
  begun[1]?.({ result: "taken" });
  expect(await all[1]).toBeNull();
  expect(await tell()).toBe(4_000);
  begun[2]?.({ ...slowDown, afterMs: null });
  expect(await all[2]).toBe(4_000);
  expect(begun).toHaveLength(3);
  expect(remarks).toEqual([now + 4_000, 0, 0]);
});

test.each([
  [1_000, 1_000],
  [0, 2_000],
  [null, 2_000],
])("after %s ms, as the service says, is after %s", async (afterMs, expected) => {
  const { tell, begun } = device();
  const answer = tell();
  await Promise.resolve();
  begun[0]?.({ ...slowDown, afterMs });
  expect(await answer).toBe(expected);
});
