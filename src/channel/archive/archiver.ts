// Bringing the log to the archive: a cursor on it, moved by the alarm that the turn armed anyway. Nothing waits for it. Every batch may be stored
// twice and in any order, so the cursor is saved rarely, with the marks; what is changed after it was stored comes again with the entry that changed it.
import type { ArchivedEntry, ArchivePort } from "../../domain/archive";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { exponentialBackoff } from "../../runtime/retry";
import type { Log } from "../log/log";
import type { Checkpoint } from "../members/checkpoint";
import type { UsageCounter } from "../usage";
import { entriesAfter, entriesAt } from "./archive-rows";

/** Of one batch: composing it holds up the channel for some milliseconds. */
const ENTRIES = 100;
/** Characters of the bodies of one batch: sealed and cut into terms each takes up to thirteen bytes, and D1 takes two million at once. */
const CHARACTERS = 100_000;
/** Longer, and the database is as good as gone: the alarm has other things to do. */
const PATIENCE_MS = 15_000;
/** Of one alarm: what is left is the next one's. */
const ROUND_MS = 20_000;
const RETRY_MS = 1_000;
/** Soon enough that a database which is back is level within half a minute. */
const RETRY_MAX_MS = 20_000;

/** After so many failures, ten minutes of them, somebody has to look: an alarm every twenty seconds would only cost. */
const HOPELESS = 30;
const HOPELESS_MS = 600_000;

/** The archive is emptied before it is filled. */
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
  /** The alarm rings at `at` or before, and drains. */
  arm(at: number): void;
}

export class Archiver {
  #draining: Promise<void> | null = null;
  #failures = 0;
  #restAt = 0;
  /** Rises when the cursor is put back: a batch on its way must not move it forward. */
  #beginnings = 0;

  constructor(private readonly host: ArchiverHost) {}

  /** Stores what the archive lacks, for as long as one alarm may take; arms the next where something is left. Never throws. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /** Fills the archive of this channel from nothing. */
  rebuild(): void {
    const { checkpoint, save, now, arm } = this.host;
    this.#beginnings++;
    this.#failures = 0;
    this.#restAt = 0;
    checkpoint.archived = EMPTY_FIRST;
    save(now());
    arm(now());
  }

  /** The database that this log goes to. */
  get shard(): string {
    const { log, archive } = this.host;
    return log.archiveIn(() => archive().choose(log.header.channel));
  }

  get isCaughtUp(): boolean {
    return this.host.checkpoint.archived === this.host.log.head;
  }

  async #drain(): Promise<void> {
    const { now, arm } = this.host;
    const until = now() + ROUND_MS;
    try {
      while (!this.isCaughtUp && now() >= this.#restAt && now() < until) await this.#step();
    } catch (error) {
      this.#failures++;
      const isHopeless = this.#failures > HOPELESS;
      const pauseMs = isHopeless ? HOPELESS_MS : exponentialBackoff(this.#failures + 1, RETRY_MS, RETRY_MAX_MS);
      this.#restAt = now() + pauseMs;
      logError("archive.failed", error, { behind: this.host.log.head - this.host.checkpoint.archived });
    }
    if (!this.isCaughtUp) arm(Math.max(now(), this.#restAt));
  }

  async #step(): Promise<void> {
    const { log, checkpoint, sql } = this.host;
    const beginning = this.#beginnings;
    const { shard } = this;
    if (checkpoint.archived === EMPTY_FIRST) {
      const wasThere = await withTimeout(this.host.archive().clear(shard, log.header.channel), PATIENCE_MS);
      if (beginning === this.#beginnings && !wasThere) checkpoint.archived = 0;
      return;
    }
    const most = this.#failures > 0 ? Math.ceil(ENTRIES / 10) : ENTRIES;
    const entries = entriesAfter(sql, checkpoint.archived, most, CHARACTERS);
    const last = entries.at(-1)?.seq ?? log.head;
    await this.#put(shard, entries);
    for (const part of changedBy(sql, entries)) await this.#put(shard, part);
    this.#failures = 0;
    if (beginning === this.#beginnings) checkpoint.archived = last;
  }

  async #put(shard: string, entries: readonly ArchivedEntry[]): Promise<void> {
    const { log, archive, usage } = this.host;
    const cost = await withTimeout(archive().put(shard, log.header.channel, entries), PATIENCE_MS);
    usage.archiveRowsRead += cost.read;
    usage.archiveRowsWritten += cost.written;
  }
}

/** The messages that entries of a batch have changed, where they are not in it themselves; in parts, since each may be long. */
function* changedBy(sql: SqlStorage, entries: readonly ArchivedEntry[]): Generator<ArchivedEntry[]> {
  const first = entries[0]?.seq ?? 0;
  const targets = entries.flatMap(({ type, target }) => {
    const changes = type === "message.edited" || type === "message.deleted";
    return changes && target !== null && target < first ? [target] : [];
  });
  let part: ArchivedEntry[] = [];
  let taken = 0;
  for (const target of new Set(targets)) {
    for (const entry of entriesAt(sql, [target])) {
      const length = entry.body?.length ?? 0;
      if (part.length > 0 && taken + length > CHARACTERS) {
        yield part;
        part = [];
        taken = 0;
      }
      part.push(entry);
      taken += length;
    }
  }
  if (part.length > 0) yield part;
}
