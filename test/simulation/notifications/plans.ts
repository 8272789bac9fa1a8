// The sizes of runs.
import type { Plan } from "./suite.ts";

export const full: Plan = {
  size: {
    people: { writer: 10, offline: 38, idle: 12, present: 10, reader: 8, commuter: 12, choosy: 10 },
    groups: 10,
    guests: 11,
  },
  pace: { directMs: 28_000, groupMs: 19_000, readMs: 40_000 },
  deviceChangeMs: 6_000,
  trafficMs: 710_000,
  kills: 10,
  outages: 3,
  outageMs: 25_000,
  arrivals: 5_000,
};

export const quick: Plan = {
  size: {
    people: { writer: 4, offline: 14, idle: 4, present: 3, reader: 3, commuter: 4, choosy: 4 },
    groups: 3,
    guests: 10,
  },
  pace: { directMs: 14_000, groupMs: 12_000, readMs: 20_000 },
  deviceChangeMs: 6_000,
  trafficMs: 90_000,
  kills: 2,
  outages: 1,
  outageMs: 10_000,
  arrivals: 500,
};

/**
 * The run that looks for a planted bug: a minute with many changes of devices and of what people
 * are notified of.
 */
export const bugRun: Plan = {
  ...quick,
  size: { ...quick.size, people: { ...quick.size.people, choosy: 12 } },
  deviceChangeMs: 2_000,
  trafficMs: 60_000,
  kills: 3,
  outages: 0,
  arrivals: 1,
};
