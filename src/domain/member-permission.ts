// Decides who may change the members of a group. Only a member of a higher rank can remove a
// member. Only the owner appoints admins and hands the group over.
import type { ChannelKind, Role } from "../protocol";
import { ChatError } from "./error";
import { requirePermission } from "./permission";

export type MemberChange =
  | { kind: "add"; role: Role }
  | { kind: "assign"; from: Role; to: Role }
  | { kind: "remove"; role: Role }
  | { kind: "leave" };

const rank: Record<Role, number> = { member: 0, admin: 1, owner: 2 };

/** Throws `channel_is_direct` or `forbidden`. `mine` is the role of the caller. */
export function authoriseMemberChange(kind: ChannelKind, mine: Role, change: MemberChange): void {
  if (kind === "direct") throw new ChatError("channel_is_direct");
  switch (change.kind) {
    case "leave":
      return;
    case "add":
      requirePermission(kind, mine, "invite");
      if (change.role !== "member" && mine !== "owner")
        throw new ChatError("forbidden", "only the owner can add admins");
      if (change.role === "owner") throw new ChatError("forbidden", "add the member first, then hand over the group");
      return;
    case "assign":
      if (mine !== "owner") throw new ChatError("forbidden", "only the owner can assign roles");
      return;
    case "remove":
      requirePermission(kind, mine, "manage");
      if (rank[change.role] >= rank[mine])
        throw new ChatError("forbidden", "only a member of a lower rank can be removed");
  }
}
