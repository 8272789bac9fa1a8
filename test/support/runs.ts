/** How often a property is tried: `usual` in CI, `RUNS` for a night. */
export const runs = (usual: number): number => Number(process.env.RUNS || usual);
