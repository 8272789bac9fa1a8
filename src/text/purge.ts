// The deletion of what a person sent lately. Loaded with its dialog.
import type { Translation } from "./language";

const messages = (count: number) => `${count} ${count === 1 ? "message" : "messages"}`;
const channels = (count: number) => `${count} ${count === 1 ? "channel" : "channels"}`;
const DAY_HOURS = 24;

const en = {
  title: (name: string) => `Delete messages of ${name}?`,
  hint: "Their messages and files of this time are gone for everybody. This cannot be undone.",
  where: "Where",
  here: "In this channel",
  everywhere: "In the whole server",
  when: "Sent in",
  last: (hours: number) => {
    if (hours === 1) return "The last hour";
    return hours > DAY_HOURS ? `The last ${hours / DAY_HOURS} days` : `The last ${hours} hours`;
  },
  action: "Delete",
  done: (count: number, places: number) => `${messages(count)} deleted in ${channels(places)}.`,
  none: "There was no message of this time.",
  left: (count: number) => `${channels(count)} will follow within minutes.`,
  close: "Done",
};

const ko = {
  title: (name: string) => `${name} 님의 메시지를 삭제할까요?`,
  hint: "이 시간 동안 보낸 메시지와 파일이 모두에게서 사라져요. 되돌릴 수 없어요.",
  where: "어디에서",
  here: "이 채널에서",
  everywhere: "서버 전체에서",
  when: "보낸 시간",
  last: (hours: number) => (hours > DAY_HOURS ? `최근 ${hours / DAY_HOURS}일` : `최근 ${hours}시간`),
  action: "삭제",
  done: (count: number, places: number) => `채널 ${places}개에서 메시지 ${count}개를 삭제했어요.`,
  none: "이 시간에 보낸 메시지가 없었어요.",
  left: (count: number) => `채널 ${count}개는 곧 이어서 삭제돼요.`,
  close: "확인",
} satisfies Translation<typeof en>;

export const purgeText = { en, ko };
