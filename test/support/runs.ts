/**
 * Returns the number of runs of a property: `brief` in `npm test`, `full` in `npm run test:long`.
 * The variable `LONG_SCALE` of a long test scales `full`, and `RUNS` replaces both.
 */
export function runs(brief: number, full: number): number {
  const { RUNS, LONG_SCALE } = process.env;
  if (RUNS) return Number(RUNS);
  return LONG_SCALE ? Math.max(1, Math.ceil(full * Number(LONG_SCALE))) : brief;
}

/**
 * Returns the size of a fixture: `brief` in `npm test`, `full` in `npm run test:long`. It is not
 * scaled, because a smaller fixture may no longer reach the bound under test.
 */
export const fixtureSize = (brief: number, full: number): number => (process.env.LONG_SCALE ? full : brief);

/** Whether this is `npm run test:long`. Some tests take too long for `npm test`. */
export const isLongRun = Boolean(process.env.LONG_SCALE);

/** Whether this is a long run whose scale is below 1, as in CI. */
export const isBriefLongRun = Number(process.env.LONG_SCALE) < 1 && isLongRun;
