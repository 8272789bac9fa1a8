// What a list, a quote or a notification says of a message that has attachments and no text.
import type { AttachmentSummary } from "../protocol";
import type { Translation } from "./language";

const en = { files: (count: number) => `${count} ${count === 1 ? "file" : "files"}` };
const ko = { files: (count: number) => `파일 ${count}개` } satisfies Translation<typeof en>;

export const attachmentText = { en, ko };

/** Returns the name of a single attachment, or how many there are. */
export const attachmentLabel = ({ count, name }: AttachmentSummary, { files }: Translation<typeof en>): string =>
  count === 1 && name !== "" ? name : files(count);
