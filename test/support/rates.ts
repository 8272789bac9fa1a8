// Changes the rates of a test. Every other test runs with raised rates.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type Rate, type RateName, rates } from "../../src/protocol";

const variables = env as { RATES: string };
const initial = variables.RATES;
const raised = { burst: 100_000, everyMs: 1 };
/** The smallest difference that a time of today has room for. A finer one is rounded. */
const EXACT_MS = 2 ** -12;
let changes = 0;

/** One token, and the next in an hour. */
export const ONCE: Rate = { burst: 1, everyMs: 3_600_000 };

/**
 * Sets some rates, as the variable of a deployment does, and raises the others. Objects that are
 * loaded from now on use them. Buckets that the Worker keeps in memory are new.
 */
export function setRates(changed: Partial<Record<RateName, Rate>>): void {
  const all = Object.fromEntries(Object.keys(rates).map((name) => [name, raised]));
  const own = Object.entries(changed).map(([name, rate]) => [
    name,
    { ...rate, everyMs: rate.everyMs + ++changes * EXACT_MS },
  ]);
  variables.RATES = JSON.stringify({ ...all, ...Object.fromEntries(own) });
}

/** Removes the changes of these rates, so that the numbers of a deployment hold. */
export function keepDeployedRates(names: readonly RateName[]): void {
  const all = Object.entries(JSON.parse(initial) as Record<string, Rate>);
  variables.RATES = JSON.stringify(Object.fromEntries(all.filter(([name]) => !names.includes(name as RateName))));
}

export function resetRates(): void {
  variables.RATES = initial;
}

/** Ends objects, so that their next request loads them with the present rates. */
export async function reload(objects: readonly DurableObjectStub<undefined>[]): Promise<void> {
  for (const object of objects) {
    // Only an object that is running can be evicted.
    await runInDurableObject(object, () => {});
    await evictDurableObject(object, { webSockets: "close" });
  }
}
