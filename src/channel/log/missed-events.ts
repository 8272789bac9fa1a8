// Reads the events that a device missed, as the JSON of a frame. Nearly all of them are plain
// messages: SQLite writes their JSON, which takes less time than reading their columns and building
// objects from them. It also joins the events of a page, because reading a thousand rows takes as
// long as writing them. The rest takes the way of every other reader.
import { eventUntil } from "../../domain/block";
import { redactEvent } from "../../domain/history-visibility";
import { tuning } from "../../domain/tuning";
import { encodeEvent } from "../../protocol";
import { EntryReferences } from "./entry-references";
import { type EntrySource, entryOf, entrySource, isPlain, packedColumns, type RawEntry } from "./entry-row";
import { sizeOfEvent } from "./page-size";
import { eventOf } from "./wire-mapping";

/** A page of missed events, in the order of the log. */
export interface MissedEvents {
  /** JSON, separated by commas. */
  events: string;
  /** The seq of the last one; null for an empty page. */
  last: number | null;
  /** The characters of their texts, as `page-size.ts` counts them. */
  characters: number;
}

/** The event of a plain message, as `encodeEvent` writes it. */
const plainEvent = `json_object('seq', e.seq, 'at', e.at, 'actor', e.actor, 'nonce', e.nonce, 'type', e.type,
  'data', json_object('body', json_object('state', 'live', 'text', e.body, 'version', e.seq)))`;

/** Where the seq begins in the JSON of a plain event. */
const SEQ_START = '{"seq":'.length;

/** How the JSON of `RawEntry` begins, and that of an event does not. */
const RAW_ENTRY = "[";

/** A row that is no plain message, as JSON of `RawEntry`. */
const rawEntry = `json_array(e.seq, e.actor, e.nonce, e.at, e.body, '' || ${packedColumns})`;

/** The characters of a plain event besides its text, for the shortest ids. */
const PLAIN_OVERHEAD = encodeEvent({
  ...{ seq: 1, at: 1_700_000_000_000, actor: "u_0", nonce: "00000000-0000-4000-8000-000000000000" },
  type: "message.sent",
  data: {
    body: {
      state: "live",
      text: "",
      mentions: { users: [], all: null },
      attachments: [],
      version: 1,
      editedAt: null,
    },
    ...{ reply: null, thread: null, root: null },
  },
}).length;

/** Each row as the JSON of an event, or of a `RawEntry`. */
const row = `CASE WHEN ${isPlain} THEN ${plainEvent} ELSE ${rawEntry} END`;

/** Separates the rows that SQLite joins. JSON escapes a line break, so no row contains it. */
const SEPARATOR = ",\n";

/** The rows of a page. The log has no gaps, so no `LIMIT` is needed, and a scan is in its order. */
const rowsIn = (source: EntrySource) => `FROM ${source} e WHERE e.seq > ? AND e.seq <= ?`;

/** The rows of a page, joined, and how many of them are no plain messages. Null for no row. */
const joinedIn = (source: EntrySource) => `SELECT group_concat(${row}, '${SEPARATOR}') AS text, count(*) AS count,
    sum(NOT (${isPlain})) AS others, max(e.seq) AS last
  ${rowsIn(source)}`;
/** The statements of each source. Bound: constant. */
const statements = { entries: statementsOf("entries"), current_entries: statementsOf("current_entries") };
function statementsOf(source: EntrySource) {
  return {
    bytes: `SELECT coalesce(sum(octet_length(e.body)), 0) AS bytes ${rowsIn(source)}`,
    joined: joinedIn(source),
    rows: `SELECT ${row} ${rowsIn(source)} ORDER BY e.seq`,
  };
}
type JoinedRows = { text: string | null; count: number; others: number | null; last: number | null };

/**
 * Returns the events after a position, for a reader who may see the log from `since` on, and with
 * `until` up to there: as many as a resume page holds, but at least one if there is one.
 */
export function readMissedEvents(sql: SqlStorage, after: number, since: number, until?: number): MissedEvents {
  if (until !== undefined)
    return readRows(sql, [after, Math.min(after + tuning.resumePageEntries, until)], since, until);
  const bindings = [after, after + tuning.resumePageEntries];
  // The lengths are read without the texts. A page of long messages must not be joined in memory.
  const { bytes } = sql.exec<{ bytes: number }>(statements[entrySource(sql)].bytes, ...bindings).one();
  if (bytes > tuning.resumePageBytes) return readRows(sql, bindings, since);
  const { text, count, others, last } = sql.exec<JoinedRows>(statements[entrySource(sql)].joined, ...bindings).one();
  if (text === null) return { events: "", last: null, characters: 0 };
  const characters = Math.max(0, text.length - count * PLAIN_OVERHEAD);
  // Escaped characters are longer than their bytes.
  if (others === 0 && characters <= tuning.resumePageBytes) return { events: text, last, characters };
  return pageOf(text.split(SEPARATOR), new EntryReferences(sql), since);
}

/** Reads row by row, so that no more texts are in memory than the page has. */
function readRows(sql: SqlStorage, bindings: readonly number[], since: number, until?: number): MissedEvents {
  const rows = sql.exec(statements[entrySource(sql)].rows, ...bindings).raw<[text: string]>();
  return pageOf(firstColumn(rows), new EntryReferences(sql), since, until);
}

function* firstColumn(rows: Iterable<[text: string]>): Iterable<string> {
  for (const [text] of rows) yield text;
}

function pageOf(rows: Iterable<string>, references: EntryReferences, since: number, until?: number): MissedEvents {
  let events = "";
  let last: number | null = null;
  let characters = 0;
  for (const text of rows) {
    const isRaw = text.startsWith(RAW_ENTRY);
    const { seq, event, size } = isRaw ? readRaw(text, references, since, until) : readPlain(text);
    if (last !== null && characters + size > tuning.resumePageBytes) break;
    events += last === null ? event : `,${event}`;
    last = seq;
    characters += size;
  }
  return { events, last, characters };
}

interface ReadEvent {
  seq: number;
  /** JSON. */
  event: string;
  size: number;
}

const readPlain = (event: string): ReadEvent => ({
  seq: Number.parseInt(event.slice(SEQ_START), 10),
  event,
  size: Math.max(0, event.length - PLAIN_OVERHEAD),
});

function readRaw(text: string, references: EntryReferences, since: number, until?: number): ReadEvent {
  const raw: RawEntry = JSON.parse(text);
  const present = redactEvent(eventOf(entryOf(raw), references), since);
  const event = until === undefined ? present : eventUntil(present, until);
  return { seq: event.seq, event: encodeEvent(event), size: sizeOfEvent(event) };
}
