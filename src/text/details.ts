// The details of a chat: managing the members of a group, leaving it, and its notifications.
import type { Translation } from "./language";

const en = {
  members: {
    manage: (name: string) => `Manage ${name}`,
    makeAdmin: "Make admin",
    makeMember: "Take admin away",
    handOver: "Hand the group over",
    handOverTitle: (name: string) => `Hand the group over to ${name}?`,
    handOverHint: "They become the owner, and you an admin. Only they can give it back.",
    remove: "Remove from group",
    removeTitle: (name: string) => `Remove ${name}?`,
    removeHint:
      "They can no longer read or write here, and invite links from before don’t let them back in. You can add them again.",
    inviteByLink: "Invite by link",
    pending: "Asked, not here yet",
    withdraw: (name: string) => `Withdraw the request to ${name}`,
    leave: "Leave group",
    leaveTitle: (name: string) => `Leave ${name}?`,
    leaveHint: "You can no longer read it, and need an invite to come back. Your own invite links end.",
    ownerLeaves: "You are the owner: hand the group over before you leave, or somebody else takes it over.",
  },
  notifications: {
    title: "Notifications",
    level: "Tell me of",
    levels: { all: "All messages", mentions: "Mentions", nothing: "Nothing" },
    mute: "Mute",
    unmute: "Unmute",
    hint: "A muted chat sends no notifications, and doesn’t count as unread in the title unless somebody mentions you.",
    until: (when: string) => `Muted until ${when}`,
    forGood: "Muted for good",
    forHours: (hours: number) => `For ${hours} ${hours === 1 ? "hour" : "hours"}`,
    untilTomorrow: (hour: number) => `Until tomorrow, ${hour}:00`,
    forever: "For good",
  },
};

const ko = {
  members: {
    manage: (name: string) => `${name} 님 관리`,
    makeAdmin: "관리자로 지정",
    makeMember: "관리자 해제",
    handOver: "그룹 넘겨주기",
    handOverTitle: (name: string) => `${name} 님에게 그룹을 넘겨줄까요?`,
    handOverHint: "상대가 소유자가 되고 나는 관리자가 돼요. 되돌리는 건 새 소유자만 할 수 있어요.",
    remove: "그룹에서 내보내기",
    removeTitle: (name: string) => `${name} 님을 내보낼까요?`,
    removeHint: "더 이상 여기서 읽거나 쓸 수 없고, 전에 만든 초대 링크로도 들어올 수 없어요. 다시 추가할 수 있어요.",
    inviteByLink: "링크로 초대",
    pending: "아직 답하지 않은 사람",
    withdraw: (name: string) => `${name} 님에게 보낸 요청 취소`,
    leave: "그룹 나가기",
    leaveTitle: (name: string) => `나갈까요? ${name}`,
    leaveHint: "더 이상 읽을 수 없고, 다시 들어오려면 초대가 필요해요. 내가 만든 초대 링크도 끝나요.",
    ownerLeaves: "지금 소유자예요. 나가기 전에 그룹을 넘겨주세요. 그냥 나가면 다른 사람이 맡게 돼요.",
  },
  notifications: {
    title: "알림",
    level: "알림을 받을 메시지",
    levels: { all: "모든 메시지", mentions: "언급만", nothing: "받지 않음" },
    mute: "잠시 끄기",
    unmute: "다시 켜기",
    hint: "알림을 끈 대화는 알림을 보내지 않고, 나를 언급할 때만 읽지 않은 수에 더해져요.",
    until: (when: string) => `${when}까지 알림 꺼짐`,
    forGood: "알림을 계속 꺼 둠",
    forHours: (hours: number) => `${hours}시간 동안`,
    untilTomorrow: (hour: number) => `내일 오전 ${hour}시까지`,
    forever: "계속",
  },
} satisfies Translation<typeof en>;

export const detailsText = { en, ko };
