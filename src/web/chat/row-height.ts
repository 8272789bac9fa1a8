// The estimated height of a row before it is measured. It is close enough that the scrollbar does
// not jump.
import type { Attachment } from "../../sdk";
import { kindOfFile } from "../files/file-address";
import type { Row } from "./rows";

const LINE_PX = 22;
const CHARACTERS_PER_LINE = 60;
const MAX_LINES = 26;

/** The most pixels of a picture in a row, and the height of a file. */
const PICTURE_WIDTH_PX = 400;
const PICTURE_HEIGHT_PX = 352;
const FILE_PX = 46;

/** Several pictures are a grid of squares, two in a row. */
function heightOfFiles(files: readonly Attachment[]): number {
  const pictures = files.filter((file) => kindOfFile(file) === "image");
  if (pictures.length < 2) return files.reduce((sum, file) => sum + heightOfFile(file), 0);
  const others = files.filter((file) => !pictures.includes(file));
  return Math.ceil(pictures.length / 2) * (PICTURE_WIDTH_PX / 2 + 4) + heightOfFiles(others);
}

function heightOfFile({ width, height }: Attachment): number {
  if (width === undefined || height === undefined) return FILE_PX;
  return Math.min(PICTURE_HEIGHT_PX, (Math.min(width, PICTURE_WIDTH_PX) / width) * height) + 6;
}

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
  return 20 + extra + heightOfFiles(attachments) + Math.min(lines, MAX_LINES) * LINE_PX + (row.last ? 12 : 2);
}
