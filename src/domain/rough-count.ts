// Numbers that say roughly how many, so that a stranger cannot follow who comes and goes.
import { limits } from "../protocol";

/** Returns a count rounded down to 10, 20, 50, 100, 200 and so on; 0 below `previewedMembers`. */
export function roughCount(count: number): number {
  let rough = 0;
  for (let power: number = limits.previewedMembers; power <= count; power *= 10)
    for (const step of [power, 2 * power, 5 * power]) if (step <= count) rough = step;
  return rough;
}
