// The numbers of the verdict, with their reasons.

export const bounds = {
  /** From the later of sending, healing and restart until it is there. */
  arrivalMs: 60_000,
  /** A group that nobody has looked at is told of again after that; see `pushEveryMs`. */
  everyMs: 60_000,
  /** What was on its way when somebody's state changed may still arrive for so long. */
  slackMs: 2_000,
  /** Somebody counts as absent when they have been so for that long. */
  absentMs: 3_000,
  /** Two clocks, and a timer that rounds. */
  clockMs: 250,
  /** Requests that were under way when a first answer to that device was given. */
  underWayMs: 500,
  /** A kill takes what was learnt in so short a time before it. */
  forgetMs: 15_000,
  /** Of all arrivals, this share may arrive twice. */
  twiceShare: 0.02,
} as const;
