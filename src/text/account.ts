// My data, and deleting an account.
import type { Translation } from "./language";

const en = {
  data: "My data",
  dataHint:
    "Everything Parley keeps of you as one JSON file: account, sessions, chats, drafts, and every message you wrote.",
  download: "Download my data",
  downloaded: "The download has begun.",
  erase: "Delete account",
  eraseHint: "There is no way back.",
  title: "Delete your account?",
  goes: "What goes, at once and for good",
  goesName: "Your name, your handle’s profile and your sign-in, on all devices.",
  goesMessages: "The text of every message you wrote, also in chats you left. A mark that something was deleted stays.",
  goesGroups: "Your place in your groups. A group you own is handed to somebody else.",
  stays: "What stays",
  staysChats:
    "Chats between you and one other person stay with them: their own messages, and “Deleted account” for you.",
  staysCopies: "What others have copied or downloaded, and backups until they expire.",
  staysHandle: (handle: string, days: number) =>
    `The handle @${handle} is taken for ${days} days, so that nobody passes for you.`,
  exportFirst: "Download your data first if you want to keep any of it.",
  password: "Your password",
  understand: "I understand that this can’t be undone",
  notConfirmed: "Tick the box to go on.",
  confirm: "Delete my account for good",
};

const ko = {
  data: "내 데이터",
  dataHint:
    "Parley가 보관하는 내 모든 것을 JSON 파일 하나로 받아요. 계정, 세션, 대화, 초안, 내가 쓴 모든 메시지가 들어 있어요.",
  download: "내 데이터 내려받기",
  downloaded: "내려받기를 시작했어요.",
  erase: "계정 삭제",
  eraseHint: "한 번 삭제하면 되돌릴 수 없어요.",
  title: "계정을 삭제할까요?",
  goes: "바로, 영구히 사라지는 것",
  goesName: "내 이름과 프로필, 모든 기기의 로그인.",
  goesMessages: "내가 쓴 모든 메시지의 내용. 나간 대화에 쓴 것도 사라지고, 삭제됐다는 표시만 남아요.",
  goesGroups: "그룹에서의 내 자리. 내가 소유한 그룹은 다른 사람에게 넘어가요.",
  stays: "남는 것",
  staysChats: "일대일 대화는 상대에게 남아요. 상대가 쓴 메시지는 그대로 있고, 나는 ‘삭제된 계정’으로 보여요.",
  staysCopies: "다른 사람이 복사하거나 내려받은 내용과, 만료되기 전까지의 백업.",
  staysHandle: (handle: string, days: number) =>
    `@${handle} 핸들은 ${days}일 동안 아무도 쓸 수 없어요. 다른 사람이 나인 척하지 못하게 하기 위해서예요.`,
  exportFirst: "남겨 두고 싶은 것이 있다면 먼저 데이터를 내려받으세요.",
  password: "내 비밀번호",
  understand: "되돌릴 수 없다는 것을 이해했어요",
  notConfirmed: "계속하려면 확인란을 선택해 주세요.",
  confirm: "계정을 영구히 삭제",
} satisfies Translation<typeof en>;

export const accountText = { en, ko };
