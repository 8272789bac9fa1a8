// Forwarding a message to other chats.
import type { Translation } from "./language";

const en = {
  forward: "Forward",
  forwarded: "Forwarded",
  title: "Forward message",
  search: "Search chats and people",
  targets: "Where to forward it",
  none: "No chat goes by that name.",
  comment: "Add a message",
  commentHint: "It is sent after the forwarded message.",
  send: (count: number) => (count > 1 ? `Forward to ${count}` : "Forward"),
  tooMany: (most: number) => `At most ${most} chats at once.`,
  failed: (names: string) => `Not forwarded to ${names}. You may not be allowed to write or to send files there.`,
  partly: (count: number) => (count === 1 ? "Forwarded to the other one." : `Forwarded to the other ${count}.`),
  unavailable: "The message could not be forwarded. Check your connection.",
};

const ko = {
  forward: "전달",
  forwarded: "전달된 메시지",
  title: "메시지 전달",
  search: "대화와 사람 검색",
  targets: "전달할 곳",
  none: "그런 이름의 대화가 없어요.",
  comment: "메시지 덧붙이기",
  commentHint: "전달한 메시지 다음에 보내져요.",
  send: (count: number) => (count > 1 ? `${count}곳에 전달` : "전달"),
  tooMany: (most: number) => `한 번에 ${most}곳까지 전달할 수 있어요.`,
  failed: (names: string) => `전달하지 못한 곳: ${names}. 그곳에 메시지를 쓰거나 파일을 보낼 권한이 없을 수 있어요.`,
  partly: (count: number) => `나머지 ${count}곳에는 전달했어요.`,
  unavailable: "메시지를 전달하지 못했어요. 연결을 확인해 주세요.",
} satisfies Translation<typeof en>;

export const forwardText = { en, ko };
