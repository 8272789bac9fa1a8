// The counts, by object. They are kept outside the objects, so that hibernation does not lose them.

/** The counts of one object, or of the Worker. Times in milliseconds. */
export interface Counts {
  /** Rows written by table, without alarms. */
  written: Record<string, number>;
  read: number;
  /** By the number of seconds until the alarm. */
  alarmsArmed: Record<string, number>;
  /** RPC, HTTP and alarms, by name. */
  requests: Record<string, number>;
  socketMessages: number;
  databaseWritten: number;
  databaseRead: number;
  workerRequests: number;
  /** Messages sent to a queue. */
  queueMessages: number;
  /** How long at least one event was in progress. */
  activeMs: number;
  /** How often the object was constructed: the first time, and after each hibernation. */
  constructions: number;
}

export interface Reading {
  /** By the name of the object; `worker` for what belongs to none. */
  counts: Record<string, Counts>;
  /** Alarms that have not fired yet. */
  armed: number;
}

const counts = new Map<string, Counts>();
const alarms = new Set<string>();

export function countsOf(name: string): Counts {
  const known = counts.get(name);
  if (known) return known;
  const empty: Counts = {
    written: {},
    read: 0,
    alarmsArmed: {},
    requests: {},
    socketMessages: 0,
    databaseWritten: 0,
    databaseRead: 0,
    workerRequests: 0,
    queueMessages: 0,
    activeMs: 0,
    constructions: 0,
  };
  counts.set(name, empty);
  return empty;
}

export const add = (to: Record<string, number>, name: string, count: number): void => {
  if (count > 0) to[name] = (to[name] ?? 0) + count;
};

export const reading = (): Reading => ({ counts: Object.fromEntries(counts), armed: alarms.size });

export function armed(name: string, inMs: number): void {
  add(countsOf(name).alarmsArmed, `in ${(inMs / 1_000).toFixed(1)} s`, 1);
  alarms.add(name);
}

export function fired(name: string): void {
  alarms.delete(name);
}
