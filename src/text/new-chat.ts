// Starting a chat: finding a person by handle.
import type { Translation } from "./language";

const en = {
  title: "New chat",
  handle: "Handle",
  hint: "Type the whole handle of the person you want to talk to.",
  nobody: (handle: string) => `Nobody goes by @${handle}`,
  nobodyHint: "Handles are spelled exactly. Ask the person for theirs.",
  searching: "Looking…",
  open: "Open chat",
  self: "That’s you. Open your notes.",
  orLink: "They have no handle yet? Send them a link to a chat with you.",
  myLink: "My invite link",
};

const ko = {
  title: "새 대화",
  handle: "핸들",
  hint: "이야기하고 싶은 사람의 핸들을 끝까지 입력해 주세요.",
  nobody: (handle: string) => `@${handle} 핸들을 쓰는 사람이 없어요`,
  nobodyHint: "철자가 정확히 같아야 해요. 상대에게 핸들을 물어보세요.",
  searching: "찾는 중…",
  open: "대화 열기",
  self: "내 핸들이에요. 나에게 쓰기를 열어요.",
  orLink: "아직 핸들이 없는 사람이라면 나와 대화하는 링크를 보내 주세요.",
  myLink: "내 초대 링크",
} satisfies Translation<typeof en>;

export const newChatText = { en, ko };
