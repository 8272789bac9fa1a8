// What a list, a quote or a notification says of a message that has attachments and no text.
import type { AttachmentSummary } from "../protocol";
import type { Translation } from "./language";

const en = {
  image: "Photo",
  video: "Video",
  audio: "Audio",
  files: (count: number) => `${count} ${count === 1 ? "file" : "files"}`,
};
const ko = {
  image: "사진",
  video: "동영상",
  audio: "음성",
  files: (count: number) => `파일 ${count}개`,
} satisfies Translation<typeof en>;

export const attachmentText = { en, ko };

/** Returns what a single attachment is, or its name; or how many there are. */
export function attachmentLabel({ count, name, type }: AttachmentSummary, words: Translation<typeof en>): string {
  if (count > 1) return words.files(count);
  const [kind] = type.split("/");
  if (kind === "image" || kind === "video" || kind === "audio") return words[kind];
  return name === "" ? words.files(1) : name;
}
