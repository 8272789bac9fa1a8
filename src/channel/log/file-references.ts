// The files of the channel's attachments: one row for each ticket that made an attachment. A row
// stays after its message is deleted, so that a ticket never makes a second attachment. The rows
// are also the outbox of what the directory must know: which files messages have.
import type { FileReferenceChange } from "../../domain/ports";
import type { FileId, TicketId } from "../../protocol";

/** Held, and held as the directory knows; dropped, and dropped as the directory knows. Stored. */
const HELD = 0;
const HELD_REPORTED = 1;
const DROPPED = 2;
const DROPPED_REPORTED = 3;

/** Where the file of an attachment is. */
export interface HeldFile {
  file: FileId;
  /** The seq of its message. */
  seq: number;
}

export class FileReferences {
  /** Set by every change; the reports clear it. A turn that fails ends the object. */
  hasChanged = false;

  constructor(private readonly sql: SqlStorage) {}

  /** Returns the file of a ticket; null if no message has it, or none has it any more. */
  find(ticket: TicketId): HeldFile | null {
    const query = "SELECT file, seq FROM files WHERE ticket = ? AND state < ?";
    return this.sql.exec<{ file: FileId; seq: number }>(query, ticket, DROPPED).toArray()[0] ?? null;
  }

  /** Whether a ticket has made an attachment, which may be deleted. */
  isUsed(ticket: TicketId): boolean {
    return this.sql.exec("SELECT 1 FROM files WHERE ticket = ?", ticket).toArray().length > 0;
  }

  /** Returns those of these tickets whose attachment a message has. */
  held(tickets: readonly TicketId[]): TicketId[] {
    const query = "SELECT ticket FROM files WHERE ticket IN (SELECT value FROM json_each(?)) AND state < ?";
    return this.sql
      .exec<{ ticket: TicketId }>(query, JSON.stringify(tickets), DROPPED)
      .toArray()
      .map(({ ticket }) => ticket);
  }

  /** Stores that the message at `seq` has a file. Call it inside the transaction of the turn. */
  hold(ticket: TicketId, file: FileId, seq: number): void {
    this.sql.exec("INSERT INTO files (ticket, file, seq, state) VALUES (?, ?, ?, ?)", ticket, file, seq, HELD);
    this.hasChanged = true;
  }

  /**
   * Stores that no message has these files any more. Call it inside the transaction of the turn.
   */
  drop(tickets: readonly TicketId[]): void {
    if (tickets.length === 0) return;
    this.sql.exec(
      "UPDATE files SET state = ? WHERE ticket IN (SELECT value FROM json_each(?)) AND state < ?",
      ...[DROPPED, JSON.stringify(tickets), DROPPED],
    );
    this.hasChanged = true;
  }

  /** Drops every file, because the channel is erased. */
  dropAll(): void {
    this.sql.exec("UPDATE files SET state = ? WHERE state < ?", DROPPED, DROPPED);
    this.hasChanged = true;
  }

  /** Returns changes that the directory has not confirmed, at most `limit`. */
  unreported(limit: number): FileReferenceChange[] {
    return this.sql
      .exec<{ ticket: TicketId; file: FileId; state: number }>(
        "SELECT ticket, file, state FROM files WHERE state IN (?, ?) LIMIT ?",
        ...[HELD, DROPPED, limit],
      )
      .toArray()
      .map(({ ticket, file, state }) => ({ ticket, file, state: state === HELD ? "held" : "dropped" }));
  }

  /** Stores that the directory has confirmed changes. A newer change of the same file stays due. */
  confirm(changes: readonly FileReferenceChange[]): void {
    for (const [state, from, to] of [
      ["held", HELD, HELD_REPORTED],
      ["dropped", DROPPED, DROPPED_REPORTED],
    ] as const) {
      const tickets = changes.filter((change) => change.state === state).map(({ ticket }) => ticket);
      if (tickets.length === 0) continue;
      this.sql.exec(
        "UPDATE files SET state = ? WHERE ticket IN (SELECT value FROM json_each(?)) AND state = ?",
        ...[to, JSON.stringify(tickets), from],
      );
    }
  }
}
