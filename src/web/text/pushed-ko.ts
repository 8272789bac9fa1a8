import type { Words } from "./en";
import type { pushedEn } from "./pushed-en";

export const pushedKo = {
  fresh: (count: number) => `새 메시지 ${count > 99 ? "99+" : count}개`,
  freshForMe: "나를 언급한 메시지가 있어요",
  calls: (author: string, text: string) => `${author} 님이 나를 언급했어요: ${text}`,
  reply: "답장",
  write: "답장 쓰기",
  read: "읽음으로 표시",
  works: "알림이 잘 도착해요",
  worksHint: "놓친 메시지를 이 기기로 알려 드려요.",
  unknown: "Parley에 새 소식이 있어요.",
  notSent: "답장을 보내지 못했어요",
  notSentHint: (said: string) => `대화를 열어 다시 보내 주세요: ${said}`,
  notYours: "다른 계정의 알림이에요",
  notYoursHint: "지금은 다른 사람이 로그인해 있어 아무것도 하지 않았어요.",
  notRead: "읽음으로 표시하지 못했어요",
  notReadHint: "대화를 열거나 다시 시도해 주세요.",
} satisfies Words<typeof pushedEn>;
