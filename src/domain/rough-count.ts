// Numbers that say roughly how many, so that a stranger cannot follow who comes and goes.

/** What is shown to strangers as a count begins here. Smaller counts are 0. */
const SMALLEST = 10;

/** Returns a count rounded down to 10, 20, 50, 100, 200 and so on; 0 below 10. */
export function roughCount(count: number): number {
  let rough = 0;
  for (let power = SMALLEST; power <= count; power *= 10)
    for (const step of [power, 2 * power, 5 * power]) if (step <= count) rough = step;
  return rough;
}
