// The rounds of one scenario as text. A figure is compared round by round, side by side in time,
// and the median of those comparisons is checked: other load on the machine changes both systems,
// and absolute times most of all.
import { median } from "./median.ts";
import { type Bar, compare, judge, type Scenario, type Verdict } from "./scenario.ts";

export interface Round {
  limit: Record<string, number>;
  parley: Record<string, number>;
}

export interface Line {
  figure: string;
  limit: number;
  parley: number;
  compared: number;
  bar: string;
  verdict: Verdict | "";
}

export function linesOf({ bars }: Scenario, rounds: readonly Round[]): Line[] {
  return Object.keys(rounds[0]?.parley ?? {}).map((figure) => {
    const pairs = rounds.map(
      ({ limit, parley }) => [parley[figure] ?? Number.NaN, limit[figure] ?? Number.NaN] as const,
    );
    const bar = bars[figure];
    const compared = median(pairs.map(([parley, limit]) => compare(parley, limit, bar)));
    return {
      figure,
      limit: median(pairs.map(([, limit]) => limit)),
      parley: median(pairs.map(([parley]) => parley)),
      compared,
      bar: bar ? describe(bar) : "",
      verdict: bar ? judge(compared, bar) : "",
    };
  });
}

function describe(bar: Bar): string {
  if ("difference" in bar) return `at most ${bar.difference.atMost} more`;
  return "atLeast" in bar.ratio ? `at least ${bar.ratio.atLeast} x` : `at most ${bar.ratio.atMost} x`;
}

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);

export function print({ title, against }: Scenario, lines: readonly Line[]): void {
  console.log(`\n${title}`);
  console.log(
    `  ${"".padEnd(30)}${"limit".padStart(10)}${"Parley".padStart(10)}${"compared".padStart(10)}  (limit: ${against})`,
  );
  for (const { figure, limit, parley, compared, bar, verdict } of lines) {
    const figures = [limit, parley, compared].map((value) => shown(value).padStart(10)).join("");
    console.log(`  ${figure.padEnd(30)}${figures}  ${bar.padEnd(16)}${verdict}`);
  }
}
