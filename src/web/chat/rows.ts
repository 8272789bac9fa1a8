// What stands in the list of a channel, from top to bottom. A row's height depends on itself and on what comes after it, never on what
// is loaded above it later: that is why history can grow without moving the row being read.
import type { MessageView } from "../../sdk";
import { dayOf } from "../text/times";

export type Row =
  | { kind: "intro"; key: "intro" }
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "message"; key: string; message: MessageView; mine: boolean; first: boolean; last: boolean };

/** Messages of one person stand as one for this long after the first of them. */
export const GROUP_MS = 5 * 60_000;

export interface RowSource {
  messages: readonly MessageView[];
  me: string;
  moreBefore: boolean;
  /** Key of the message the "New" divider stands before. */
  divider: string | null;
  /** Keys that once were first in the window: a group keeps its border there when the page before arrives. */
  seams: ReadonlySet<string>;
}

export function buildRows({ messages, me, moreBefore, divider, seams }: RowSource): Row[] {
  const rows: Row[] = [];
  if (!moreBefore) rows.push({ kind: "intro", key: "intro" });
  let previous: MessageView | null = null;
  let start: MessageView | null = null;
  for (const message of messages) {
    const newDay: boolean = previous === null ? !moreBefore : dayOf(previous.at) !== dayOf(message.at);
    const isDivided = message.key === divider;
    const isBroken = newDay || isDivided || seams.has(message.key);
    const joins = start !== null && !isBroken && belongTogether(start, message);
    if (!joins) {
      closeGroup(rows);
      start = message;
    }
    if (newDay) rows.push({ kind: "day", key: `day:${dayOf(message.at)}:${message.key}`, at: message.at });
    if (isDivided) rows.push({ kind: "unread", key: `unread:${message.key}` });
    rows.push({ kind: "message", key: message.key, message, mine: message.author === me, first: !joins, last: false });
    previous = message;
  }
  closeGroup(rows);
  return rows;
}

const belongTogether = (start: MessageView, next: MessageView): boolean =>
  start.author === next.author && next.at - start.at < GROUP_MS && (start.text === null) === (next.text === null);

function closeGroup(rows: Row[]): void {
  const row = rows.at(-1);
  if (row?.kind === "message") rows[rows.length - 1] = { ...row, last: true };
}
