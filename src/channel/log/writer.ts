// Writes an append outcome as rows. Every outcome is one entry. The entry and the changes of its
// target are written in the same transaction. Its event is then read back from the rows, so that
// live and replayed events have the same source, except for plain messages (`plainEvent` in
// `log.ts`).
import { summariseThread, type TailReply, withoutReplies, withReply } from "../../domain/annotations";
import { readAttachmentId } from "../../domain/attachments";
import {
  type AppendOutcome,
  FORWARDED,
  type Notice,
  type SendOutcome,
  type ThreadUpdate,
  TO_CHANNEL,
} from "../../domain/log";
import { unionOf } from "../../domain/mention-changes";
import { contentOf } from "../../domain/message";
import type { StoredPurge } from "../../domain/purge";
import { type Attachment, limits, type Mentions, type TicketId } from "../../protocol";
import type { AnnotationRows } from "./annotation-rows";
import type { FileReferences } from "./file-references";
import { attachmentsIn, partsColumn } from "./parts-column";
import type { PlainRows } from "./plain-rows";

/** The author, nonce and time of an entry. `at` is in epoch milliseconds. */
export interface Stamp {
  actor: string;
  nonce: string;
  at: number;
}

const spacesFor = (column: string): string => `printf('%*s', length(CAST(${column} AS BLOB)), '')`;
/** Overwrites what a row has of the parts of a message. */
const overwrite = `body = ${spacesFor("body")}, parts = ${spacesFor("parts")}`;

type NewEntry = Stamp & { seq: number; type: string };
type EntryColumns = Partial<
  Record<
    "target" | "thread" | "reply_to" | "version" | "changed_at" | "digest" | "mentions" | "detail" | "body",
    string | number | null
  >
>;

export class LogWriter {
  constructor(
    private readonly sql: SqlStorage,
    private readonly annotations: AnnotationRows,
    private readonly plainRows: PlainRows,
    private readonly files: FileReferences,
    private readonly digest: (text: string) => string,
  ) {}

  write(outcome: Exclude<AppendOutcome, { kind: "known" }>, stamp: Stamp, seq: number): void {
    const { at } = stamp;
    switch (outcome.kind) {
      case "send": {
        this.#send(outcome, { ...stamp, seq, type: "message.sent" });
        return;
      }
      case "edit": {
        const { target, parts, mentions, mentionsBefore, digest, sentDigest, dropped } = outcome;
        // The entry keeps whom the message has mentioned so far: see `Log.mentionsSoFar`.
        const soFar = mentionsColumn(unionOf(mentionsBefore, mentions));
        this.#insert({ ...stamp, seq, type: "message.edited" }, { target, digest, mentions: soFar });
        this.sql.exec(
          `INSERT INTO versions (version, target, at, body, parts)
             SELECT version, seq, changed_at, body, parts FROM entries WHERE seq = ?`,
          target,
        );
        this.#trimVersions(target);
        this.#overwrite(target);
        this.sql.exec(
          `UPDATE entries SET version = ?, changed_at = ?, digest = ?, mentions = ?, body = ?, parts = ?
             WHERE seq = ?`,
          ...[seq, at, sentDigest, mentionsColumn(mentions), parts.text, partsColumn(parts), target],
        );
        this.#dropFiles(target, dropped);
        return;
      }
      case "delete":
        this.#insert({ ...stamp, seq, type: "message.deleted" }, { target: outcome.target });
        this.#erase(outcome.target, seq, at, outcome.sentDigest);
        this.#removeReply(outcome.threadUpdate, seq, outcome.target);
        this.files.drop(ticketsOf(outcome.dropped));
        return;
      case "react":
        this.#insert({ ...stamp, seq, type: outcome.type }, { target: outcome.target, detail: outcome.emoji });
        this.annotations.put(outcome.target, { reactions: outcome.reactions });
        return;
      case "pin":
        this.#insert({ ...stamp, seq, type: outcome.type }, { target: outcome.target });
        this.annotations.put(outcome.target, { pin: outcome.pin });
        return;
      case "follow":
        this.#insert({ ...stamp, seq, type: outcome.type }, { target: outcome.target });
        this.annotations.put(outcome.target, { replies: outcome.replies });
        return;
    }
  }

  writeNotice(notice: Notice, stamp: Stamp, seq: number): void {
    this.#insert({ ...stamp, seq, type: notice.type }, { detail: JSON.stringify(notice.data) });
  }

  writePurge(purge: StoredPurge, stamp: Stamp, seq: number): void {
    this.#insert({ ...stamp, seq, type: "messages.purged" }, { detail: JSON.stringify(purge) });
    this.sql.exec("UPDATE log SET purged = ?", seq);
  }

  /** Removes what a message has that the entry `version` has purged. Its thread knows already. */
  erasePurged(target: number, version: number, at: number): void {
    const [row] = this.sql
      .exec<{ digest: string | null; text: string | null; parts: string | null }>(
        "SELECT digest, body AS text, parts FROM entries WHERE seq = ?",
        target,
      )
      .toArray();
    if (!row) return;
    const attachments = attachmentsIn(row.parts);
    const content = contentOf({ text: row.text ?? "", attachments });
    this.#erase(target, version, at, row.digest ?? this.digest(content));
    this.files.drop(ticketsOf(attachments));
  }

  #send(outcome: SendOutcome, { seq, actor, nonce, at }: NewEntry): void {
    const { parts, mentions, replyTo, threadUpdate, toChannel, forwarded, files } = outcome;
    const detail = toChannel ? TO_CHANNEL : forwarded ? FORWARDED : null;
    const mentioned = mentionsColumn(mentions);
    const isPlain =
      threadUpdate === null &&
      replyTo === null &&
      mentioned === null &&
      detail === null &&
      parts.attachments.length === 0;
    if (isPlain) {
      this.plainRows.put({ seq, actor, nonce, at, text: parts.text });
      return;
    }
    this.sql.exec(
      `INSERT INTO entries (seq, type, actor, nonce, at, thread, reply_to, version, changed_at, mentions, detail, body,
           parts)
         VALUES (?, 'message.sent', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seq,
      actor,
      nonce,
      at,
      threadUpdate?.root ?? null,
      replyTo,
      seq,
      at,
      mentioned,
      detail,
      parts.text,
      partsColumn(parts),
    );
    if (threadUpdate) this.#addReply(threadUpdate, { seq, author: actor, at });
    for (const { ticket, file } of files) this.files.hold(ticket, file, seq);
  }

  #insert({ seq, type, actor, nonce, at }: NewEntry, columns: EntryColumns): void {
    const names = ["seq", "type", "actor", "nonce", "at", ...Object.keys(columns)];
    const values = [seq, type, actor, nonce, at, ...Object.values(columns)];
    this.sql.exec(`INSERT INTO entries (${names}) VALUES (${names.map(() => "?")})`, ...values);
  }

  /**
   * Overwrites the bytes of a message's parts. Shorter parts alone leave the old ones in the free
   * space of their page.
   */
  #overwrite(target: number): void {
    this.sql.exec(`UPDATE entries SET ${overwrite} WHERE seq = ?`, target);
  }

  #erase(target: number, version: number, at: number, sentDigest: string): void {
    this.#overwrite(target);
    this.sql.exec(
      `UPDATE entries SET version = ?, changed_at = ?, deleted = 1, digest = ?, mentions = NULL, body = '',
           parts = NULL
         WHERE seq = ?`,
      ...[version, at, sentDigest, target],
    );
    this.#eraseVersions(target, Number.MAX_SAFE_INTEGER);
    this.annotations.clearDeleted(target, version);
  }

  /** Deletes the versions beyond the limits. Reads no version that was beyond them before. */
  #trimVersions(target: number): void {
    let kept = 0;
    let bytes = 0;
    const newestFirst = this.sql.exec<{ version: number; bytes: number }>(
      `SELECT version, octet_length(body) + coalesce(octet_length(parts), 0) AS bytes FROM versions
         WHERE target = ? ORDER BY version DESC LIMIT ?`,
      ...[target, limits.versionsPerMessage + 1],
    );
    for (const row of newestFirst.toArray()) {
      kept++;
      bytes += row.bytes;
      const isBeyond = kept > limits.versionsPerMessage || (kept > 1 && bytes > limits.versionBytesPerMessage);
      if (!isBeyond) continue;
      this.#eraseVersions(target, row.version);
      return;
    }
  }

  /** Deletes the versions up to one, and overwrites their bytes first. */
  #eraseVersions(target: number, upTo: number): void {
    this.sql.exec(`UPDATE versions SET ${overwrite} WHERE target = ? AND version <= ?`, target, upTo);
    this.sql.exec("DELETE FROM versions WHERE target = ? AND version <= ?", target, upTo);
  }

  /**
   * Drops the files of attachments that an edit removed. What earlier versions show of them beside
   * their names goes too.
   */
  #dropFiles(target: number, dropped: readonly Attachment[]): void {
    if (dropped.length === 0) return;
    this.files.drop(ticketsOf(dropped));
    const gone = dropped.map(({ id }) => id);
    const versions = this.sql.exec<{ version: number; body: string; parts: string }>(
      "SELECT version, body, parts FROM versions WHERE target = ? AND parts IS NOT NULL",
      target,
    );
    for (const { version, body, parts } of versions.toArray()) {
      const attachments = attachmentsIn(parts).map((one) => (gone.includes(one.id) ? nameOnly(one) : one));
      this.sql.exec(`UPDATE versions SET parts = ${spacesFor("parts")} WHERE version = ?`, version);
      this.sql.exec(
        "UPDATE versions SET parts = ? WHERE version = ?",
        partsColumn({ text: body, attachments }),
        version,
      );
    }
  }

  #addReply({ root, followers }: ThreadUpdate, reply: TailReply): void {
    const { replies, tail } = this.annotations.thread(root, reply.seq);
    const next = withReply(tail, reply);
    const summary = summariseThread(replies, next, replies.count + 1, reply.seq, followers ?? replies.followers);
    this.annotations.put(root, { replies: summary }, next);
  }

  #removeReply(threadUpdate: ThreadUpdate | null, version: number, seq: number): void {
    if (threadUpdate) this.removeReplies(threadUpdate.root, [seq], version, threadUpdate.followers);
  }

  /** Changes the summary of a thread that loses replies by the entry `version`. */
  removeReplies(root: number, gone: readonly number[], version: number, followers: readonly string[] | null = null) {
    const { replies, tail } = this.annotations.thread(root, version);
    const count = Math.max(0, replies.count - gone.length);
    const next = this.annotations.extendTail(root, withoutReplies(tail, gone), count);
    const summary = summariseThread(replies, next, count, version, followers ?? replies.followers);
    this.annotations.put(root, { replies: summary }, next);
  }
}

const ticketsOf = (attachments: readonly Attachment[]): TicketId[] =>
  attachments.flatMap(({ id }) => readAttachmentId(id)?.ticket ?? []);

/** Returns what the history keeps of a removed attachment. */
const nameOnly = ({ id, name, type, size }: Attachment): Attachment => ({ id, name, type, size });

const mentionsColumn = (mentions: Mentions): string | null =>
  mentions.users.length === 0 && mentions.all === null && !mentions.roles ? null : JSON.stringify(mentions);
