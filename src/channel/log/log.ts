// The log of one channel: entries numbered 1, 2, 3, … without gaps, never renumbered. The rules in
// `domain/` decide what is appended, and the log stores it in plain SQL. Every message takes this
// path, and an insert through an ORM takes nine times as long.
import { createHmac } from "node:crypto";
import type { Annotations } from "../../domain/annotations";
import type { AppendOutcome, LogReader, Notice, PriorEntry, TargetMessage } from "../../domain/log";
import { unionOf } from "../../domain/mention-changes";
import type { MessageParts } from "../../domain/message";
import type { StoredPurge } from "../../domain/purge";
import { type Event, type Mentions, mentions, noMentions } from "../../protocol";
import type { Deferral } from "../../runtime/row-counter";
import { AnnotationRows } from "./annotation-rows";
import { RecentNonces } from "./deduplication";
import { FileReferences } from "./file-references";
import { readEvent } from "./history";
import { type LogHeader, newEpoch } from "./log-header";
import { attachmentsIn } from "./parts-column";
import { PlainRows } from "./plain-rows";
import { Purges } from "./purges";
import { LogWriter, type Stamp } from "./writer";

/** An outcome that makes an entry. */
type NewEntryOutcome = Exclude<AppendOutcome, { kind: "known" }>;

type PriorColumns = Omit<PriorEntry, "content"> & { digest: string | null; text: string | null; parts: string | null };
type TargetColumns = Omit<TargetMessage, "state"> & { deleted: number; text: string | null; parts: string | null };

/** How many entries are searched for recent calls. */
const RECENT_CALL_ENTRIES = 500;

export class Log implements LogReader {
  /** The files of the attachments. */
  readonly files: FileReferences;
  readonly purges: Purges;
  readonly #sql: SqlStorage;
  readonly #recentNonces: RecentNonces;
  readonly #annotations: AnnotationRows;
  readonly #plainRows: PlainRows;
  readonly #writer: LogWriter;
  #head: number;
  #lastAt: number;

  constructor(
    private readonly storage: DurableObjectStorage,
    sql: SqlStorage,
    deferral: Deferral,
    readonly header: LogHeader,
  ) {
    this.#sql = sql;
    this.#annotations = new AnnotationRows(sql);
    this.#plainRows = new PlainRows(sql, deferral);
    this.files = new FileReferences(sql);
    const digest = (text: string) => this.digest(text);
    this.#writer = new LogWriter(sql, this.#annotations, this.#plainRows, this.files, digest);
    this.purges = new Purges(sql, this.#annotations, this.#writer);
    const newest = this.#sql
      .exec<{ seq: number; at: number }>("SELECT seq, at FROM entries ORDER BY seq DESC LIMIT 1")
      .toArray()[0];
    this.#head = newest?.seq ?? 0;
    this.#lastAt = newest?.at ?? header.created_at;
    this.#recentNonces = new RecentNonces(this.#head);
  }

  get channel(): string {
    return this.header.channel;
  }

  get epoch(): string {
    return this.header.epoch;
  }

  get head(): number {
    return this.#head;
  }

  /** The time of the newest entry, or of the channel's creation. Epoch milliseconds. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /**
   * The time of an entry that is appended at `now`. Times in a log never go back. The clock may go
   * back when the object moves to another machine.
   */
  timeAt(now: number): number {
    return Math.max(now, this.#lastAt);
  }

  /**
   * Runs the writes of a turn in one transaction. If they throw, storage and head stay as they
   * were. Other memory may differ from storage, so the caller must abort the object.
   */
  transact(writes: () => void): void {
    const head = this.#head;
    try {
      this.storage.transactionSync(() => {
        this.#plainRows.begin();
        writes();
        this.#plainRows.end();
      });
    } catch (error) {
      this.#plainRows.abandon();
      this.#head = head;
      throw error;
    }
  }

  /** Stores an outcome and returns its event. Call it inside `transact`. */
  append(outcome: NewEntryOutcome, stamp: Stamp): Event {
    this.#writer.write(outcome, stamp, this.#head + 1);
    const event =
      outcome.kind === "send" && !outcome.threadUpdate && outcome.replyTo === null
        ? plainEvent(outcome, stamp, this.#head + 1)
        : null;
    return this.#finishAppend(stamp, event);
  }

  /** Stores a notice and returns its event. Call it inside `transact`. */
  appendNotice(notice: Notice, stamp: Stamp): Event {
    this.#writer.writeNotice(notice, stamp, this.#head + 1);
    return this.#finishAppend(stamp, null);
  }

  /**
   * Purges messages and returns the event. `replies`: those of them in threads, by root. Call it
   * inside `transact`.
   */
  purge(purge: StoredPurge, replies: ReadonlyMap<number, readonly number[]>, stamp: Stamp): Event {
    const seq = this.#head + 1;
    this.purges.write(purge, replies, stamp, seq);
    this.header.purged = seq;
    return this.#finishAppend(stamp, null);
  }

  /** Sets the name and the topic. Call it inside `transact`, together with `appendNotice`. */
  setNameAndTopic(name: string, topic: string): void {
    this.#sql.exec("UPDATE log SET name = ?, topic = ?", name, topic);
    this.header.name = name;
    this.header.topic = topic;
  }

  /** Stores the last call. Call it inside `transact`, together with `appendNotice`. */
  setCall(call: string): void {
    this.#sql.exec("UPDATE log SET call = ?", call);
    this.header.call = call;
  }

  /** Returns when a user last started calls, the newest first, at most `count` of them. */
  callStarts(user: string, count: number): number[] {
    return this.#sql
      .exec<{ at: number }>(
        "SELECT at FROM entries WHERE seq > ? AND type = 'call.started' AND actor = ? ORDER BY seq DESC LIMIT ?",
        ...[this.#head - RECENT_CALL_ENTRIES, user, count],
      )
      .toArray()
      .map(({ at }) => at);
  }

  /**
   * Begins the next epoch after a restore, so that cursors of the previous epoch are refused. The
   * column `life` stores the epoch number. Call it inside `transact`.
   */
  beginEpoch(epochNumber: number): void {
    const epoch = newEpoch();
    this.#sql.exec("UPDATE log SET life = ?, epoch = ?", epochNumber, epoch);
    this.header.epochNumber = epochNumber;
    this.header.epoch = epoch;
  }

  /**
   * Returns the name of the database for this log's archive. On first use, calls `choose` and
   * stores its answer.
   */
  archiveShard(choose: () => string): string {
    if (this.header.archive === "") {
      this.header.archive = choose();
      this.#sql.exec("UPDATE log SET archive = ?", this.header.archive);
    }
    return this.header.archive;
  }

  /** Stores the name of another database for this log's archive. */
  moveArchive(shard: string): void {
    this.header.archive = shard;
    this.#sql.exec("UPDATE log SET archive = ?", shard);
  }

  #finishAppend({ actor, nonce, at }: Stamp, event: Event | null): Event {
    const seq = this.#head + 1;
    this.#head = seq;
    this.#lastAt = at;
    this.#recentNonces.add(actor, nonce, seq);
    return event ?? readEvent(this.#sql, seq);
  }

  /**
   * Finds the entry that `actor` made with `nonce` after a position. `scanned`: the rows that the
   * search read.
   */
  findPrior(actor: string, nonce: string, after: number): { prior: PriorEntry | null; scanned: number } {
    const remembered = this.#recentNonces.find(actor, nonce);
    if (remembered !== null) return { prior: remembered > after ? this.priorEntryAt(remembered) : null, scanned: 0 };
    if (after >= this.#recentNonces.knownAfter) return { prior: null, scanned: 0 };
    const found = this.#sql
      .exec<{ seq: number }>(
        "SELECT seq FROM entries WHERE seq > ? AND seq <= ? AND actor = ? AND nonce = ? LIMIT 1",
        ...[after, this.#recentNonces.knownAfter, actor, nonce],
      )
      .toArray()[0];
    return {
      prior: found ? this.priorEntryAt(found.seq) : null,
      scanned: (found?.seq ?? this.#recentNonces.knownAfter) - after,
    };
  }

  /** Returns the entry at `seq` as a prior entry; null if there is none. */
  priorEntryAt(seq: number): PriorEntry | null {
    const row = this.#sql
      .exec<PriorColumns>(
        `SELECT seq, at, nonce, type, target, thread, reply_to AS "replyTo", detail, digest, body AS text, parts
           FROM entries WHERE seq = ?`,
        seq,
      )
      .toArray()[0];
    if (!row) return null;
    const { digest, text, parts, ...prior } = row;
    return { ...prior, content: digest === null ? { parts: partsOf(text, parts) } : { digest } };
  }

  message(seq: number): TargetMessage | null {
    const row = this.#sql
      .exec<TargetColumns>(
        `SELECT seq, actor AS author, thread, version, changed_at AS "changedAt", deleted, digest, body AS text, parts
           FROM current_entries WHERE seq = ? AND type = 'message.sent'`,
        seq,
      )
      .toArray()[0];
    if (!row) return null;
    const { deleted, text, parts, ...target } = row;
    if (deleted === 1) return { ...target, state: "deleted" };
    return { ...target, state: "live", parts: partsOf(text, parts) };
  }

  annotations(seq: number): Annotations {
    return this.#annotations.get(seq);
  }

  countPins(): number {
    return this.#annotations.countPins();
  }

  /** The entry of the newest edit holds whom the texts before it mentioned too. */
  mentionsSoFar({ seq, version }: Pick<TargetMessage, "seq" | "version">): Mentions {
    return this.#sql
      .exec<{ mentions: string }>(
        "SELECT mentions FROM entries WHERE seq IN (?, ?) AND mentions IS NOT NULL",
        ...[seq, version],
      )
      .toArray()
      .reduce<Mentions>((soFar, row) => unionOf(soFar, mentions.parse(JSON.parse(row.mentions))), noMentions);
  }

  digest(text: string): string {
    return createHmac("sha256", this.header.digest_key).update(text).digest("base64url");
  }
}

const partsOf = (text: string | null, column: string | null): MessageParts => ({
  text: text ?? "",
  attachments: attachmentsIn(column),
});

/**
 * The event of a message that is neither a reply nor in a thread. Nearly every message is such a
 * message, so its event is built without reading the row back.
 */
function plainEvent(outcome: Extract<NewEntryOutcome, { kind: "send" }>, stamp: Stamp, seq: number): Event {
  const { parts, mentions, forwarded } = outcome;
  const { text, attachments } = parts;
  const body = { state: "live", text, mentions, attachments, version: seq, editedAt: null } as const;
  return {
    seq,
    ...stamp,
    type: "message.sent",
    data: { body, reply: null, thread: null, ...(forwarded && { forwarded }), root: null },
  };
}
