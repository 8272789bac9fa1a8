// The texts of messages: Korean, emoji of several code points, long texts, several lines.
import type { SeededRandom } from "../kit/seeded-random.ts";

const beginnings = [
  "오늘 회의는 세 시로 옮겼어요",
  "점심 뭐 먹을까요? 김치찌개 🍲 어때요",
  "안녕하세요 👋🏽 잘 지내시죠?",
  "Could you look at the draft before five?",
  "배포가 끝났습니다 🎉 확인 부탁드려요",
  "가족 사진 👨‍👩‍👧‍👦 보냈어요 ❤️‍🔥",
  "the train is late — naïve café façade",
  "ㅋㅋㅋㅋ 그건 좀 아닌 것 같은데 😅",
  "두 줄입니다\n둘째 줄  여기까지",
  "🇰🇷🇰🇷 대한민국!",
];
const LONG = 20;

/** Every text is unique by its `mark`. */
export function composeText(random: SeededRandom, mark: string): string {
  const text = `${random.pick(beginnings)} ${mark}`;
  return random.chance(1 / LONG) ? `${text} ${"길고 긴 이야기 📚 that goes on ".repeat(LONG)}` : text;
}
