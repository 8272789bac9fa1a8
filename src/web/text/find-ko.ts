import type { Words } from "./en";
import type { findEn } from "./find-en";

export const findKo = {
  title: "새 대화",
  handle: "핸들",
  hint: "이야기하고 싶은 사람의 핸들을 끝까지 입력해 주세요.",
  nobody: (handle: string) => `@${handle} 핸들을 쓰는 사람이 없어요`,
  nobodyHint: "철자가 정확히 같아야 해요. 상대에게 핸들을 물어보세요.",
  searching: "찾는 중…",
  open: "대화 열기",
  self: "내 핸들이에요. 나에게 쓰기를 열어요.",
} satisfies Words<typeof findEn>;
