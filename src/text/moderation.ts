// Moderation of servers: bans and time-outs.
import type { Translation } from "./language";

const hoursOf = (hours: number) => `${hours} ${hours === 1 ? "hour" : "hours"}`;
const daysOf = (days: number) => `${days} ${days === 1 ? "day" : "days"}`;

const en = {
  hours: hoursOf,
  days: daysOf,
  forever: "For ever",
  reason: "Reason",
  reasonHint: "Only moderators see it. Optional.",
  reasonInvalid: (max: number) => `At most ${max} characters.`,
  minutes: (minutes: number) => `${minutes} ${minutes === 1 ? "minute" : "minutes"}`,
  weeks: (weeks: number) => `${weeks} ${weeks === 1 ? "week" : "weeks"}`,
  timeOut: {
    open: "Time out",
    title: (name: string) => `Time ${name} out?`,
    hint: "They can read, but not write or react until it is over.",
    length: "Length",
    action: "Time out",
    end: "End the time-out",
    until: (when: string) => `Timed out until ${when}`,
    mine: (when: string) => `You are timed out. You can write again ${when}.`,
  },
  ban: {
    open: "Ban",
    title: (name: string) => `Ban ${name}?`,
    hint: "They leave the server at once and cannot come back until the ban ends or is lifted.",
    length: "Length",
    delete: "Delete their messages",
    deleteNone: "None",
    deleteLast: (span: string) => `Of the last ${span}`,
    action: "Ban",
  },
  bans: {
    none: "Nobody is banned.",
    until: (when: string) => `until ${when}`,
    forever: "for ever",
    by: (name: string) => `by ${name}`,
    lift: "Lift the ban",
    liftOf: (name: string) => `Lift the ban of ${name}`,
    lifted: (name: string) => `${name} can join again.`,
    find: "Search bans",
    nobody: "Nobody by that name is banned.",
  },
};

const ko = {
  hours: (hours: number) => `${hours}시간`,
  days: (days: number) => `${days}일`,
  forever: "계속",
  reason: "이유",
  reasonHint: "운영진만 볼 수 있어요. 비워 두어도 돼요.",
  reasonInvalid: (max: number) => `${max}자까지 쓸 수 있어요.`,
  minutes: (minutes: number) => `${minutes}분`,
  weeks: (weeks: number) => `${weeks}주`,
  timeOut: {
    open: "타임아웃",
    title: (name: string) => `${name} 님을 타임아웃할까요?`,
    hint: "끝날 때까지 읽을 수만 있고, 쓰거나 반응을 달 수 없어요.",
    length: "시간",
    action: "타임아웃",
    end: "타임아웃 끝내기",
    until: (when: string) => `${when}까지 타임아웃`,
    mine: (when: string) => `타임아웃 중이에요. ${when}부터 다시 쓸 수 있어요.`,
  },
  ban: {
    open: "차단",
    title: (name: string) => `${name} 님을 차단할까요?`,
    hint: "바로 서버에서 나가게 되고, 차단이 끝나거나 풀릴 때까지 다시 들어올 수 없어요.",
    length: "기간",
    delete: "쓴 메시지 삭제",
    deleteNone: "삭제하지 않음",
    deleteLast: (span: string) => `최근 ${span}`,
    action: "차단",
  },
  bans: {
    none: "차단된 사람이 없어요.",
    until: (when: string) => `${when}까지`,
    forever: "계속",
    by: (name: string) => `${name} 님이 차단`,
    lift: "차단 풀기",
    liftOf: (name: string) => `${name} 님의 차단 풀기`,
    lifted: (name: string) => `이제 ${name} 님이 다시 들어올 수 있어요.`,
    find: "차단 목록 검색",
    nobody: "그런 이름의 사람이 차단되어 있지 않아요.",
  },
} satisfies Translation<typeof en>;

export const moderationText = { en, ko };
