import type { Words } from "./en";
import type { managingEn } from "./managing-en";

export const managingKo = {
  manage: (name: string) => `${name} 님 관리`,
  makeAdmin: "관리자로 지정",
  makeMember: "관리자 해제",
  handOver: "그룹 넘겨주기",
  handOverTitle: (name: string) => `${name} 님에게 그룹을 넘겨줄까요?`,
  handOverHint: "상대가 소유자가 되고 나는 관리자가 돼요. 되돌리는 건 새 소유자만 할 수 있어요.",
  remove: "그룹에서 내보내기",
  removeTitle: (name: string) => `${name} 님을 내보낼까요?`,
  removeHint: "더 이상 여기서 읽거나 쓸 수 없어요. 다시 추가할 수 있어요.",
  leave: "그룹 나가기",
  leaveTitle: (name: string) => `나갈까요? ${name}`,
  leaveHint: "더 이상 읽을 수 없고, 다시 들어오려면 누군가 추가해 줘야 해요.",
  ownerLeaves: "지금 소유자예요. 나가기 전에 그룹을 넘겨주세요. 그냥 나가면 다른 사람이 맡게 돼요.",
} satisfies Words<typeof managingEn>;
