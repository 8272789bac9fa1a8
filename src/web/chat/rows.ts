// The rows of a channel's list, from top to bottom. The height of a row depends on itself and on
// later rows, never on earlier messages that are loaded later. So history can be loaded without
// moving the row that is being read.
import type { ChannelNotice, MessageView } from "../../sdk";
import { dayOf } from "../../text/times";

export type Row =
  | { kind: "intro"; key: "intro" }
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "notices"; key: string; notices: readonly ChannelNotice[] }
  | { kind: "message"; key: string; message: MessageView; mine: boolean; first: boolean; last: boolean };

/** Messages of one person form a group for this long after the first of them. */
export const GROUP_MS = 5 * 60_000;

export interface RowSource {
  messages: readonly MessageView[];
  /** Notices of the channel in ascending order. Those outside the loaded messages are left out. */
  notices?: readonly ChannelNotice[];
  me: string;
  moreBefore: boolean;
  moreAfter?: boolean;
  /** Key of the message below the "New" divider. */
  divider: string | null;
  /**
   * Keys of messages that were once the first of the window. A group keeps its border there when an
   * earlier page arrives.
   */
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

  /** Adds a day separator if `at` is on another day than the row above. */
  const addDay = (at: number, key: string): boolean => {
    const today = dayOf(at);
    if (today === day) return false;
    day = today;
    closeGroup(rows);
    rows.push({ kind: "day", key: `day:${today}:${key}`, at });
    return true;
  };
  /** Adds the notices before a message; null adds all that remain. */
  const addNotices = (before: number | null): boolean => {
    const from = next;
    for (let notice = notices[next]; notice && (before === null || notice.seq < before); notice = notices[next]) {
      closeGroup(rows);
      const isNewDay = addDay(notice.at, `n${notice.seq}`);
      const last = rows.at(-1);
      if (!isNewDay && last?.kind === "notices")
        rows[rows.length - 1] = { ...last, notices: [...last.notices, notice] };
      else rows.push({ kind: "notices", key: `notice:${notice.seq}`, notices: [notice] });
      next++;
    }
    return next > from;
  };

  for (const message of messages) {
    const hasNotices = addNotices(message.seq);
    const isDivided = message.key === divider;
    const isNewDay = addDay(message.at, message.key);
    const isBroken = hasNotices || isNewDay || isDivided || pageStarts.has(message.key);
    const joins = start !== null && !isBroken && belongTogether(start, message);
    if (!joins) {
      closeGroup(rows);
      start = message;
    }
    if (isDivided) rows.push({ kind: "unread", key: `unread:${message.key}` });
    rows.push({ kind: "message", key: message.key, message, mine: message.author === me, first: !joins, last: false });
  }
  addNotices(null);
  closeGroup(rows);
  return rows;
}

function noticesWithin({ messages, notices = [], moreBefore, moreAfter }: RowSource): readonly ChannelNotice[] {
  const first = messages.find(({ seq }) => seq !== null)?.seq ?? 0;
  const last = messages.findLast(({ seq }) => seq !== null)?.seq ?? 0;
  return notices.filter(({ seq }) => (!moreBefore || seq > first) && (!moreAfter || seq < last));
}

const belongTogether = (start: MessageView, next: MessageView): boolean =>
  start.author === next.author && next.at - start.at < GROUP_MS && start.state === next.state;

function closeGroup(rows: Row[]): void {
  const row = rows.at(-1);
  if (row?.kind === "message") rows[rows.length - 1] = { ...row, last: true };
}
