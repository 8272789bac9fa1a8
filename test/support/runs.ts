/**
 * The number of runs of a property: `usual`, or the environment variable `RUNS` for a long test.
 */
export const runs = (usual: number): number => Number(process.env.RUNS || usual);
