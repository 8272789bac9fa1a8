// What stands in the list of a channel, from top to bottom. A row's height depends on itself and on what comes after it, never on what
// is loaded above it later: that is why history can grow without moving the row being read.
import type { ChannelNotice, MessageView } from "../../sdk";
import { dayOf } from "../../text/times";

export type Row =
  | { kind: "intro"; key: "intro" }
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "notices"; key: string; notices: readonly ChannelNotice[] }
  | { kind: "message"; key: string; message: MessageView; mine: boolean; first: boolean; last: boolean };

/** Messages of one person stand as one for this long after the first of them. */
export const GROUP_MS = 5 * 60_000;

export interface RowSource {
  messages: readonly MessageView[];
  /** What happened to the channel itself, ascending. Those outside the loaded messages are left out. */
  notices?: readonly ChannelNotice[];
  me: string;
  moreBefore: boolean;
  moreAfter?: boolean;
  /** Key of the message the "New" divider stands before. */
  divider: string | null;
  /** Keys that once were first in the window: a group keeps its border there when the page before arrives. */
  pageStarts: ReadonlySet<string>;
}

export function buildRows(source: RowSource): Row[] {
  const { messages, me, moreBefore, divider, pageStarts } = source;
  const rows: Row[] = [];
  const notices = noticesWithin(source);
  let next = 0;
  if (!moreBefore) rows.push({ kind: "intro", key: "intro" });
  let day: number | null = moreBefore ? (messages[0] ? dayOf(messages[0].at) : null) : Number.NaN;
  let start: MessageView | null = null;

  /** A separator, where `at` lies on another day than what stands above. */
  const turnTo = (at: number, key: string): boolean => {
    const today = dayOf(at);
    if (today === day) return false;
    day = today;
    closeGroup(rows);
    rows.push({ kind: "day", key: `day:${today}:${key}`, at });
    return true;
  };
  /** The notices up to a message; null for the rest. */
  const note = (before: number | null): boolean => {
    const from = next;
    for (let notice = notices[next]; notice && (before === null || notice.seq < before); notice = notices[next]) {
      closeGroup(rows);
      const isNewDay = turnTo(notice.at, `n${notice.seq}`);
      const last = rows.at(-1);
      if (!isNewDay && last?.kind === "notices")
        rows[rows.length - 1] = { ...last, notices: [...last.notices, notice] };
      else rows.push({ kind: "notices", key: `notice:${notice.seq}`, notices: [notice] });
      next++;
    }
    return next > from;
  };

  for (const message of messages) {
    const isNoted = note(message.seq);
    const isDivided = message.key === divider;
    const isNewDay = turnTo(message.at, message.key);
    const isBroken = isNoted || isNewDay || isDivided || pageStarts.has(message.key);
    const joins = start !== null && !isBroken && belongTogether(start, message);
    if (!joins) {
      closeGroup(rows);
      start = message;
    }
    if (isDivided) rows.push({ kind: "unread", key: `unread:${message.key}` });
    rows.push({ kind: "message", key: message.key, message, mine: message.author === me, first: !joins, last: false });
  }
  note(null);
  closeGroup(rows);
  return rows;
}

function noticesWithin({ messages, notices = [], moreBefore, moreAfter }: RowSource): readonly ChannelNotice[] {
  const first = messages.find(({ seq }) => seq !== null)?.seq ?? 0;
  const last = messages.findLast(({ seq }) => seq !== null)?.seq ?? 0;
  return notices.filter(({ seq }) => (!moreBefore || seq > first) && (!moreAfter || seq < last));
}

const belongTogether = (start: MessageView, next: MessageView): boolean =>
  start.author === next.author && next.at - start.at < GROUP_MS && (start.text === null) === (next.text === null);

function closeGroup(rows: Row[]): void {
  const row = rows.at(-1);
  if (row?.kind === "message") rows[rows.length - 1] = { ...row, last: true };
}
