import type { Words } from "./en";
import type { muteEn } from "./mute-en";

export const muteKo = {
  title: "알림",
  level: "알림을 받을 메시지",
  levels: { all: "모든 메시지", mentions: "언급만", nothing: "받지 않음" },
  mute: "잠시 끄기",
  unmute: "다시 켜기",
  hint: "알림을 끈 대화는 알림을 보내지 않고, 나를 언급할 때만 읽지 않은 수에 더해져요.",
  until: (when: string) => `${when}까지 알림 꺼짐`,
  forGood: "알림을 계속 꺼 둠",
  lengths: { hour: "1시간 동안", workday: "8시간 동안", tomorrow: "내일 오전 8시까지", forever: "계속" },
} satisfies Words<typeof muteEn>;
