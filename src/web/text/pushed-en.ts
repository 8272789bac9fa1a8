/** What a notification says, besides the words of people. */
export const pushedEn = {
  fresh: (count: number) => (count === 1 ? "1 new message" : `${count > 99 ? "99+" : count} new messages`),
  freshForMe: "Somebody mentioned you",
  calls: (author: string, text: string) => `${author} mentioned you: ${text}`,
  reply: "Reply",
  write: "Write a reply",
  read: "Mark as read",
  works: "Notifications work",
  worksHint: "This device is told of messages you miss.",
  unknown: "There is something new in Parley.",
  notSent: "Your reply wasn’t sent",
  notSentHint: (said: string) => `Open the chat to try again: ${said}`,
  notYours: "This was for another account",
  notYoursHint: "Somebody else is signed in here now, so nothing was done.",
  notRead: "This couldn’t be marked as read",
  notReadHint: "Open the chat, or try again.",
};
