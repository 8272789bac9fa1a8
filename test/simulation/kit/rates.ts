// Rate limits that no client of a simulation reaches.
import { rates } from "../../../src/protocol/limits.ts";

export const unlimited = { burst: 1_000_000, everyMs: 0.001 };

export const unlimitedRates = (names: readonly string[]): Record<string, typeof unlimited> =>
  Object.fromEntries(names.map((name) => [name, unlimited]));

export const raised = unlimitedRates(Object.keys(rates));
