import type { Dictionary } from "./en";

export const presenceKo = {
  online: "온라인",
  away: "자리 비움",
  dnd: "방해 금지",
  offline: "오프라인",
  seen: (when: string) => `${when}까지 있었어요`,
  seenNow: "방금까지 있었어요",
  writes: (name: string) => `${name} 님이 입력 중…`,
  bothWrite: (one: string, two: string) => `${one} 님, ${two} 님이 입력 중…`,
  manyWrite: "여러 명이 입력 중…",
} satisfies Dictionary["presence"];
