// What is counted, by whom it was caused. It lies beside the objects, not in them: falling asleep must not forget it.

/** Of one object, or of the Worker before them. Times are milliseconds. */
export interface Counts {
  /** Rows written, alarms aside, by table. */
  written: Record<string, number>;
  read: number;
  /** By how many seconds ahead. */
  alarmsArmed: Record<string, number>;
  /** RPC, HTTP and alarms, by name. */
  requests: Record<string, number>;
  socketMessages: number;
  databaseWritten: number;
  databaseRead: number;
  workerRequests: number;
  /** Messages given to a queue. */
  queueMessages: number;
  /** How long at least one event was being answered. */
  activeMs: number;
  /** How often the object was put together: the first time, and each time it woke. */
  constructions: number;
}

export interface Reading {
  /** By the name of the object. What belongs to none stands under `worker`. */
  counts: Record<string, Counts>;
  /** Alarms that are still to ring. */
  armed: number;
}

const counts = new Map<string, Counts>();
const alarms = new Set<string>();

export function countsOf(name: string): Counts {
  const known = counts.get(name);
  if (known) return known;
  const none: Counts = {
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
  counts.set(name, none);
  return none;
}

export const add = (to: Record<string, number>, name: string, count: number): void => {
  if (count > 0) to[name] = (to[name] ?? 0) + count;
};

export const reading = (): Reading => ({ counts: Object.fromEntries(counts), armed: alarms.size });

export function armed(name: string, inMs: number): void {
  add(countsOf(name).alarmsArmed, `in ${(inMs / 1_000).toFixed(1)} s`, 1);
  alarms.add(name);
}

export function rang(name: string): void {
  alarms.delete(name);
}
