// Counts the faults of a run and measures the recoveries.

export class RunStatistics {
  kills = 0;
  cuts = 0;
  evictions = 0;
  /** Faults that found too few unanswered commands and waited for more. */
  postponed = 0;
  unansweredAtFaultMin = Number.POSITIVE_INFINITY;
  /**
   * Times until clients were live again: after a cut, and after a kill from the server's first
   * answer.
   */
  readonly recoveriesMs = { cut: [] as number[], kill: [] as number[] };

  /** Called at the moment of a kill or a cut. */
  recordUnanswered(unanswered: number): void {
    this.unansweredAtFaultMin = Math.min(this.unansweredAtFaultMin, unanswered);
  }

  get recovery() {
    const { cut, kill } = this.recoveriesMs;
    return {
      recoveries: cut.length + kill.length,
      recoveryMsP50: quantile([...cut, ...kill], 0.5),
      recoveryMsP99: quantile([...cut, ...kill], 0.99),
      cutRecoveryMsP99: quantile(cut, 0.99),
      killRecoveryMsP99: quantile(kill, 0.99),
    };
  }
}

/** The value below which a `share` of the values lies; null for none. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? null : Math.round(value);
}
