// The annotations of messages: one row for each message that has any. They are stored apart from
// the message, so that a reaction never rewrites a body.
import { type Annotations, noAnnotations, type ThreadTail } from "../../domain/annotations";
import { limits, pin, reactions, replies } from "../../protocol";

/** How many of the newest replies are searched for the participants of a thread. */
const TAIL_REPLIES = 50;

type AnnotationColumns = { seq: number; reactions: string; replies: string; pin: string };

export class AnnotationRows {
  constructor(private readonly sql: SqlStorage) {}

  get(seq: number): Annotations {
    return this.between(seq, seq).get(seq) ?? noAnnotations;
  }

  /**
   * Returns the annotations of a range of messages, by seq. Messages without annotations are left
   * out.
   */
  between(first: number, last: number): Map<number, Annotations> {
    const rows = this.sql.exec<AnnotationColumns>(
      "SELECT seq, reactions, replies, pin FROM aspects WHERE seq BETWEEN ? AND ?",
      first,
      last,
    );
    return new Map(
      [...rows].map((row) => [
        row.seq,
        {
          reactions: reactions.parse(JSON.parse(row.reactions)),
          replies: replies.parse(JSON.parse(row.replies)),
          pin: pin.parse(JSON.parse(row.pin)),
        },
      ]),
    );
  }

  /** Replaces some of a message's annotations and returns all of them. */
  put(seq: number, change: Partial<Annotations>): Annotations {
    const next = { ...this.get(seq), ...change };
    this.sql.exec(
      "INSERT OR REPLACE INTO aspects (seq, reactions, replies, pin, pinned) VALUES (?, ?, ?, ?, ?)",
      ...[seq, JSON.stringify(next.reactions), JSON.stringify(next.replies), JSON.stringify(next.pin)],
      next.pin.by === null ? 0 : 1,
    );
    return next;
  }

  /** Removes the reactions and the pin of a deleted message. Its thread stays. */
  clearDeleted(seq: number, version: number): void {
    const known = this.get(seq);
    if (known.reactions.items.length === 0 && known.pin.by === null) return;
    this.put(seq, { reactions: { version, items: [] }, pin: { version, by: null, at: null } });
  }

  countPins(): number {
    return this.sql.exec<{ pins: number }>("SELECT count(*) AS pins FROM aspects WHERE pinned = 1").one().pins;
  }

  /**
   * Returns the number of replies below a root that are not deleted, and the newest of them first.
   */
  threadTail(root: number): ThreadTail {
    const { count } = this.sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM entries WHERE thread = ? AND deleted = 0", root)
      .one();
    const newest = this.sql
      .exec<{ author: string; at: number }>(
        "SELECT actor AS author, at FROM entries WHERE thread = ? AND deleted = 0 ORDER BY seq DESC LIMIT ?",
        ...[root, TAIL_REPLIES + limits.threadParticipants],
      )
      .toArray();
    return { count, newest };
  }
}
