// Rates that nobody reaches: a scenario is about masses of sockets, not about buckets.
const unlimited = { burst: 1_000_000, everyMs: 0.001 };

export const raised = {
  send: unlimited,
  ask: unlimited,
  register: unlimited,
  directory: unlimited,
};
