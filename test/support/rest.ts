import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";

/**
 * An alarm that is due within this time has work to do. A later alarm is for future messages, for a
 * recheck of members, or for a delivery that failed.
 */
const SOON_MS = 8_000;

/** Fires the alarm until a channel has nothing more to do. */
export const atRest = (channel: string) => {
  const stub = env.CHANNELS.getByName(channel);
  const isAtRest = async () => {
    await runDurableObjectAlarm(stub);
    const at = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
    return at === null || at > Date.now() + SOON_MS;
  };
  return expect.poll(isAtRest, { timeout: 15_000, interval: 50 }).toBe(true);
};
