// Server tuning: numbers that change only cost, latency and memory. No request is refused, no
// connection is closed and nothing looks different to a client because of them, so they may change
// with any release. A number that a client can notice is a limit: see `protocol/limits.ts`. A
// number that a single file uses may stand in that file instead.

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const KIB = 1024;

export const tuning = Object.freeze({
  /** Commands in one turn. A full turn is flushed at once: under a flood its timer would starve. */
  turnCommands: 64,
  /** Size of the commands in one turn, as above. */
  turnBytes: 256 * KIB,
  /** Size of one page of a resume, so that a device far behind does not flood its own socket. */
  resumePageBytes: 256 * KIB,
  /** Entries in one page of a resume. */
  resumePageEntries: 1_000,
  /** Between two signals to one user object: a burst of messages costs two calls a second. */
  inboxDeliveryMs: 0.5 * SECOND,
  /** The same for a member who has the channel open: only their other devices wait for it. */
  inboxDeliveryViewerMs: 2 * SECOND,
  /** The same where every connected device has the channel open and has the content already. */
  inboxDeliveryAllViewingMs: 60 * SECOND,
  /** A session's time of last use is written at most this often, so that reading costs no row. */
  sessionTouchIntervalMs: 1 * HOUR,
  /** How long an object waits until it repeats the work of an alarm that failed. */
  alarmRetryMs: 30 * SECOND,
  /** How long the directory keeps notifications that could not be delivered, for operators. */
  deadLetterRetentionMs: 30 * DAY,
});
