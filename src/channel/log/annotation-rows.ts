// What gathers around messages, one row a message that has any of it: apart from the message, so that a reaction never rewrites a body.
import { type Annotations, noAnnotations, type ThreadTail } from "../../domain/annotations";
import { limits, pin, reactions, replies } from "../../protocol";

/** Replies looked at for the faces under a root. */
const TAIL = 50;

type Row = { seq: number; reactions: string; replies: string; pin: string };

export class AnnotationRows {
  constructor(private readonly sql: SqlStorage) {}

  get(seq: number): Annotations {
    return this.between(seq, seq).get(seq) ?? noAnnotations;
  }

  /** By message, of those in a range that have any. */
  between(first: number, last: number): Map<number, Annotations> {
    const rows = this.sql.exec<Row>(
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

  put(seq: number, change: Partial<Annotations>): Annotations {
    const next = { ...this.get(seq), ...change };
    this.sql.exec(
      "INSERT OR REPLACE INTO aspects (seq, reactions, replies, pin, pinned) VALUES (?, ?, ?, ?, ?)",
      ...[seq, JSON.stringify(next.reactions), JSON.stringify(next.replies), JSON.stringify(next.pin)],
      next.pin.by === null ? 0 : 1,
    );
    return next;
  }

  /** A deleted message keeps nothing but its thread. */
  strip(seq: number, version: number): void {
    const { reactions: some, pin: pinned } = this.get(seq);
    if (some.items.length === 0 && pinned.by === null) return;
    this.put(seq, { reactions: { version, items: [] }, pin: { version, by: null, at: null } });
  }

  countPins(): number {
    return this.sql.exec<{ pins: number }>("SELECT count(*) AS pins FROM aspects WHERE pinned = 1").one().pins;
  }

  threadTail(root: number): ThreadTail {
    const { count } = this.sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM entries WHERE thread = ? AND deleted = 0", root)
      .one();
    const newest = this.sql
      .exec<{ author: string; at: number }>(
        "SELECT actor AS author, at FROM entries WHERE thread = ? AND deleted = 0 ORDER BY seq DESC LIMIT ?",
        ...[root, TAIL + limits.threadParticipants],
      )
      .toArray();
    return { count, newest };
  }
}
