import * as z from "zod";
import { type CallTimes, callTimes } from "../domain/calls";
import { ConfigurationError } from "../domain/error";

const milliseconds = z.int().positive();
const overrides = z.strictObject({ ringMs: milliseconds, graceMs: milliseconds, leaseMs: milliseconds }).partial();

/**
 * Returns the times of calls with the changes of the `CALL_TIMES` variable, which is JSON by name.
 * Throws if the variable is invalid.
 */
export function readCallTimes(variable: string | undefined): CallTimes {
  if (!variable) return callTimes;
  const changed = overrides.safeParse(parseJson(variable)).data;
  if (!changed) throw new ConfigurationError("CALL_TIMES must be JSON: names of times of calls, in milliseconds");
  const { ringMs, graceMs, leaseMs } = changed;
  return {
    ringMs: ringMs ?? callTimes.ringMs,
    graceMs: graceMs ?? callTimes.graceMs,
    leaseMs: leaseMs ?? callTimes.leaseMs,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
