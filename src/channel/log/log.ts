// The log of one channel: entries numbered 1, 2, 3, … and never renumbered. Raw SQL, because this is the path of every message
// (an insert through an ORM costs nine times as much). The rules decide what is appended; this only does it.
import { createHmac } from "node:crypto";
import type { Annotations, ThreadTail } from "../../domain/annotations";
import type { AppendOutcome, LogReader, Notice, PriorEntry, TargetMessage } from "../../domain/log";
import type { ChannelKind, Event, HistoryAccess } from "../../protocol";
import { randomBase36 } from "../../runtime/ids";
import { AnnotationRows } from "./annotation-rows";
import { readEvent } from "./history";
import { RecentNonces } from "./recent-nonces";
import { LogWriter, type Stamp } from "./writer";

export type LogHeader = {
  channel: string;
  kind: ChannelKind;
  epoch: string;
  digest_key: string;
  created_at: number;
  revision: number;
  life: number;
  name: string;
  topic: string;
  history: HistoryAccess;
  archive: string;
};

/** Characters of an epoch: random, so that no two lives of a log are ever taken for one. */
export const EPOCH_CHARS = 12;

type Append = Exclude<AppendOutcome, { kind: "known" }>;

export class Log implements LogReader {
  readonly #sql: SqlStorage;
  readonly #recent: RecentNonces;
  readonly #aspects: AnnotationRows;
  readonly #writer: LogWriter;
  #head: number;
  #lastAt: number;

  constructor(
    private readonly storage: DurableObjectStorage,
    sql: SqlStorage,
    readonly header: LogHeader,
  ) {
    this.#sql = sql;
    this.#aspects = new AnnotationRows(sql);
    this.#writer = new LogWriter(sql, this.#aspects);
    type Last = { seq: number; at: number };
    const last = this.#sql.exec<Last>("SELECT seq, at FROM entries ORDER BY seq DESC LIMIT 1").toArray()[0];
    this.#head = last?.seq ?? 0;
    this.#lastAt = last?.at ?? header.created_at;
    this.#recent = new RecentNonces(this.#head);
  }

  get epoch(): string {
    return this.header.epoch;
  }

  get head(): number {
    return this.#head;
  }

  /** When the newest entry was made; the channel's creation while there is none. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** When an entry is made `now`: the clock of a moved object may be behind, and times in a log never go back. */
  timeAt(now: number): number {
    return Math.max(now, this.#lastAt);
  }

  /** Runs a turn's writes as one commit. What it throws has left the log as it was. */
  transact(work: () => void): void {
    const head = this.#head;
    try {
      this.storage.transactionSync(work);
    } catch (error) {
      this.#head = head;
      throw error;
    }
  }

  /** Performs an outcome inside `transact` and answers its event. */
  append(outcome: Append, stamp: Stamp): Event {
    this.#writer.write(outcome, stamp, this.#head + 1);
    const event =
      outcome.kind === "send" && !outcome.threadUpdate && outcome.replyTo === null
        ? plainEvent(outcome, stamp, this.#head + 1)
        : null;
    return this.#appended(stamp, event);
  }

  /** Performs what the directory caused, inside `transact`. */
  appendNotice(notice: Notice, stamp: Stamp): Event {
    this.#writer.notice(notice, stamp, this.#head + 1);
    return this.#appended(stamp, null);
  }

  /** What the channel is called from here on; inside `transact`, with its notice. */
  rename(name: string, topic: string): void {
    this.#sql.exec("UPDATE log SET name = ?, topic = ?", name, topic);
    this.header.name = name;
    this.header.topic = topic;
  }

  /** The entries are those of an earlier state: no position of the life before may be taken for one of this. Inside `transact`. */
  renew(life: number): void {
    const epoch = randomBase36(EPOCH_CHARS);
    this.#sql.exec("UPDATE log SET life = ?, epoch = ?", life, epoch);
    this.header.life = life;
    this.header.epoch = epoch;
  }

  /** The database of the archive that this log goes to, chosen with its first entry. */
  archiveIn(choose: () => string): string {
    if (this.header.archive === "") {
      this.header.archive = choose();
      this.#sql.exec("UPDATE log SET archive = ?", this.header.archive);
    }
    return this.header.archive;
  }

  #appended({ actor, nonce, at }: Stamp, event: Event | null): Event {
    const seq = this.#head + 1;
    this.#head = seq;
    this.#lastAt = at;
    this.#recent.add(actor, nonce, seq);
    return event ?? readEvent(this.#sql, seq);
  }

  /** The entry that `actor` made with `nonce` after position `after`; `scanned` is how many rows it took to know. */
  findPrior(actor: string, nonce: string, after: number): { prior: PriorEntry | null; scanned: number } {
    const remembered = this.#recent.find(actor, nonce);
    if (remembered !== null) return { prior: remembered > after ? this.prior(remembered) : null, scanned: 0 };
    if (after >= this.#recent.from) return { prior: null, scanned: 0 };
    const found = this.#sql
      .exec<{ seq: number }>(
        "SELECT seq FROM entries WHERE seq > ? AND seq <= ? AND actor = ? AND nonce = ? LIMIT 1",
        ...[after, this.#recent.from, actor, nonce],
      )
      .toArray()[0];
    return { prior: found ? this.prior(found.seq) : null, scanned: (found?.seq ?? this.#recent.from) - after };
  }

  /** The entry at `seq`, as the command that made it. */
  prior(seq: number): PriorEntry | null {
    const rows = this.#sql.exec<PriorEntry>(
      `SELECT seq, at, nonce, type, target, thread, reply_to AS "replyTo", detail, digest, body AS text
         FROM entries WHERE seq = ?`,
      seq,
    );
    return rows.toArray()[0] ?? null;
  }

  message(seq: number): TargetMessage | null {
    type Row = Omit<TargetMessage, "deleted"> & { deleted: number };
    const row = this.#sql
      .exec<Row>(
        `SELECT seq, actor AS author, thread, version, changed_at AS "changedAt", deleted, digest, body AS text
           FROM entries WHERE seq = ? AND type = 'message.sent'`,
        seq,
      )
      .toArray()[0];
    if (!row) return null;
    const deleted = row.deleted === 1;
    return { ...row, deleted, text: deleted ? null : row.text };
  }

  annotations(seq: number): Annotations {
    return this.#aspects.get(seq);
  }

  threadTail(root: number): ThreadTail {
    return this.#aspects.threadTail(root);
  }

  countPins(): number {
    return this.#aspects.countPins();
  }

  digest(text: string): string {
    return createHmac("sha256", this.header.digest_key).update(text).digest("base64url");
  }
}

/** The event of a message that points at nothing: known without reading it back, because it is nearly every one. */
function plainEvent(outcome: Extract<Append, { kind: "send" }>, stamp: Stamp, seq: number): Event {
  const body = { state: "live", text: outcome.text, mentions: outcome.mentions, version: seq, editedAt: null } as const;
  return { seq, ...stamp, type: "message.sent", data: { body, reply: null, thread: null, root: null } };
}
