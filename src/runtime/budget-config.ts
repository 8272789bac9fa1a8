import * as z from "zod";
import { ConfigurationError } from "../domain/error";
import { type StorageWarnings, storageWarnings } from "../domain/tuning";
import { type Budgets, budgets } from "../protocol";

const overrides = z.record(z.string(), z.number().positive());

export type StorageBudgets = Budgets & StorageWarnings;

/**
 * Returns the default budgets and warnings with the changes of the `BUDGETS` variable, which is
 * JSON by name. Throws if the variable is invalid.
 */
export function readBudgets(variable: string | undefined): StorageBudgets {
  const changed = overrides.parse(JSON.parse(variable || "{}"));
  const defaults: StorageBudgets = { ...budgets, ...storageWarnings };
  const unknown = Object.keys(changed).find((name) => !(name in defaults));
  if (unknown) throw new ConfigurationError(`BUDGETS names an unknown budget: ${unknown}`);
  return { ...defaults, ...changed };
}
