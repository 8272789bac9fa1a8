// The list of requests.
import type { Translation } from "./language";

const en = {
  hint: "These people can’t reach you yet. Until you accept, they only see that you have not answered.",
  emptyTitle: "No requests",
  emptyHint: "When somebody has to ask before they write to you or add you to a group, you decide here.",
  direct: "Wants to write to you",
  group: (name: string) => `Asks you to join “${name}”`,
  noMessage: "No message yet",
  accept: "Accept",
  acceptOf: (name: string) => `Accept the request of ${name}`,
  decline: "Decline",
  declineOf: (name: string) => `Decline the request of ${name}`,
  declineTitle: (name: string) => `Decline the request of ${name}?`,
  declineHint: (name: string) =>
    `All requests of ${name} disappear, and they can’t ask you again. They aren’t told, but another try is refused. If you write to them later, that is undone.`,
};

const ko = {
  hint: "수락해야 나와 대화할 수 있는 사람들이에요. 수락하기 전까지는 아직 답하지 않은 것으로 보여요.",
  emptyTitle: "요청이 없어요",
  emptyHint: "요청이 필요한 사람이 메시지를 보내거나 그룹에 초대하면 여기에서 결정할 수 있어요.",
  direct: "대화를 요청했어요",
  group: (name: string) => `‘${name}’ 그룹에 초대했어요`,
  noMessage: "아직 메시지가 없어요",
  accept: "수락",
  acceptOf: (name: string) => `${name} 님의 요청 수락`,
  decline: "거절",
  declineOf: (name: string) => `${name} 님의 요청 거절`,
  declineTitle: (name: string) => `${name} 님의 요청을 거절할까요?`,
  declineHint: (name: string) =>
    `${name} 님의 요청이 모두 사라지고, 다시 요청할 수 없게 돼요. 거절했다고 알리지는 않지만, 다시 요청하면 받지 않는다고 나와요. 나중에 먼저 메시지를 보내면 거절이 취소돼요.`,
} satisfies Translation<typeof en>;

export const requestsText = { en, ko };
