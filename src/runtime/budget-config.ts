import * as z from "zod";
import { ConfigurationError } from "../domain/error";
import { type StorageWarnings, storageWarnings } from "../domain/tuning";
import { type Budgets, budgets } from "../protocol";

const overrides = z.record(z.string(), z.number().positive());

export type StorageBudgets = Budgets & StorageWarnings;

/** Bound: one entry, because the variable of a deployment does not change. */
const cache = new Map<string, StorageBudgets>();

/**
 * Returns the default budgets and warnings with the changes of the `BUDGETS` variable, which is
 * JSON by name. Throws if the variable is invalid.
 */
export function readBudgets(variable: string | undefined): StorageBudgets {
  const text = variable || "{}";
  const cached = cache.get(text);
  if (cached) return cached;
  const changed = overrides.parse(JSON.parse(text));
  const defaults: StorageBudgets = { ...budgets, ...storageWarnings };
  const unknown = Object.keys(changed).find((name) => !(name in defaults));
  if (unknown) throw new ConfigurationError(`BUDGETS names an unknown budget: ${unknown}`);
  const merged: StorageBudgets = { ...defaults, ...changed };
  cache.set(text, merged);
  return merged;
}
