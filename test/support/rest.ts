import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";

/** Sooner than that, and something is on its way; later, and it is for messages to come, looked after who is still there, or a call that failed. */
const SOON_MS = 8_000;

/** Rings until a channel has nothing more to do. */
export const atRest = (channel: string) => {
  const stub = env.CHANNELS.getByName(channel);
  const isAtRest = async () => {
    await runDurableObjectAlarm(stub);
    const at = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
    return at === null || at > Date.now() + SOON_MS;
  };
  return expect.poll(isAtRest, { timeout: 15_000, interval: 50 }).toBe(true);
};
