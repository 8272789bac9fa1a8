import * as z from "zod";
import { type Rates, rates } from "../protocol";

const rate = z.object({ burst: z.int().min(1), everyMs: z.number().positive() });
const overrides = z.record(z.string(), rate);

/** Bound: one entry, because the variable of a deployment does not change. */
const cache = new Map<string, Rates>();

/**
 * Returns the default rates with the changes of the `RATES` variable, which is JSON by name. Throws
 * if the variable is invalid.
 */
export function readRates(variable: string | undefined): Rates {
  const text = variable || "{}";
  const cached = cache.get(text);
  if (cached) return cached;
  const changed = overrides.parse(JSON.parse(text));
  const unknown = Object.keys(changed).find((name) => !(name in rates));
  if (unknown) throw new TypeError(`RATES names an unknown rate: ${unknown}`);
  const merged: Rates = { ...rates, ...changed };
  cache.set(text, merged);
  return merged;
}
