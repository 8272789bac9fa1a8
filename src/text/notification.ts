// The texts of notifications: those of the browser's service worker and those sent through APNs.
import { cappedCount } from "./count";
import type { Translation } from "./language";

const en = {
  newMessages: (count: number) => `${cappedCount(count)} new ${count === 1 ? "message" : "messages"}`,
  mention: (author: string, text: string) => `${author} mentioned you: ${text}`,
  hiddenMention: "Somebody mentioned you",
  threadReply: (author: string, text: string) => `${author} replied in a thread: ${text}`,
  threadMention: (author: string, text: string) => `${author} mentioned you in a thread: ${text}`,
  hiddenThreadReply: "There is a new reply in a thread",
  reply: "Reply",
  replyPlaceholder: "Write a reply",
  markRead: "Mark as read",
  test: "Notifications work",
  testHint: "This device is told of messages you miss.",
  unknown: "There is something new in Parley.",
  incomingCall: "Incoming call",
  incomingVideoCall: "Incoming video call",
  incomingGroupCall: (caller: string) => `${caller} is calling`,
  missedCall: "Missed call",
  answerCall: "Answer",
  declineCall: "Decline",
  notSent: "Your reply wasn’t sent",
  notSentHint: (reply: string) => `Open the chat to try again: ${reply}`,
  otherAccount: "This was for another account",
  otherAccountHint: "Somebody else is signed in here now, so nothing was done.",
  notRead: "This couldn’t be marked as read",
  notReadHint: "Open the chat, or try again.",
};

const ko = {
  newMessages: (count: number) => `새 메시지 ${cappedCount(count)}개`,
  mention: (author: string, text: string) => `${author} 님이 나를 언급했어요: ${text}`,
  hiddenMention: "나를 언급한 메시지가 있어요",
  threadReply: (author: string, text: string) => `${author} 님이 스레드에 답글을 남겼어요: ${text}`,
  threadMention: (author: string, text: string) => `${author} 님이 스레드에서 나를 언급했어요: ${text}`,
  hiddenThreadReply: "스레드에 새 답글이 있어요",
  reply: "답장",
  replyPlaceholder: "답장 쓰기",
  markRead: "읽음으로 표시",
  test: "알림이 잘 도착해요",
  testHint: "놓친 메시지를 이 기기로 알려 드려요.",
  unknown: "Parley에 새 소식이 있어요.",
  incomingCall: "전화가 왔어요",
  incomingVideoCall: "영상 통화가 왔어요",
  incomingGroupCall: (caller: string) => `${caller} 님이 전화를 걸었어요`,
  missedCall: "부재중 전화",
  answerCall: "받기",
  declineCall: "거절",
  notSent: "답장을 보내지 못했어요",
  notSentHint: (reply: string) => `대화를 열어 다시 보내 주세요: ${reply}`,
  otherAccount: "다른 계정의 알림이에요",
  otherAccountHint: "지금은 다른 사람이 로그인해 있어 아무것도 하지 않았어요.",
  notRead: "읽음으로 표시하지 못했어요",
  notReadHint: "대화를 열거나 다시 시도해 주세요.",
} satisfies Translation<typeof en>;

export const notificationText = { en, ko };
