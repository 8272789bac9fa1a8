// The messages that the seed script sends.

export const english = [
  "Morning! Did the deploy go through?",
  "It did, at 07:40. **Zero** errors so far.",
  "Then I owe you a coffee ☕",
  "Make it two: `kill -9` in the middle of it, and nothing was lost.",
  "Could somebody look at the draft before noon?",
  "Reading it now. The second paragraph says the same thing twice.",
  "> the second paragraph\n\nCut it.",
  "The train is late again, I will join from the platform.",
  "Here is the list:\n- tickets\n- badges\n- the *good* markers",
  "Who has the key to the meeting room?",
  "Under the plant. As always.",
  '```ts\nconst answer = await channel.send("still here");\n```',
];

export const korean = [
  "좋은 아침이에요! 오늘 회의는 세 시 맞죠?",
  "네, 3층 회의실이에요. 자료는 제가 준비할게요.",
  "감사합니다 🙏 혹시 늦으면 먼저 시작하세요.",
  "점심 뭐 먹을까요? 김치찌개 어때요?",
  "좋아요. 열두 시에 로비에서 만나요.",
  "방금 문서를 고쳤어요. **두 번째 문단**을 다시 봐 주세요.",
  "확인했어요. 훨씬 읽기 좋네요!",
  "비가 온대요. 우산 챙기세요 ☔",
  "이번 주 금요일에 배포합니다. 준비됐나요?",
  "그럼요. 아무것도 잃어버리지 않을 거예요.",
];

/** Returns the line at an index, starting again from the first line after the last. */
export const lineOf = (lines: readonly string[], at: number): string => lines[at % lines.length] ?? "";
