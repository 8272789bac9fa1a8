// Server tuning: numbers that change only cost, latency and memory. Because of these numbers no
// request is refused, no connection is closed and nothing looks different to a client. So they may
// change with any release. A number that a client can notice is a limit: see `protocol/limits.ts`.
// A number that only one file uses may be in that file instead.

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const KIB = 1024;

/** The most bytes that the platform stores in one database or object. */
export const STORAGE_MAX_BYTES = 10e9;

/**
 * Sizes from which the operator is warned, in bytes: 70 % of the 10 GB that the platform allows.
 * The `BUDGETS` variable changes them, for tests.
 */
export const storageWarnings = Object.freeze({
  /** The size of a channel's object. */
  channelWarningBytes: 7e9,
  /** The size of a D1 database. */
  databaseWarningBytes: 7e9,
});

export type StorageWarnings = Record<keyof typeof storageWarnings, number>;

/** The lag of the archive: see `tuning.archiveLagMs`. */
const ARCHIVE_LAG_MS = 60 * SECOND;

export const tuning = Object.freeze({
  /** The most people whose open pages show a changed name at once. */
  profileAudience: 500,
  /**
   * The most commands of one turn. A full turn is flushed at once, because a flood of frames would
   * starve its timer.
   */
  turnCommands: 64,
  /** The most bytes of the commands of one turn, as above. */
  turnBytes: 256 * KIB,
  /**
   * The size of one page of a resume, so that a device that is far behind does not flood its own
   * socket.
   */
  resumePageBytes: 256 * KIB,
  /** The most entries of one page of a resume. */
  resumePageEntries: 1_000,
  /**
   * The pause between two deliveries to one user object: a burst of messages costs two requests a
   * second.
   */
  inboxDeliveryMs: 0.5 * SECOND,
  /** The same for a member who has the channel open: only their other devices wait for the row. */
  inboxDeliveryViewerMs: 2 * SECOND,
  /** The same if every connected device has the channel open and thus has the content. */
  inboxDeliveryAllViewingMs: 60 * SECOND,
  /** How long read marks of a large channel wait for others before user objects get them. */
  markDeliveryMs: 2 * SECOND,
  /**
   * The pause between two reports of a large channel's head to its guild object: while a device
   * follows the guild, and otherwise.
   */
  headMs: 2 * SECOND,
  unheardHeadMs: 60 * SECOND,
  /** How often a session's time of last use is written at most, so that reading costs no row. */
  sessionTouchIntervalMs: 1 * HOUR,
  /**
   * How far the archive lags behind a channel at most, while the database answers. A search asks
   * the channels that have moved within this time themselves.
   */
  archiveLagMs: ARCHIVE_LAG_MS,
  /**
   * How long a search treats an entry as one that the archive may lack: the lag, and a margin for
   * clocks that differ and for the time between an alarm and the end of a batch.
   */
  recentEntryMs: ARCHIVE_LAG_MS + 15 * SECOND,
  /** How long a search waits for a channel or for the user object. */
  searchedTailMs: 2 * SECOND,
  /** How long an object waits before it repeats the work of a failed alarm. */
  alarmRetryMs: 30 * SECOND,
  /** How many objects one request or one run of the cron delivers to at the same time. */
  deliveryConcurrency: 50,
  /** How long a delivery waits for one object. A delivery that ends later does no harm. */
  deliveryAttemptMs: 5 * SECOND,
  /**
   * The most objects that one request or one alarm delivers ended sessions to. The platform limits
   * the RPCs of one request. What is beyond is delivered by the next alarm.
   */
  objectsPerDelivery: 800,
  /** How long one run of the cron works on each kind of delivery. */
  cronDeliveryMs: 20 * SECOND,
  /**
   * How long after its ticket a file is kept: for a message that was accepted in the last moment,
   * and whose channel has not reported it.
   */
  fileKeptAfterTicketMs: 1 * HOUR,
  /** How long the directory keeps notifications that could not be delivered, for operators. */
  deadLetterRetentionMs: 30 * DAY,
});
