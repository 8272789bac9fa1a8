// A service that hangs keeps nobody waiting but itself.
import { expect, test } from "vitest";
import { RequestLimiter } from "../../src/push/request-limiter";

/** Calls under way, to be answered by the test. */
function calls() {
  const limiter = new RequestLimiter();
  const begun: { service: string; answer: (isAnswered: boolean) => void }[] = [];
  const call = (service: string) =>
    limiter.run(service, () => {
      const { promise, resolve } = Promise.withResolvers<{ isAnswered: boolean }>();
      begun.push({ service, answer: (isAnswered) => resolve({ isAnswered }) });
      return promise;
    });
  const underWay = () => begun.map(({ service }) => service).join("");
  return { call, begun, underWay };
}

test("five at once, of one service three, and whoever has waited longest comes next", async () => {
  const { call, begun, underWay } = calls();
  const all = [..."aaaaabbbc"].map(call);
  await Promise.resolve();
  expect(underWay()).toBe("aaabb");
  begun[0]?.answer(true);
  await all[0];
  expect(underWay()).toBe("aaabba");
  for (let i = 1; i < begun.length; i++) {
    begun[i]?.answer(true);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  expect([...underWay()].sort().join("")).toBe("aaaaabbbc");
  expect(await Promise.all(all)).not.toContain(null);
});

test("a service that did not answer twice is left alone, and another is not", async () => {
  const { call, begun, underWay } = calls();
  const all = [..."aaaab"].map(call);
  await Promise.resolve();
  for (const { answer } of begun.filter(({ service }) => service === "a")) answer(false);
  expect((await Promise.all(all.slice(0, 4))).map((done) => done?.isAnswered ?? null)).toEqual([
    false,
    false,
    false,
    null,
  ]);
  expect(underWay()).toBe("aaab");
  expect(await call("a")).toBeNull();
  begun[3]?.answer(true);
  expect(await all[4]).toEqual({ isAnswered: true });
});
