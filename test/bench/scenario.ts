// A scenario measures one system and sets how far Parley may be from the limit in each figure.
import type { Host } from "./host.ts";
import type { LimitMode } from "./limit.ts";
import type { System } from "./system.ts";

export interface Scenario {
  /** Its name for `--scenario`. */
  name: string;
  title: string;
  /** The limit that it is compared with. */
  against: LimitMode;
  /** Whether each measurement needs a fresh server. */
  needsFreshServer?: boolean;
  measure(system: System, seconds: number): Promise<Record<string, number>>;
  /**
   * By figure. A ratio is Parley's figure divided by the limit's, a difference is Parley's minus
   * the limit's. A figure without a bar is only reported.
   */
  bars: Readonly<Record<string, Bar>>;
}

export type Bar = (
  | { ratio: { atLeast: number } }
  | { ratio: { atMost: number } }
  | { difference: { atMost: number } }
) & {
  /** The only host on which the bar is checked; elsewhere a local proxy is most of the figure. */
  only?: Host;
};

export type Verdict = "PASS" | "FAIL" | "not measured";

/** How a bar compares the two; without a bar, as a ratio. */
export const compare = (parley: number, limit: number, bar: Bar | undefined): number =>
  bar && "difference" in bar ? parley - limit : parley / limit;

export function judge(value: number, bar: Bar): Verdict {
  if (Number.isNaN(value)) return "not measured";
  const bound = "difference" in bar ? bar.difference : bar.ratio;
  const holds = "atLeast" in bound ? value >= bound.atLeast : value <= bound.atMost;
  return holds ? "PASS" : "FAIL";
}
