// Voice messages: recording, listening, sending.
import type { Translation } from "./language";

const en = {
  record: "Record a voice message",
  recording: "Recording a voice message",
  starting: "Waiting for the microphone…",
  level: "Level of your microphone",
  elapsed: (time: string) => `Recorded: ${time}`,
  stop: "Stop and listen",
  cancel: "Discard the recording",
  send: "Send the voice message",
  close: "Close",
  again: "Try again",
  play: "Play",
  pause: "Pause",
  position: "Position",
  at: (position: string, duration: string) => `${position} of ${duration}`,
  speed: (rate: string) => `Speed: ${rate}×`,
  message: (duration: string) => `Voice message, ${duration}`,
  unplayable: "This browser can’t play this voice message.",
  fileName: "voice message",
  problems: {
    refused: "The microphone is blocked. Allow it for this page in your browser, then try again.",
    missing: "There is no microphone on this device.",
    busy: "The microphone can’t be used. Another program may be using it.",
    unsupported: "This browser can’t record voice messages.",
    tooShort: "That was too short. Nothing was recorded.",
  },
};

const ko = {
  record: "음성 메시지 녹음",
  recording: "음성 메시지 녹음 중",
  starting: "마이크를 기다리는 중…",
  level: "마이크 소리 크기",
  elapsed: (time: string) => `녹음 시간: ${time}`,
  stop: "멈추고 들어 보기",
  cancel: "녹음 지우기",
  send: "음성 메시지 보내기",
  close: "닫기",
  again: "다시 시도",
  play: "재생",
  pause: "일시정지",
  position: "재생 위치",
  at: (position: string, duration: string) => `${duration} 중 ${position}`,
  speed: (rate: string) => `속도: ${rate}배`,
  message: (duration: string) => `음성 메시지, ${duration}`,
  unplayable: "이 브라우저에서는 음성 메시지를 재생할 수 없어요.",
  fileName: "음성 메시지",
  problems: {
    refused: "마이크가 차단되어 있어요. 브라우저에서 이 페이지에 마이크를 허용한 뒤 다시 시도해 주세요.",
    missing: "이 기기에 마이크가 없어요.",
    busy: "마이크를 사용할 수 없어요. 다른 프로그램이 쓰고 있을 수 있어요.",
    unsupported: "이 브라우저에서는 음성 메시지를 녹음할 수 없어요.",
    tooShort: "너무 짧아서 녹음되지 않았어요.",
  },
} satisfies Translation<typeof en>;

export const voiceText = { en, ko };
