// The settings dialog, without notifications and without deleting the account.
import { limits } from "../protocol";
import type { Translation } from "./language";

/** How long a session may still be ended on chats that can be reached. */
const MINUTES = limits.pendingMs / 60_000;

const en = {
  title: "Settings",
  receipts: "Show others what I have read",
  receiptsHint: "Off: others no longer see how far you have read.",
  status: "My status",
  statusHint: "What others see of you. It holds on all of your devices.",
  statuses: { auto: "Automatic", dnd: "Do not disturb", invisible: "Invisible" },
  statusAutoHint: (minutes: number) =>
    `Online while you use Parley; away when you leave the page or don’t touch it for ${minutes} minutes.`,
  statusDndHint: "You get no notifications, and others see that you don’t want to be disturbed.",
  statusInvisibleHint: "Others see you as offline, and not when you are typing.",
  openTo: "Who needs no request",
  openToHint: "Who may write to you and add you to groups without asking first.",
  openToChoices: { everyone: "Everybody", shared: "People I share a chat with", nobody: "Nobody" },
  openToHints: {
    everyone: "Anybody who knows your handle can write to you at once.",
    shared: "Others send a request, and you decide.",
    nobody: "Everybody sends a request, also people in your groups.",
  },
  privacy: "Privacy",
  profile: "Profile",
  name: "Display name",
  handle: "Handle",
  otherHandle: "Choose another handle",
  otherHandleHint: (handle: string) =>
    `@${handle} can’t be used as a handle any more: in a message it means something else. You keep your account, your chats and your password, and sign in with the new handle.`,
  newHandle: "New handle",
  later: "Later",
  save: "Save",
  saved: "Saved",
  appearance: "Appearance",
  theme: "Theme",
  themeSystem: "System",
  themeLight: "Light",
  themeDark: "Dark",
  language: "Language",
  languageSystem: "System",
  password: "Password",
  currentPassword: "Current password",
  newPassword: "New password",
  changePassword: "Change password",
  passwordChanged: "Password changed. Your other sessions were signed out.",
  stillEnding: (chats: number) =>
    `Signed out. ${chats === 1 ? "One chat still has to close its connection" : `${chats} chats still have to close their connections`}. That takes up to a minute once they can be reached.`,
  sessions: "Sessions",
  sessionsHint: "Where you are signed in.",
  thisSession: "This session",
  lastSeen: (when: string) => `Active ${when}`,
  signedInAt: (when: string) => `since ${when}`,
  revoke: "Sign out",
  revokeOf: (agent: string) => `Sign out ${agent}`,
  unknownAgent: "Unknown device",
  signOut: "Sign out of Parley",
  signOutHint: "Drafts and unsent messages on this device are removed.",
  unsentTitle: "Discard unsent messages?",
  unsentHint: (count: number) =>
    count === 1
      ? "One message has not been sent yet. If you sign out now, it is lost."
      : `${count} messages have not been sent yet. If you sign out now, they are lost.`,
  unsentDiscard: "Discard and sign out",
};

const ko = {
  title: "설정",
  receipts: "읽은 곳을 다른 사람에게 보이기",
  receiptsHint: "끄면 내가 어디까지 읽었는지 다른 사람에게 보이지 않아요.",
  status: "내 상태",
  statusHint: "다른 사람에게 보이는 상태예요. 모든 기기에 적용돼요.",
  statuses: { auto: "자동", dnd: "방해 금지", invisible: "오프라인으로 표시" },
  statusAutoHint: (minutes: number) =>
    `Parley를 쓰는 동안 온라인이에요. 화면을 벗어나거나 ${minutes}분 동안 쓰지 않으면 자리 비움이 돼요.`,
  statusDndHint: "알림을 받지 않고, 방해받고 싶지 않다는 것을 다른 사람에게 알려요.",
  statusInvisibleHint: "다른 사람에게는 오프라인으로 보이고, 입력 중인 것도 보이지 않아요.",
  openTo: "요청 없이 연락할 수 있는 사람",
  openToHint: "먼저 요청하지 않고 메시지를 보내거나 그룹에 추가할 수 있는 사람이에요.",
  openToChoices: { everyone: "모두", shared: "함께하는 대화가 있는 사람", nobody: "아무도 없음" },
  openToHints: {
    everyone: "핸들을 아는 사람은 누구나 바로 연락할 수 있어요.",
    shared: "다른 사람은 요청을 보내고, 내가 결정해요.",
    nobody: "같은 그룹에 있는 사람도 요청을 보내야 해요.",
  },
  privacy: "개인정보",
  profile: "프로필",
  name: "표시 이름",
  handle: "핸들",
  otherHandle: "다른 핸들 고르기",
  otherHandleHint: (handle: string) =>
    `@${handle}은(는) 이제 핸들로 쓸 수 없어요. 메시지에서 다른 뜻이 되기 때문이에요. 계정과 대화와 비밀번호는 그대로이고, 새 핸들로 로그인해요.`,
  newHandle: "새 핸들",
  later: "나중에",
  save: "저장",
  saved: "저장했어요",
  appearance: "화면",
  theme: "테마",
  themeSystem: "시스템",
  themeLight: "밝게",
  themeDark: "어둡게",
  language: "언어",
  languageSystem: "시스템",
  password: "비밀번호",
  currentPassword: "현재 비밀번호",
  newPassword: "새 비밀번호",
  changePassword: "비밀번호 바꾸기",
  passwordChanged: "비밀번호를 바꿨어요. 다른 세션은 모두 로그아웃됐어요.",
  stillEnding: (chats: number) =>
    `로그아웃했어요. 대화 ${chats}곳에서 아직 연결을 닫는 중이에요. 연결할 수 있게 되면 ${MINUTES}분 안에 끝나요.`,
  sessions: "세션",
  sessionsHint: "로그인한 곳들이에요.",
  thisSession: "지금 이 세션",
  lastSeen: (when: string) => `${when} 활동`,
  signedInAt: (when: string) => `${when} 로그인`,
  revoke: "로그아웃",
  revokeOf: (agent: string) => `${agent} 로그아웃`,
  unknownAgent: "알 수 없는 기기",
  signOut: "Parley에서 로그아웃",
  signOutHint: "이 기기에 쓰던 글과 보내지 못한 메시지는 지워져요.",
  unsentTitle: "보내지 못한 메시지를 버릴까요?",
  unsentHint: (count: number) => `아직 보내지 못한 메시지가 ${count}개 있어요. 지금 로그아웃하면 사라져요.`,
  unsentDiscard: "버리고 로그아웃",
} satisfies Translation<typeof en>;

export const settingsText = { en, ko };
