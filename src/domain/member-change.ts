// Who may change who is in a group. Ranks: nobody touches someone of their own rank or above, the owner alone names admins and hands over.
import type { ChannelKind, Role } from "../protocol";
import { ChatError } from "./error";
import { requirePermission } from "./permission";

export type MemberChange =
  | { kind: "add"; role: Role }
  | { kind: "assign"; from: Role; to: Role }
  | { kind: "remove"; role: Role }
  | { kind: "leave" };

const rank: Record<Role, number> = { member: 0, admin: 1, owner: 2 };

/** Throws `channel_is_direct` or `forbidden`. `mine` is the role of whoever asks. */
export function authoriseMemberChange(kind: ChannelKind, mine: Role, change: MemberChange): void {
  if (kind === "direct") throw new ChatError("channel_is_direct");
  switch (change.kind) {
    case "leave":
      return;
    case "add":
      requirePermission(kind, mine, "invite");
      if (change.role !== "member" && mine !== "owner") throw new ChatError("forbidden", "the owner names admins");
      if (change.role === "owner") throw new ChatError("forbidden", "add them first, then hand over");
      return;
    case "assign":
      if (mine !== "owner") throw new ChatError("forbidden", "the owner gives roles");
      return;
    case "remove":
      requirePermission(kind, mine, "manage");
      if (rank[change.role] >= rank[mine]) throw new ChatError("forbidden", "not someone of the same rank");
  }
}
