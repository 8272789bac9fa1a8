// The rounds of one scenario as text. A figure is compared round by round, side by side in time,
// and the median of those comparisons is checked: other load on the machine changes both systems,
// and absolute times most of all. The interval of the comparisons shows how far to trust it.
import type { Host } from "./host.ts";
import { median } from "./median.ts";
import { type Bar, compare, judge, type Scenario, type Verdict } from "./scenario.ts";

export interface Round {
  limit: Record<string, number>;
  parley: Record<string, number>;
}

export interface Line {
  figure: string;
  /** Medians of the rounds. */
  limit: number;
  parley: number;
  /** The median of the comparisons, and the lowest and the highest of them. */
  compared: number;
  interval: [lowest: number, highest: number];
  bar: string;
  verdict: Verdict | "";
}

export function linesOf({ bars }: Scenario, host: Host, rounds: readonly Round[]): Line[] {
  return Object.keys(rounds[0]?.parley ?? {}).map((figure) => {
    const pairs = rounds.map(
      ({ limit, parley }) => [parley[figure] ?? Number.NaN, limit[figure] ?? Number.NaN] as const,
    );
    const bar = bars[figure];
    const all = pairs.map(([parley, limit]) => compare(parley, limit, bar));
    const compared = median(all);
    const isBinding = bar !== undefined && (bar.only ?? host) === host;
    return {
      figure,
      limit: median(pairs.map(([, limit]) => limit)),
      parley: median(pairs.map(([parley]) => parley)),
      compared,
      interval: [Math.min(...all), Math.max(...all)],
      bar: isBinding ? describe(bar) : "",
      verdict: isBinding ? judge(compared, bar) : "",
    };
  });
}

function describe(bar: Bar): string {
  if ("difference" in bar) return `at most ${bar.difference.atMost} more`;
  return "atLeast" in bar.ratio ? `at least ${bar.ratio.atLeast} x` : `at most ${bar.ratio.atMost} x`;
}

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);

export function print({ title, against }: Scenario, host: Host, lines: readonly Line[]): void {
  console.log(`\n${title}: ${host === "bare" ? "bare runtime" : "wrangler dev"}`);
  const heads = ["limit", "Parley", "compared"].map((head) => head.padStart(10)).join("");
  console.log(`  ${"".padEnd(30)}${heads}  ${"interval".padEnd(16)}(limit: ${against})`);
  for (const { figure, limit, parley, compared, interval, bar, verdict } of lines) {
    const figures = [limit, parley, compared].map((value) => shown(value).padStart(10)).join("");
    const spread = interval.map(shown).join(" - ");
    console.log(`  ${figure.padEnd(30)}${figures}  ${spread.padEnd(16)}${bar.padEnd(16)}${verdict}`.trimEnd());
  }
}
