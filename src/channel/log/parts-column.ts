// The column `parts`: the parts of a message other than its text, as JSON with a version. Null for
// a message that is only text, so that nearly every row has nothing in it.
import * as z from "zod";
import type { MessageParts } from "../../domain/message";
import { type Attachment, attachment, noAttachments } from "../../protocol";

const storedParts = z.object({ v: z.literal(1), attachments: z.array(attachment) });

export function partsColumn({ attachments }: MessageParts): string | null {
  if (attachments.length === 0) return null;
  return JSON.stringify({ v: 1, attachments } satisfies z.input<typeof storedParts>);
}

/** Returns the attachments of a column. Throws for a version that this build does not know. */
export const attachmentsIn = (column: string | null): Attachment[] =>
  column === null ? noAttachments : attachmentsOf(JSON.parse(column));

/** The same for a column that is parsed already. */
export const attachmentsOf = (parsed: unknown): Attachment[] => storedParts.parse(parsed).attachments;

/** Returns the bytes that a message's row stores for its parts. */
export function bytesOf(parts: MessageParts): number {
  const column = partsColumn(parts);
  return Buffer.byteLength(parts.text) + (column === null ? 0 : Buffer.byteLength(column));
}
