// A service that hangs delays only itself.
import { expect, test } from "vitest";
import { RequestLimiter } from "../../src/push/request-limiter";

/** Requests in progress, answered by the test. */
function requests() {
  const limiter = new RequestLimiter();
  const started: { service: string; answer: (isAnswered: boolean) => void }[] = [];
  const call = (service: string) =>
    limiter.run(service, () => {
      const { promise, resolve } = Promise.withResolvers<{ isAnswered: boolean }>();
      started.push({ service, answer: (isAnswered) => resolve({ isAnswered }) });
      return promise;
    });
  const running = () => started.map(({ service }) => service).join("");
  return { call, started, running };
}

test("five requests run at once, three to one service, and the longest waiting is next", async () => {
  const { call, started, running } = requests();
  const all = [..."aaaaabbbc"].map(call);
  await Promise.resolve();
  expect(running()).toBe("aaabb");
  started[0]?.answer(true);
  await all[0];
  expect(running()).toBe("aaabba");
  for (let i = 1; i < started.length; i++) {
    started[i]?.answer(true);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  expect([...running()].sort().join("")).toBe("aaaaabbbc");
  expect(await Promise.all(all)).not.toContain(null);
});

test("a service that failed to answer twice is skipped, and another is not", async () => {
  const { call, started, running } = requests();
  const all = [..."aaaab"].map(call);
  await Promise.resolve();
  for (const { answer } of started.filter(({ service }) => service === "a")) answer(false);
  expect((await Promise.all(all.slice(0, 4))).map((done) => done?.isAnswered ?? null)).toEqual([
    false,
    false,
    false,
    null,
  ]);
  expect(running()).toBe("aaab");
  expect(await call("a")).toBeNull();
  started[3]?.answer(true);
  expect(await all[4]).toEqual({ isAnswered: true });
});
