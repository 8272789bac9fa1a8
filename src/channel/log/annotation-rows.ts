// The annotations of messages: one row for each message that has any. They are stored apart from
// the message, so that a reaction never rewrites a body.
import * as z from "zod";
import { type Annotations, emptyTail, isTailShort, noAnnotations, type ThreadTail } from "../../domain/annotations";
import type { PinPosition } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
import { pin, type Replies, reactions, replies } from "../../protocol";

/** The most replies that one deletion reads to find older replies that are not deleted. */
const EXTEND_REPLIES = 250;

const storedTail = z.object({
  replies: z.array(z.tuple([z.int(), z.string(), z.int()])),
  from: z.int(),
});

type AnnotationColumns = { seq: number; reactions: string; replies: string; pin: string };

export class AnnotationRows {
  constructor(private readonly sql: SqlStorage) {}

  get(seq: number): Annotations {
    return this.between(seq, seq).loaded.get(seq) ?? noAnnotations;
  }

  /**
   * Returns the annotations of a range of messages, by seq, and the seq up to which they are
   * loaded: a range with very many reactions is not loaded to its end. Messages without annotations
   * are left out.
   */
  between(first: number, last: number): { loaded: Map<number, Annotations>; until: number } {
    const rows = this.sql.exec<AnnotationColumns>(
      "SELECT seq, reactions, replies, pin FROM aspects WHERE seq BETWEEN ? AND ? ORDER BY seq",
      first,
      last,
    );
    const loaded = new Map<number, Annotations>();
    let characters = 0;
    for (const row of rows) {
      loaded.set(row.seq, {
        reactions: reactions.parse(JSON.parse(row.reactions)),
        replies: replies.parse(JSON.parse(row.replies)),
        pin: pin.parse(JSON.parse(row.pin)),
      });
      characters += row.reactions.length + row.replies.length;
      if (characters > tuning.resumePageBytes) return { loaded, until: row.seq };
    }
    return { loaded, until: last };
  }

  /** Replaces some of a message's annotations. Keeps the stored tail if `tail` is absent. */
  put(seq: number, change: Partial<Annotations>, tail?: ThreadTail): void {
    const next = { ...this.get(seq), ...change };
    // One statement, because each written row is billed.
    this.sql.exec(
      `INSERT INTO aspects (seq, reactions, replies, pin, pinned, tail) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (seq) DO UPDATE SET reactions = excluded.reactions, replies = excluded.replies,
           pin = excluded.pin, pinned = excluded.pinned, tail = coalesce(excluded.tail, tail)`,
      ...[seq, JSON.stringify(next.reactions), JSON.stringify(next.replies), JSON.stringify(next.pin)],
      ...[next.pin.by === null ? 0 : 1, tail ? JSON.stringify(columnsOf(tail)) : null],
    );
  }

  /** Removes the reactions and the pin of a deleted message. Its thread stays. */
  clearDeleted(seq: number, version: number): void {
    const known = this.get(seq);
    if (known.reactions.items.length === 0 && known.pin.by === null) return;
    this.put(seq, { reactions: { version, items: [] }, pin: { version, by: null, at: null } });
  }

  /** Returns where the pinned messages from `since` on are, oldest pin first. */
  pins(since: number): PinPosition[] {
    return this.sql
      .exec<{ seq: number; at: number }>(
        `SELECT seq, coalesce(pin ->> 'at', 0) AS at FROM aspects
           WHERE pinned = 1 AND seq >= ? ORDER BY at, seq`,
        since,
      )
      .toArray();
  }

  countPins(): number {
    return this.sql.exec<{ pins: number }>("SELECT count(*) AS pins FROM aspects WHERE pinned = 1").one().pins;
  }

  /**
   * Returns the summary and the tail of a thread. `before`: the entry that is about to change it.
   * Threads of an earlier schema have no tail, so theirs is read from the newest replies.
   */
  thread(root: number, before: number): { replies: Replies; tail: ThreadTail } {
    const row = this.sql
      .exec<{ replies: string; tail: string | null }>("SELECT replies, tail FROM aspects WHERE seq = ?", root)
      .toArray()[0];
    if (!row) return { replies: noAnnotations.replies, tail: emptyTail };
    const summary = replies.parse(JSON.parse(row.replies));
    if (row.tail === null)
      return { replies: summary, tail: this.extendTail(root, { replies: [], from: before }, summary.count) };
    const tail = storedTail.parse(JSON.parse(row.tail));
    return {
      replies: summary,
      tail: { replies: tail.replies.map(([seq, author, at]) => ({ seq, author, at })), from: tail.from },
    };
  }

  /** Adds older replies to a tail that is too short. Reads at most `EXTEND_REPLIES` of them. */
  extendTail(root: number, tail: ThreadTail, count: number): ThreadTail {
    if (!isTailShort(tail, count)) return tail;
    const older = this.sql
      .exec<{ seq: number; author: string; at: number; deleted: number }>(
        `SELECT seq, actor AS author, at, deleted FROM current_entries
           WHERE thread = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
        ...[root, tail.from, EXTEND_REPLIES],
      )
      .toArray()
      .reverse();
    const live = older.filter(({ deleted }) => deleted === 0).map(({ seq, author, at }) => ({ seq, author, at }));
    const first = older[0];
    return {
      replies: [...live, ...tail.replies],
      from: first && older.length === EXTEND_REPLIES ? first.seq : 1,
    };
  }
}

const columnsOf = ({ replies, from }: ThreadTail): z.input<typeof storedTail> => ({
  replies: replies.map(({ seq, author, at }) => [seq, author, at]),
  from,
});
