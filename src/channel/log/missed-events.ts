// Reads the events that a device missed, as the JSON of a frame. Nearly all of them are plain
// messages: SQLite writes their JSON, which takes less time than reading their columns and building
// objects from them. The rest takes the way of every other reader.
import { redactEvent } from "../../domain/history-visibility";
import { tuning } from "../../domain/tuning";
import { encodeEvent } from "../../protocol";
import { EntryReferences } from "./entry-references";
import { entryOf, isPlain, packedColumns, type RawEntry } from "./entry-row";
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

/**
 * Returns the events after a position, for a reader who may see the log from `since` on: as many as
 * a resume page holds, but at least one if there is one.
 */
export function readMissedEvents(sql: SqlStorage, after: number, since: number): MissedEvents {
  const references = new EntryReferences(sql);
  const rows = sql
    .exec(
      `SELECT CASE WHEN ${isPlain} THEN ${plainEvent} ELSE ${rawEntry} END
         FROM entries e WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
      ...[after, tuning.resumePageEntries],
    )
    .raw<[text: string]>();
  let events = "";
  let last: number | null = null;
  let characters = 0;
  for (const [text] of rows) {
    const { seq, event, size } = text.startsWith(RAW_ENTRY) ? readRaw(text, references, since) : readPlain(text);
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

function readRaw(text: string, references: EntryReferences, since: number): ReadEvent {
  const raw: RawEntry = JSON.parse(text);
  const event = redactEvent(eventOf(entryOf(raw), references), since);
  return { seq: event.seq, event: encodeEvent(event), size: sizeOfEvent(event) };
}
