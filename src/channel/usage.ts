// Counts what this channel costs. The counts are part of the saved state, so counting writes no row
// of its own. A crash loses the counts since the last save.
import type { Usage } from "../protocol";
import type { RowCounter } from "../runtime/row-counter";
import type { TurnCommitted, TurnListener } from "./turn-committed";

export class UsageCounter implements TurnListener {
  readonly #before: Usage;
  // Counted since the object woke.
  messages = 0;
  archiveRowsWritten = 0;
  archiveRowsRead = 0;
  objectRequests = 0;
  socketMessages = 0;
  queueMessages = 0;
  /** How often the alarm was set. Each time costs a row. */
  alarms = 0;

  constructor(
    before: Usage | null,
    private readonly rows: RowCounter,
    now: number,
  ) {
    this.#before = before ?? { since: now, ...zeroCounts };
  }

  onTurnCommitted({ events }: TurnCommitted): void {
    for (const { type } of events) if (type === "message.sent") this.messages++;
  }

  /** The counts of this channel since `since`. */
  get total(): Usage {
    const before = this.#before;
    return {
      since: before.since,
      messages: before.messages + this.messages,
      rowsWritten: before.rowsWritten + this.rows.written + this.alarms,
      rowsRead: before.rowsRead + this.rows.read,
      archiveRowsWritten: before.archiveRowsWritten + this.archiveRowsWritten,
      archiveRowsRead: before.archiveRowsRead + this.archiveRowsRead,
      objectRequests: before.objectRequests + this.objectRequests,
      socketMessages: before.socketMessages + this.socketMessages,
      queueMessages: before.queueMessages + this.queueMessages,
    };
  }
}

const zeroCounts = {
  messages: 0,
  rowsWritten: 0,
  rowsRead: 0,
  archiveRowsWritten: 0,
  archiveRowsRead: 0,
  objectRequests: 0,
  socketMessages: 0,
  queueMessages: 0,
};
