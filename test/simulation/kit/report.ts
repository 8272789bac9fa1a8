import type { Bundle } from "./worker-bundle.ts";

/** A number and its bound. */
export interface Bar {
  value: number;
  atMost?: number;
  atLeast?: number;
}

export interface Report {
  /** The conditions of the measurement. */
  setting: Record<string, number | string>;
  bars: Record<string, Bar>;
  /** Further numbers without a bound. */
  seen: Record<string, unknown>;
}

export type Scenario = (bundle: Bundle, quick: boolean) => Promise<Report>;

export const isMet = ({ value, atMost, atLeast }: Bar): boolean =>
  Number.isFinite(value) && value <= (atMost ?? value) && value >= (atLeast ?? value);
