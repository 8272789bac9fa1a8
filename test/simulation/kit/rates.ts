// Rate limits and byte budgets that no client of a simulation reaches.
import { budgets, rates } from "../../../src/protocol/rates.ts";

export const unlimited = { burst: 1_000_000, everyMs: 0.001 };

export const unlimitedRates = (names: readonly string[]): Record<string, typeof unlimited> =>
  Object.fromEntries(names.map((name) => [name, unlimited]));

export const raised = unlimitedRates(Object.keys(rates));

/** The value of the variable `BUDGETS`. */
export const raisedBudgets = JSON.stringify(Object.fromEntries(Object.keys(budgets).map((name) => [name, 9e9])));
