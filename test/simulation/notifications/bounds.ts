// The bounds of the checks, with their reasons.

export const bounds = {
  /**
   * From the latest of the send, the end of an outage and the end of a restart until the arrival.
   */
  arrivalMs: 60_000,
  /** An unread group notifies again after this time; see `pushEveryMs`. */
  everyMs: 60_000,
  /** A notification under way when a person's state changes may still arrive within this time. */
  slackMs: 2_000,
  /** A person counts as absent after this time. */
  absentMs: 3_000,
  /** Differences between clocks, and rounding timers. */
  clockMs: 250,
  /** Requests that were under way when a device's first answer arrived. */
  underWayMs: 500,
  /** A kill may lose what the server learnt in this time before it. */
  forgetMs: 15_000,
  /** The share of arrivals that may be duplicates. */
  twiceShare: 0.02,
} as const;
