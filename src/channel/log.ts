// The log of one channel: entries numbered 1, 2, 3, … and never renumbered. Raw SQL, because this is the path of every message
// (an insert through an ORM costs nine times as much). The rules decide what is appended; this only does it.
import { createHmac } from "node:crypto";
import type { LogReader, Outcome, PriorEntry, TargetMessage } from "../domain/log";
import type { ChannelKind, Event } from "../protocol";
import type { EntryType } from "./entry";
import { RecentNonces } from "./recent-nonces";

export type LogHeader = {
  channel: string;
  kind: ChannelKind;
  epoch: string;
  digest_key: string;
  revision: number;
  created_at: number;
};

/** Who did it, with which nonce, when. */
export interface Stamp {
  actor: string;
  nonce: string;
  at: number;
}

export class ChannelLog implements LogReader {
  readonly #sql: SqlStorage;
  readonly #recent: RecentNonces;
  #head: number;
  #lastAt: number;

  constructor(
    private readonly storage: DurableObjectStorage,
    readonly header: LogHeader,
  ) {
    this.#sql = storage.sql;
    const last = this.#sql
      .exec<{ seq: number; at: number }>("SELECT seq, at FROM entries ORDER BY seq DESC LIMIT 1")
      .toArray()[0];
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
  append(outcome: Exclude<Outcome, { kind: "known" }>, stamp: Stamp): Event {
    const seq = this.#head + 1;
    const { actor, nonce, at } = stamp;
    const event = this.#write(outcome, { seq, at, actor, nonce });
    this.#head = seq;
    this.#lastAt = at;
    this.#recent.add(actor, nonce, seq);
    return event;
  }

  #write(
    outcome: Exclude<Outcome, { kind: "known" }>,
    entry: { seq: number; at: number; actor: string; nonce: string },
  ): Event {
    const { seq, at } = entry;
    switch (outcome.kind) {
      case "send": {
        this.#sql.exec(
          "INSERT INTO entries (seq, type, actor, nonce, at, version, changed_at, body) VALUES (?, 'message.sent', ?, ?, ?, ?, ?, ?)",
          ...[seq, entry.actor, entry.nonce, at, seq, at, outcome.text],
        );
        const body = { state: "live", text: outcome.text, version: seq, editedAt: null } as const;
        return { ...entry, type: "message.sent", data: { body } };
      }
      case "edit": {
        this.#insertChange("message.edited", entry, outcome.target, outcome.digest);
        this.#sql.exec(
          "UPDATE entries SET version = ?, changed_at = ?, digest = ?, body = ? WHERE seq = ?",
          ...[seq, at, outcome.sentDigest, outcome.text, outcome.target],
        );
        const body = { state: "live", text: outcome.text, version: seq, editedAt: at } as const;
        return { ...entry, type: "message.edited", data: { target: outcome.target, body } };
      }
      case "delete": {
        this.#insertChange("message.deleted", entry, outcome.target, null);
        // First over the same bytes, then away: a shorter body alone would leave the text in the page's free space.
        this.#sql.exec(
          "UPDATE entries SET body = printf('%*s', length(CAST(body AS BLOB)), '') WHERE seq = ?",
          outcome.target,
        );
        this.#sql.exec(
          "UPDATE entries SET version = ?, changed_at = ?, deleted = 1, digest = ?, body = '' WHERE seq = ?",
          ...[seq, at, outcome.sentDigest, outcome.target],
        );
        const body = { state: "deleted", version: seq, deletedAt: at } as const;
        return { ...entry, type: "message.deleted", data: { target: outcome.target, body } };
      }
    }
  }

  #insertChange(
    type: EntryType,
    entry: { seq: number; at: number; actor: string; nonce: string },
    target: number,
    digest: string | null,
  ): void {
    this.#sql.exec(
      "INSERT INTO entries (seq, type, actor, nonce, at, target, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[entry.seq, type, entry.actor, entry.nonce, entry.at, target, digest],
    );
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
      "SELECT seq, at, nonce, type, target, digest, body AS text FROM entries WHERE seq = ?",
      seq,
    );
    return rows.toArray()[0] ?? null;
  }

  message(seq: number): TargetMessage | null {
    type Row = {
      seq: number;
      author: string;
      version: number;
      changed_at: number;
      deleted: number;
      digest: string | null;
      body: string;
    };
    const row = this.#sql
      .exec<Row>(
        "SELECT seq, actor AS author, version, changed_at, deleted, digest, body FROM entries WHERE seq = ? AND type = 'message.sent'",
        seq,
      )
      .toArray()[0];
    if (!row) return null;
    const { author, version, digest } = row;
    const deleted = row.deleted === 1;
    return { seq, author, version, deleted, changedAt: row.changed_at, digest, text: deleted ? null : row.body };
  }

  digest(text: string): string {
    return createHmac("sha256", this.header.digest_key).update(text).digest("base64url");
  }
}
