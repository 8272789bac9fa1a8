import * as z from "zod";
import { ConfigurationError } from "../domain/error";
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
  const changed = overrides.safeParse(parseJson(text)).data;
  if (!changed) throw new ConfigurationError("RATES must be JSON: for each name the numbers burst and everyMs");
  const unknown = Object.keys(changed).find((name) => !(name in rates));
  if (unknown) throw new ConfigurationError(`RATES names an unknown rate: ${unknown}`);
  const merged: Rates = { ...rates, ...changed };
  cache.set(text, merged);
  return merged;
}

/** Parses JSON; undefined for any other text. The error of the parser would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
