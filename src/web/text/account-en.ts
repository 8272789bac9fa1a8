/** What is kept of somebody, and the end of an account. */
export const accountEn = {
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
