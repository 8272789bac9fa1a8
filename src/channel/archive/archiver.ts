// Copies the log to the archive, with a cursor that the alarm of a turn moves. No message waits for
// the archive. A batch may be stored twice and in any order, so the cursor is saved rarely,
// together with the read marks. A message that changes after it was archived is stored again with
// the entry that changed it.
import type { ArchivedEntry, ArchivePort } from "../../domain/archive";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { exponentialBackoff } from "../../runtime/retry";
import type { Log } from "../log/log";
import type { Checkpoint } from "../members/state-saver";
import type { UsageCounter } from "../usage";
import { entriesAfter, entriesAt } from "./archive-rows";

/** Entries of one batch. Composing it blocks the channel for some milliseconds. */
const BATCH_ENTRIES = 100;
/**
 * Characters of all bodies of one batch. A character takes up to 13 bytes once it is sealed and cut
 * into search terms, and D1 takes two million bytes at once.
 */
const BATCH_CHARS = 100_000;
/** How long a request to the database may take. After that the database counts as unavailable. */
const REQUEST_TIMEOUT_MS = 15_000;
/** How long one alarm archives. The next alarm does the rest. */
const DRAIN_MS = 20_000;
const RETRY_MS = 1_000;
/**
 * Short enough that the archive is complete half a minute after its database is available again.
 */
const RETRY_MAX_MS = 20_000;

/**
 * After this many failures, which is about ten minutes, only an operator can help. More frequent
 * alarms would only cost.
 */
const SLOW_RETRY_AFTER = 30;
const SLOW_RETRY_MS = 600_000;

/** The value of `checkpoint.archivedTo` that says: empty the archive of this channel first. */
const EMPTY_FIRST = -1;

export interface ArchiverHost {
  sql: SqlStorage;
  log: Log;
  checkpoint: Checkpoint;
  /** Writes the packed row that holds the checkpoint. */
  save(now: number): void;
  usage: UsageCounter;
  archive(): ArchivePort;
  now(): number;
  /** Makes sure that the alarm fires at `at` or earlier and calls `drain`. */
  arm(at: number): void;
}

export class Archiver {
  #draining: Promise<void> | null = null;
  #failures = 0;
  #retryAt = 0;
  /** Rises with each rebuild: a batch that is still being stored must not move the cursor then. */
  #rebuilds = 0;

  constructor(private readonly host: ArchiverHost) {}

  /**
   * Stores the entries that the archive lacks, for as long as one alarm may take, and arms the next
   * alarm where some are left. Never throws.
   */
  drain(): Promise<void> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /** Empties the archive of this channel and fills it again, from the next alarm on. */
  rebuild(): void {
    const { checkpoint, save, now, arm } = this.host;
    this.#rebuilds++;
    this.#failures = 0;
    this.#retryAt = 0;
    checkpoint.archivedTo = EMPTY_FIRST;
    save(now());
    arm(now());
  }

  /** The database that holds this log. */
  get shard(): string {
    const { log, archive } = this.host;
    return log.archiveShard(() => archive().choose(log.header.channel));
  }

  get isCaughtUp(): boolean {
    return this.host.checkpoint.archivedTo === this.host.log.head;
  }

  async #drain(): Promise<void> {
    const { now, arm } = this.host;
    const until = now() + DRAIN_MS;
    try {
      while (!this.isCaughtUp && now() >= this.#retryAt && now() < until) await this.#archiveBatch();
    } catch (error) {
      this.#failures++;
      const isSlow = this.#failures > SLOW_RETRY_AFTER;
      const pauseMs = isSlow ? SLOW_RETRY_MS : exponentialBackoff(this.#failures + 1, RETRY_MS, RETRY_MAX_MS);
      this.#retryAt = now() + pauseMs;
      logError("archive.failed", error, { behind: this.host.log.head - this.host.checkpoint.archivedTo });
    }
    if (!this.isCaughtUp) arm(Math.max(now(), this.#retryAt));
  }

  async #archiveBatch(): Promise<void> {
    const { log, checkpoint, sql } = this.host;
    const rebuilds = this.#rebuilds;
    const { shard } = this;
    if (checkpoint.archivedTo === EMPTY_FIRST) {
      const hadRows = await withTimeout(this.host.archive().clearBatch(shard, log.header.channel), REQUEST_TIMEOUT_MS);
      if (rebuilds === this.#rebuilds && !hadRows) checkpoint.archivedTo = 0;
      return;
    }
    const limit = this.#failures > 0 ? Math.ceil(BATCH_ENTRIES / 10) : BATCH_ENTRIES;
    const entries = entriesAfter(sql, checkpoint.archivedTo, limit, BATCH_CHARS);
    const last = entries.at(-1)?.seq ?? log.head;
    await this.#put(shard, entries);
    for (const batch of messagesChangedBy(sql, entries)) await this.#put(shard, batch);
    this.#failures = 0;
    if (rebuilds === this.#rebuilds) checkpoint.archivedTo = last;
  }

  async #put(shard: string, entries: readonly ArchivedEntry[]): Promise<void> {
    const { log, archive, usage } = this.host;
    const cost = await withTimeout(archive().put(shard, log.header.channel, entries), REQUEST_TIMEOUT_MS);
    usage.archiveRowsRead += cost.read;
    usage.archiveRowsWritten += cost.written;
  }
}

/**
 * The older messages that the entries of a batch have edited or deleted, in batches, because each
 * may be long.
 */
function* messagesChangedBy(sql: SqlStorage, entries: readonly ArchivedEntry[]): Generator<ArchivedEntry[]> {
  const first = entries[0]?.seq ?? 0;
  const targets = entries.flatMap(({ type, target }) => {
    const isChange = type === "message.edited" || type === "message.deleted";
    return isChange && target !== null && target < first ? [target] : [];
  });
  let batch: ArchivedEntry[] = [];
  let chars = 0;
  for (const target of new Set(targets)) {
    for (const entry of entriesAt(sql, [target])) {
      const length = entry.body?.length ?? 0;
      if (batch.length > 0 && chars + length > BATCH_CHARS) {
        yield batch;
        batch = [];
        chars = 0;
      }
      batch.push(entry);
      chars += length;
    }
  }
  if (batch.length > 0) yield batch;
}
