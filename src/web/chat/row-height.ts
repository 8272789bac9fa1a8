// The estimated height of a row before it is measured. It is close enough that the scrollbar does
// not jump.
import type { Row } from "./rows";

const LINE_PX = 22;
const CHARACTERS_PER_LINE = 60;
const MAX_LINES = 26;

export function estimateRowHeight(row: Row | undefined): number {
  if (row === undefined) return 0;
  if (row.kind === "intro") return 220;
  if (row.kind === "day") return 53;
  if (row.kind === "unread") return 40;
  if (row.kind === "notices") return 12 + Math.min(row.notices.length, 2) * 22;
  const { message } = row;
  const { text, attachments, state } = message;
  // An empty text is one line of a deleted message, and no line above attachments.
  let lines = text === "" && state === "live" && attachments.length > 0 ? -1 : 0;
  for (const line of text.split("\n", MAX_LINES)) lines += Math.max(1, Math.ceil(line.length / CHARACTERS_PER_LINE));
  const extra =
    (message.reactions.length > 0 ? 34 : 0) + (message.replies.count > 0 ? 38 : 0) + (message.reply ? 48 : 0);
  return 20 + extra + (Math.min(lines, MAX_LINES) + attachments.length) * LINE_PX + (row.last ? 12 : 2);
}
