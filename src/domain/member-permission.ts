// Decides who may change a group and its members. Only a member of a higher rank can remove a
// member. Only the owner appoints admins, hands the group over and deletes it. The directory
// derives the conditions of its batches from `permittedPairs`, so that this file is the only place
// that holds the rules.
import { type ChannelKind, channelKinds, type Role, role } from "../protocol";
import { ChatError } from "./error";
import { isOwner, rankOf } from "./permission";
import { memberWith, permissionsOf, requirePermission, rulesFor } from "./permission-sets";

/** A change of a group. Its roles are those before the change. */
export type GroupChange =
  | { kind: "add"; role: Role }
  | { kind: "assign"; from: Role; to: Role }
  | { kind: "remove"; role: Role }
  | { kind: "leave" }
  /** Changes the name or the topic. */
  | { kind: "edit" }
  | { kind: "delete" };

/**
 * Throws `channel_is_direct`, `channel_of_guild` or `forbidden`. `mine` is the role of the caller.
 */
export function authoriseGroupChange(kind: ChannelKind, mine: Role, change: GroupChange): void {
  const { roster } = channelKinds[kind];
  if (roster === "pair") throw new ChatError("channel_is_direct");
  if (roster === "by_view") throw new ChatError("channel_of_guild");
  const permissions = permissionsOf(kind, mine);
  const rules = rulesFor(kind);
  const ownsGroup = isOwner(rules, memberWith(mine));
  switch (change.kind) {
    case "leave":
      return;
    case "add":
      requirePermission(permissions, "invite");
      if (change.role !== "member" && !ownsGroup) throw new ChatError("forbidden", "only the owner can add admins");
      if (change.role === "owner") throw new ChatError("forbidden", "add the member first, then hand over the group");
      return;
    case "assign":
      if (!ownsGroup) throw new ChatError("forbidden", "only the owner can assign roles");
      if (change.from === "owner") throw new ChatError("forbidden", "make another member the owner instead");
      return;
    case "remove":
      requirePermission(permissions, "manage");
      if (rankOf(rules, memberWith(change.role)) >= rankOf(rules, memberWith(mine)))
        throw new ChatError("forbidden", "only a member of a lower rank can be removed");
      return;
    case "edit":
      requirePermission(permissions, "manage");
      return;
    case "delete":
      requirePermission(permissions, "manage");
      if (!ownsGroup) throw new ChatError("forbidden", "only the owner can delete a group");
  }
}

/** The role of the caller, and the role that the changed member has before the change. */
export type RolePair = readonly [mine: Role, theirs: Role];

/** Returns the pairs of roles for which a change of another member is permitted in a group. */
export function permittedPairs(changeOf: (theirs: Role) => GroupChange): RolePair[] {
  const roles = role.options;
  const pairs = roles.flatMap((mine) => roles.map((theirs): RolePair => [mine, theirs]));
  return pairs.filter(([mine, theirs]) => isAuthorised(mine, changeOf(theirs)));
}

/** Returns the roles of the caller for which a change is permitted in a group. */
export const permittedRoles = (change: GroupChange): Role[] =>
  role.options.filter((mine) => isAuthorised(mine, change));

function isAuthorised(mine: Role, change: GroupChange): boolean {
  try {
    authoriseGroupChange("group", mine, change);
    return true;
  } catch (error) {
    if (error instanceof ChatError) return false;
    throw error;
  }
}
