// Files: the tray above the composer, the pictures of a message, and the lightbox.
import { limits } from "../protocol";
import type { Translation } from "./language";

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** Returns a size as people read it, such as "2.3 MB". */
function sizeOf(bytes: number, locale: string): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** step;
  const options = { style: "unit", unit: units[step] ?? "byte", unitDisplay: "short" } as const;
  return value.toLocaleString(locale, { ...options, maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 });
}

const fileMib = Math.round(limits.fileBytes / 1024 ** 2);

const en = {
  size: sizeOf,
  attach: "Add files",
  drop: "Drop files to add them to your message",
  tray: "Files to send",
  alt: "Describe this picture",
  altOf: (name: string) => `What ${name} shows`,
  asItIs: "sent as it is",
  shrinking: (name: string) => `Making ${name} smaller`,
  shrinkingShort: (percent: number) => `Making it smaller: ${percent}%`,
  sendOriginal: "Use the original",
  shrinkingWait: "A video is still being made smaller. Wait, or use the original.",
  edited: "Files of the message",
  willBeRemoved: "Removed when you save",
  keep: (name: string) => `Keep ${name}`,
  remove: (name: string) => `Remove ${name}`,
  cancel: "Cancel the upload",
  uploading: (name: string) => `Uploading ${name}`,
  open: (what: string) => `Open picture: ${what}`,
  previous: "Previous picture",
  next: "Next picture",
  jump: "Show in the chat",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  download: "Download",
  problems: {
    tooMany: `A message holds at most ${limits.attachmentsPerMessage} files. Send the others in another message.`,
    tooLarge: `A file may have at most ${fileMib} MB.`,
    empty: "An empty file can’t be sent.",
  },
};

const ko = {
  size: sizeOf,
  attach: "파일 추가",
  drop: "여기에 놓으면 메시지에 파일이 추가돼요",
  tray: "보낼 파일",
  alt: "사진 설명 쓰기",
  altOf: (name: string) => `${name}에 담긴 내용`,
  asItIs: "원본 그대로 전송",
  shrinking: (name: string) => `${name} 크기 줄이는 중`,
  shrinkingShort: (percent: number) => `크기 줄이는 중: ${percent}%`,
  sendOriginal: "원본 사용",
  shrinkingWait: "동영상 크기를 줄이고 있어요. 기다리거나 원본을 사용해 주세요.",
  edited: "메시지의 파일",
  willBeRemoved: "저장하면 빠져요",
  keep: (name: string) => `${name} 남기기`,
  remove: (name: string) => `${name} 빼기`,
  cancel: "업로드 취소",
  uploading: (name: string) => `${name} 올리는 중`,
  open: (what: string) => `사진 열기: ${what}`,
  previous: "이전 사진",
  next: "다음 사진",
  jump: "대화에서 보기",
  zoomIn: "확대",
  zoomOut: "축소",
  download: "내려받기",
  problems: {
    tooMany: `메시지 하나에 파일을 ${limits.attachmentsPerMessage}개까지 담을 수 있어요. 나머지는 따로 보내 주세요.`,
    tooLarge: `파일 하나는 ${fileMib}MB까지 보낼 수 있어요.`,
    empty: "빈 파일은 보낼 수 없어요.",
  },
} satisfies Translation<typeof en>;

export const filesText = { en, ko };
