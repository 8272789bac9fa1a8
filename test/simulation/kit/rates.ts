// Rate limits that no client of a simulation reaches.

export const unlimited = { burst: 1_000_000, everyMs: 0.001 };

export const unlimitedRates = (names: readonly string[]): Record<string, typeof unlimited> =>
  Object.fromEntries(names.map((name) => [name, unlimited]));

export const raised = unlimitedRates(["send", "ask", "register", "directory"]);
