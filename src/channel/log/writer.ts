// How an outcome becomes rows. Every outcome is one entry; what it changes about a message is changed in the same transaction, and the
// event is read back from the rows, so that what is sent live and what is replayed later come from the same place.
import { summariseThread } from "../../domain/annotations";
import type { AppendOutcome, Notice, ThreadUpdate } from "../../domain/log";
import type { Mentions } from "../../protocol";
import type { AnnotationRows } from "./annotation-rows";

/** Who did it, with which nonce, when. */
export interface Stamp {
  actor: string;
  nonce: string;
  at: number;
}

const blank = "printf('%*s', length(CAST(body AS BLOB)), '')";

type Entry = Stamp & { seq: number; type: string };
type Columns = Partial<
  Record<
    "target" | "thread" | "reply_to" | "version" | "changed_at" | "digest" | "mentions" | "detail" | "body",
    string | number | null
  >
>;

export class LogWriter {
  constructor(
    private readonly sql: SqlStorage,
    private readonly annotations: AnnotationRows,
  ) {}

  write(outcome: Exclude<AppendOutcome, { kind: "known" }>, stamp: Stamp, seq: number): void {
    const { at } = stamp;
    switch (outcome.kind) {
      case "send": {
        const { text, mentions, replyTo, threadUpdate } = outcome;
        this.#send({ ...stamp, seq, type: "message.sent" }, text, mentions, replyTo, threadUpdate);
        return;
      }
      case "edit": {
        const { target, text, mentions, digest, sentDigest } = outcome;
        this.#insert({ ...stamp, seq, type: "message.edited" }, { target, digest });
        this.sql.exec(
          "INSERT INTO versions (version, target, at, body) SELECT version, seq, changed_at, body FROM entries WHERE seq = ?",
          target,
        );
        this.#blank(target);
        this.sql.exec(
          "UPDATE entries SET version = ?, changed_at = ?, digest = ?, mentions = ?, body = ? WHERE seq = ?",
          ...[seq, at, sentDigest, packMentions(mentions), text, target],
        );
        return;
      }
      case "delete":
        this.#insert({ ...stamp, seq, type: "message.deleted" }, { target: outcome.target });
        this.#erase(outcome.target, seq, at, outcome.sentDigest);
        this.#touch(outcome.threadUpdate, seq);
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

  notice(notice: Notice, stamp: Stamp, seq: number): void {
    this.#insert({ ...stamp, seq, type: notice.type }, { detail: JSON.stringify(notice.data) });
  }

  #send(
    entry: Entry,
    text: string,
    mentions: Mentions,
    replyTo: number | null,
    threadUpdate: ThreadUpdate | null,
  ): void {
    const { seq, actor, nonce, at } = entry;
    // Spelled out, because this is the path of nearly every entry.
    this.sql.exec(
      `INSERT INTO entries (seq, type, actor, nonce, at, thread, reply_to, version, changed_at, mentions, body)
         VALUES (?, 'message.sent', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[seq, actor, nonce, at, threadUpdate?.root ?? null, replyTo, seq, at, packMentions(mentions), text],
    );
    this.#touch(threadUpdate, seq);
  }

  #insert({ seq, type, actor, nonce, at }: Entry, columns: Columns): void {
    const names = ["seq", "type", "actor", "nonce", "at", ...Object.keys(columns)];
    const values = [seq, type, actor, nonce, at, ...Object.values(columns)];
    this.sql.exec(`INSERT INTO entries (${names}) VALUES (${names.map(() => "?")})`, ...values);
  }

  /** Writes over the bytes of a body: a shorter one alone would leave the text in the free space of its page. */
  #blank(target: number): void {
    this.sql.exec(`UPDATE entries SET body = ${blank} WHERE seq = ?`, target);
  }

  #erase(target: number, version: number, at: number, sentDigest: string): void {
    this.#blank(target);
    this.sql.exec(
      "UPDATE entries SET version = ?, changed_at = ?, deleted = 1, digest = ?, mentions = NULL, body = '' WHERE seq = ?",
      ...[version, at, sentDigest, target],
    );
    this.sql.exec(`UPDATE versions SET body = ${blank} WHERE target = ?`, target);
    this.sql.exec("DELETE FROM versions WHERE target = ?", target);
    this.annotations.strip(target, version);
  }

  #touch(threadUpdate: ThreadUpdate | null, version: number): void {
    if (!threadUpdate) return;
    const { replies } = this.annotations.get(threadUpdate.root);
    const tail = this.annotations.threadTail(threadUpdate.root);
    this.annotations.put(threadUpdate.root, {
      replies: summariseThread(replies, tail, version, threadUpdate.newFollowers),
    });
  }
}

const packMentions = (mentions: Mentions): string | null =>
  mentions.users.length === 0 && mentions.all === null ? null : JSON.stringify(mentions);
