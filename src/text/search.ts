// The search: what can be typed and what was found.
import type { Translation } from "./language";

const en = {
  results: "Search results",
  order: "Order",
  newest: "Newest",
  relevance: "Best match",
  inChat: (name: string) => `In ${name}`,
  everywhere: "Search all chats",
  searching: "Searching…",
  found: (count: number) => `${count} ${count === 1 ? "message" : "messages"} found`,
  foundSome: (count: number) => `The first ${count} messages`,
  nothing: "No message found",
  nothingHint: "Try fewer or other words, or a beginning such as har*.",
  again: "Search again",
  incomplete: (chats: number) =>
    `${chats === 1 ? "One chat" : `${chats} chats`} didn’t answer, so messages may be missing here.`,
  failed: "The search didn’t work",
  more: "Show more",
  moreFailed: "The rest couldn’t be loaded.",
  inThread: "In a thread",
  startTitle: "What was it again?",
  startHint: "All of your words have to be in the message.",
  hints: {
    phrase: "these words, as they stand",
    prefix: "words that begin like this",
    from: "by this person, or by me",
    has: "with a picture, any file, or a link",
    in: "in this chat",
    before: "before or after a day",
    without: "without this word, or not by this person",
  },
};

const ko = {
  results: "검색 결과",
  order: "정렬",
  newest: "최신순",
  relevance: "정확도순",
  inChat: (name: string) => `${name}에서`,
  everywhere: "모든 대화에서 검색",
  searching: "검색하는 중…",
  found: (count: number) => `메시지 ${count}개를 찾았어요`,
  foundSome: (count: number) => `먼저 찾은 메시지 ${count}개`,
  nothing: "찾은 메시지가 없어요",
  nothingHint: "단어를 줄이거나 바꿔 보세요. har*처럼 앞부분만 써도 돼요.",
  again: "다시 검색",
  incomplete: (chats: number) => `대화 ${chats}개를 다 찾아보지 못해서 빠진 메시지가 있을 수 있어요.`,
  failed: "검색하지 못했어요",
  more: "더 보기",
  moreFailed: "나머지를 불러오지 못했어요.",
  inThread: "스레드에서",
  startTitle: "무슨 이야기였더라?",
  startHint: "입력한 단어가 모두 들어 있는 메시지를 찾아요.",
  hints: {
    phrase: "적은 그대로 이어진 말",
    prefix: "이렇게 시작하는 단어",
    from: "이 사람이나 내가 쓴 메시지",
    has: "사진, 파일, 링크가 있는 메시지",
    in: "이 대화에서만",
    before: "이 날짜보다 앞이나 뒤",
    without: "이 단어가 없거나 이 사람이 쓰지 않은 메시지",
  },
} satisfies Translation<typeof en>;

export const searchText = { en, ko };
