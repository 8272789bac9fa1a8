// Reads the calls that ended within a page of history. They are entries between its messages.
import { limits, type Page } from "../../protocol";
import { EntryReferences } from "./entry-references";
import { entryColumns, entryOf, type RawEntry } from "./entry-row";
import { eventOf } from "./wire-mapping";

/** A part of the log: both ends belong to it. */
export interface LogRange {
  from: number;
  to: number;
}

/** Returns the field of a page with the newest calls that ended in a range, if there are any. */
export function endedCallsIn(sql: SqlStorage, { from, to }: LogRange): Pick<Page, "calls"> {
  const raws = sql
    .exec(
      `SELECT ${entryColumns} FROM entries e WHERE e.type = 'call.ended' AND e.seq BETWEEN ? AND ?
         ORDER BY e.seq DESC LIMIT ?`,
      ...[from, to, limits.callsPerPage],
    )
    .raw<RawEntry>();
  const references = new EntryReferences(sql);
  const calls = [...raws]
    .map((raw) => eventOf(entryOf(raw), references))
    .filter((event) => event.type === "call.ended")
    .reverse();
  return calls.length > 0 ? { calls } : {};
}
