// Copies the log to the archive. The channel's alarm runs the copy and moves the archive cursor. No
// message waits for the archive. A batch costs more than its entries, so entries wait until they
// fill one, or until no later alarm comes in time. The archive accepts batches twice and in any
// order. So the cursor is saved rarely, with the saved state. An edit or a deletion of an archived
// message stores that message again.
import type { ArchivedEntry, ArchivePort, BilledRows } from "../../domain/archive";
import { ChatError } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { isWithin, withTimeout } from "../../runtime/deadline";
import { logError, logWarning } from "../../runtime/logger";
import { exponentialBackoff } from "../../runtime/retry";
import type { ChannelAlarm } from "../alarm";
import type { Log } from "../log/log";
import type { StorageGauge } from "../log/storage-gauge";
import type { StateSaver } from "../members/state-saver";
import type { TurnCommitted, TurnListener } from "../turn-committed";
import type { UsageCounter } from "../usage";
import { entriesAfter, timeAfter, withChangedMessages } from "./archive-rows";
import { RecentCursor } from "./archive-tail";
import { archivePurged } from "./purged-messages";

/** The most entries of a batch. A batch of so many is stored at once. */
const BATCH_ENTRIES = 100;
/**
 * How long an entry may wait for a full batch. The rest of `tuning.archiveLagMs` is for an alarm
 * that fires late, and for storing the batch.
 */
const WAIT_MS = tuning.archiveLagMs - 10_000;
/**
 * The most characters of text in a batch. Sealing and search terms turn a character into up to 13
 * bytes. D1 accepts two million bytes at once.
 */
const BATCH_CHARS = 100_000;
/** After this time a request to the database has failed, and the database counts as unavailable. */
const REQUEST_TIMEOUT_MS = 15_000;
/** How long one drain starts new batches. The next alarm drains the rest. */
const DRAIN_MS = 20_000;
/** The pause after the first failure in a row is twice this. Each further failure doubles it. */
const RETRY_MS = 1_000;
/** Archiving resumes within half a minute after an outage, until `SLOW_RETRY_AFTER`. */
const RETRY_MAX_MS = 20_000;
/**
 * After this many failures in a row, about ten minutes, retries become rare. Such an outage needs
 * an operator, and frequent alarms would cost money.
 */
const SLOW_RETRY_AFTER = 30;
const SLOW_RETRY_MS = 600_000;
/** How often a large object is reported to the operator. */
const SIZE_REPORT_MS = 86_400_000;
/** The value of `checkpoint.archivedTo` that means the archive must be emptied first. */
const EMPTY_FIRST = -1;

export interface ArchiverParts {
  sql: SqlStorage;
  log: Pick<Log, "head" | "header" | "purges" | "archiveShard" | "moveArchive">;
  stateSaver: Pick<StateSaver, "checkpoint" | "dailyBytes" | "save">;
  storageGauge: Pick<StorageGauge, "isLarge" | "size">;
  usage: Pick<UsageCounter, "archiveRowsRead" | "archiveRowsWritten">;
  archive(): ArchivePort;
  alarm: Pick<ChannelAlarm, "arm" | "firesBy">;
  now(): number;
}

export class Archiver implements TurnListener {
  readonly recentCursor = new RecentCursor();
  #draining: Promise<void> | null = null;
  /** Whether the present drain stores entries that could wait. */
  #isComplete = false;
  #reporting: Promise<void> | null = null;
  #failures = 0;
  #retryAt = 0;
  /** Whether the channel is being erased. */
  #isStopped = false;
  /** The number of rebuilds. A batch that began before a rebuild must not move the cursor. */
  #rebuilds = 0;
  /** When the next report may be sent. Later than now after a failure. */
  #reportAt = 0;
  #sizeReportedAt: number | null = null;
  /** Whether the move to another database is not complete. */
  #isMoving = false;

  constructor(private readonly parts: ArchiverParts) {}

  /**
   * Stores the entries that the archive lacks, for `DRAIN_MS`. Arms the alarm if some are left.
   * Never throws. A second call during a drain returns the same promise.
   */
  drain(): Promise<void> {
    this.#isComplete = true;
    return this.drainDue();
  }

  /** Like `drain`, but leaves entries that can wait for the next alarm. */
  drainDue(): Promise<void> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
      this.#isComplete = false;
    });
    return this.#draining;
  }

  /**
   * Schedules a rebuild: from the next alarm on, drains empty this archive and fill it again.
   */
  rebuild(): void {
    const { stateSaver, now, alarm } = this.parts;
    this.#rebuilds++;
    this.#failures = 0;
    this.#retryAt = 0;
    stateSaver.checkpoint.archivedTo = EMPTY_FIRST;
    stateSaver.save(now());
    alarm.arm(now());
  }

  /**
   * Stops archiving and removes the rows of this channel, for `DRAIN_MS`. Returns whether none are
   * left. Throws `temporary` if a request that failed may still store rows.
   */
  async clear(): Promise<boolean> {
    const { log, archive, now } = this.parts;
    this.#isStopped = true;
    const failures = this.#failures;
    await Promise.all([this.#draining, this.#reporting]);
    if (this.#failures > failures) throw new ChatError("temporary");
    // The rows in a database that is not bound any more cannot be removed.
    if (log.header.archive === "" || !archive().isReachable(log.header.archive)) return true;
    const until = now() + DRAIN_MS;
    const clearBatch = () => archive().clearBatch(log.header.archive, log.header.channel);
    while (await withTimeout(clearBatch(), REQUEST_TIMEOUT_MS)) if (now() >= until) return false;
    return true;
  }

  /** The name of the database for this log's archive. Chosen and stored on first use. */
  get shard(): string {
    const { log, archive } = this.parts;
    return log.archiveShard(() => archive().choose(log.header.channel));
  }

  get isCaughtUp(): boolean {
    return this.parts.stateSaver.checkpoint.archivedTo === this.parts.log.head;
  }

  /**
   * The alarm copies the events. A large amount of text of an author is reported at once, without
   * an alarm: an alarm would also archive, and small batches cost more.
   */
  onTurnCommitted({ actors }: TurnCommitted): void {
    if (this.#isStopped) return;
    const { dailyBytes } = this.parts.stateSaver;
    for (const account of actors) if (dailyBytes.isUrgent(account)) void this.#report();
  }

  async #drain(): Promise<void> {
    const { log, now, alarm } = this.parts;
    const until = now() + DRAIN_MS;
    let isLeft = true;
    try {
      if (!this.#isStopped) await this.#report();
      if (!this.#isStopped && this.#mustMove && now() >= this.#retryAt) await this.#move(until);
      while (this.#mayArchive && this.#isDue && now() >= this.#retryAt && now() < until) await this.#archiveBatch();
      const mayContinue = () => !this.#isStopped && !this.#mustMove && now() >= this.#retryAt && now() < until;
      await archivePurged(log.purges, BATCH_ENTRIES, (messages) => this.#putPurged(messages), mayContinue);
      isLeft = this.#isMoving || log.purges.isArchiving || (!this.isCaughtUp && this.#isDue);
    } catch (error) {
      this.#failures++;
      const isSlow = this.#failures > SLOW_RETRY_AFTER;
      const pauseMs = isSlow ? SLOW_RETRY_MS : exponentialBackoff(this.#failures + 1, RETRY_MS, RETRY_MAX_MS);
      this.#retryAt = now() + pauseMs;
      logError("archive.failed", error, { behind: log.head - this.parts.stateSaver.checkpoint.archivedTo });
    }
    if (!this.#isStopped && isLeft) alarm.arm(Math.max(now(), this.#retryAt));
  }

  /**
   * Whether the next batch must not wait: it is full or a repeat, or no alarm is set that fires
   * before its first entry has waited too long.
   */
  get #isDue(): boolean {
    const { log, stateSaver, sql, alarm, now } = this.parts;
    const { archivedTo } = stateSaver.checkpoint;
    if (this.#isComplete || this.#failures > 0 || archivedTo === EMPTY_FIRST) return true;
    if (log.head - archivedTo >= BATCH_ENTRIES) return true;
    const at = timeAfter(sql, archivedTo);
    return !isWithin(WAIT_MS, at, now()) || !alarm.firesBy((at ?? 0) + WAIT_MS);
  }

  get #mayArchive(): boolean {
    return !this.#isStopped && !this.isCaughtUp && !this.#mustMove;
  }

  /** Whether the database of this log is no longer in the list of databases. */
  get #mustMove(): boolean {
    const { log, archive } = this.parts;
    return log.header.archive !== "" && !archive().isListed(log.header.archive);
  }

  /**
   * Moves the archive of this log to a database of the list: removes its rows from the former
   * database, and then stores the whole log again. If the former database is not bound any more,
   * its rows cannot be removed.
   */
  async #move(until: number): Promise<void> {
    const { log, stateSaver, archive, now } = this.parts;
    const { archive: former, channel } = log.header;
    const rebuilds = this.#rebuilds;
    this.#isMoving = true;
    for (let hasRows = archive().isReachable(former); hasRows; ) {
      if (now() >= until) return;
      hasRows = await withTimeout(archive().clearBatch(former, channel), REQUEST_TIMEOUT_MS);
    }
    log.moveArchive(archive().choose(channel));
    this.#isMoving = false;
    this.#failures = 0;
    if (rebuilds === this.#rebuilds) stateSaver.checkpoint.archivedTo = 0;
    stateSaver.save(now());
  }

  /**
   * Sends the reports that are due. Never throws: a failure is logged, and the archive does not
   * wait for it. A second call during a report returns the same promise.
   */
  #report(): Promise<void> {
    this.#reporting ??= this.#reportOnce().finally(() => {
      this.#reporting = null;
    });
    return this.#reporting;
  }

  async #reportOnce(): Promise<void> {
    const { now } = this.parts;
    if (now() < this.#reportAt) return;
    try {
      await this.#sendReports();
    } catch (error) {
      this.#reportAt = now() + RETRY_MAX_MS;
      logError("archive.report-failed", error);
    }
  }

  /** Reports the bytes of accounts that have written a lot, and a large object once a day. */
  async #sendReports(): Promise<void> {
    const { log, archive, stateSaver, storageGauge, now } = this.parts;
    const { dailyBytes } = stateSaver;
    const { channel } = log.header;
    const due = dailyBytes.due();
    const isSizeDue = storageGauge.isLarge && !isWithin(SIZE_REPORT_MS, this.#sizeReportedAt, now());
    if (!due && !isSizeDue) return;
    const shard = this.#mustMove ? archive().choose(channel) : this.shard;
    if (due) {
      const { elsewhere, cost } = await withTimeout(archive().reportBytes(shard, channel, due), REQUEST_TIMEOUT_MS);
      dailyBytes.reported(due, elsewhere);
      this.#count(cost);
    }
    if (!isSizeDue) return;
    const bytes = storageGauge.size;
    logWarning("channel.large", { channel, bytes });
    this.#count(await withTimeout(archive().reportSize(shard, channel, bytes, now()), REQUEST_TIMEOUT_MS));
    this.#sizeReportedAt = now();
  }

  #count({ read, written }: BilledRows): void {
    const { usage } = this.parts;
    usage.archiveRowsRead += read;
    usage.archiveRowsWritten += written;
  }

  async #archiveBatch(): Promise<void> {
    const { log, stateSaver, sql } = this.parts;
    const { checkpoint } = stateSaver;
    const rebuilds = this.#rebuilds;
    const { shard } = this;
    if (checkpoint.archivedTo === EMPTY_FIRST) {
      const hadRows = await withTimeout(this.parts.archive().clearBatch(shard, log.header.channel), REQUEST_TIMEOUT_MS);
      if (rebuilds === this.#rebuilds && !hadRows) checkpoint.archivedTo = 0;
      return;
    }
    // After a failure the batches are smaller: a large batch may be what the database refuses or
    // does not finish in time.
    const limit = this.#failures > 0 ? Math.ceil(BATCH_ENTRIES / 10) : BATCH_ENTRIES;
    const entries = entriesAfter(sql, checkpoint.archivedTo, limit, BATCH_CHARS);
    // There are no entries only if the cursor is beyond the head. Then it moves back to the head.
    const last = entries.at(-1)?.seq ?? log.head;
    for (const batch of withChangedMessages(sql, entries, BATCH_CHARS)) await this.#put(shard, batch);
    this.#failures = 0;
    if (rebuilds !== this.#rebuilds) return;
    this.recentCursor.advances(checkpoint.archivedTo, this.parts.now());
    checkpoint.archivedTo = last;
  }

  async #putPurged(messages: readonly ArchivedEntry[]): Promise<void> {
    await this.#put(this.shard, messages);
    this.#failures = 0;
  }

  async #put(shard: string, entries: readonly ArchivedEntry[]): Promise<void> {
    const { log, archive } = this.parts;
    this.#count(await withTimeout(archive().put(shard, log.header.channel, entries), REQUEST_TIMEOUT_MS));
  }
}
