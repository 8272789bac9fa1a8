import type { Bundle } from "./worker-bundle.ts";

/** A number and the bound it has to keep. */
export interface Bar {
  value: number;
  atMost?: number;
  atLeast?: number;
}

export interface Report {
  /** What the numbers were measured on. */
  setting: Record<string, number | string>;
  bars: Record<string, Bar>;
  /** What is worth knowing and has no bound. */
  seen: Record<string, unknown>;
}

export type Scenario = (bundle: Bundle, quick: boolean) => Promise<Report>;

export const isMet = ({ value, atMost, atLeast }: Bar): boolean =>
  Number.isFinite(value) && value <= (atMost ?? value) && value >= (atLeast ?? value);
