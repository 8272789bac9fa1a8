// Signing in and creating an account.
import type { Translation } from "./language";

const en = {
  promise: "Say it once. It arrives.",
  promiseHint: "Conversations that keep their order and lose nothing, wherever you are.",
  titleIn: "Welcome back",
  titleNew: "Create your account",
  handle: "Handle",
  handleHint: "What people find you by: letters, digits, dots, dashes.",
  name: "Display name",
  password: "Password",
  passwordHint: (min: number) => `At least ${min} characters. A few words work well.`,
  reveal: "Show characters",
  conceal: "Hide characters",
  signIn: "Sign in",
  create: "Create account",
  working: "One moment…",
  toCreate: "New to Parley?",
  toSignIn: "Have an account already?",
  closed: "This server takes no new accounts.",
  byInvite: "To make an account here, open an invite link first.",
  ended: "You were signed out",
  endedHint: "This session was ended from another device, or it expired. Your drafts are still here.",
  handleInvalid: (min: number, max: number) =>
    `Use ${min} to ${max} letters, digits, dots, dashes or underscores, with a letter or digit at both ends.`,
  handleEmpty: "Enter your handle.",
  nameInvalid: (max: number) => `Enter a name of up to ${max} characters.`,
  passwordShort: (min: number) => `Use at least ${min} characters.`,
  passwordEmpty: "Enter your password.",
};

const ko = {
  promise: "한 번 말하면, 반드시 닿아요.",
  promiseHint: "어디에 있든 순서가 지켜지고, 아무것도 잃지 않는 대화.",
  titleIn: "다시 만나 반가워요",
  titleNew: "계정 만들기",
  handle: "핸들",
  handleHint: "사람들이 나를 찾는 이름이에요. 영문자, 숫자, 점, 붙임표를 쓸 수 있어요.",
  name: "표시 이름",
  password: "비밀번호",
  passwordHint: (min: number) => `${min}자 이상. 단어 몇 개를 이어 쓰면 좋아요.`,
  reveal: "입력한 글자 보기",
  conceal: "입력한 글자 숨기기",
  signIn: "로그인",
  create: "가입하기",
  working: "잠시만요…",
  toCreate: "Parley가 처음인가요?",
  toSignIn: "이미 계정이 있나요?",
  closed: "이 서버는 새 계정을 받지 않아요.",
  byInvite: "계정을 만들려면 먼저 초대 링크를 열어 주세요.",
  ended: "로그아웃되었어요",
  endedHint: "다른 기기에서 이 세션을 끝냈거나 만료됐어요. 쓰던 글은 그대로 남아 있어요.",
  handleInvalid: (min: number, max: number) =>
    `영문자나 숫자로 시작하고 끝나게 ${min}~${max}자로 써 주세요. 점, 붙임표, 밑줄도 쓸 수 있어요.`,
  handleEmpty: "핸들을 입력해 주세요.",
  nameInvalid: (max: number) => `이름을 ${max}자 이내로 입력해 주세요.`,
  passwordShort: (min: number) => `${min}자 이상 입력해 주세요.`,
  passwordEmpty: "비밀번호를 입력해 주세요.",
} satisfies Translation<typeof en>;

export const signInText = { en, ko };
