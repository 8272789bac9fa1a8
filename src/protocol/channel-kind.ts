// The kinds of channel. Each declares its rules here, and nothing else asks for a kind by name to
// find a rule. A new kind is a name in `channelKind` and one entry in `channelKinds`.
import type { ChannelKind, HistoryAccess } from "./roles";
import type { NotifyLevel } from "./settings";

/**
 * The permissions of a kind. `domain/permission-sets.ts` has the data of `pair` and `group`. The
 * roles of a guild are rows, and `domain/guild-mirror.ts` makes its permissions from them.
 */
export type PermissionSetName = "pair" | "group" | "roles";

export interface ChannelKindRules {
  /**
   * Who its members are. `pair`: two fixed people, or one person for notes. The person who was
   * asked belongs to the channel before they accept. `managed`: members add, ask and remove others
   * and leave. Without members the channel is deleted. `groupsPerAccount` limits these channels.
   * `by_view`: the members of a guild who have the permission `view` in the channel.
   */
  roster: "pair" | "managed" | "by_view";
  /** Whether joins, leaves, role changes and renames are entries of the log. */
  hasNotices: boolean;
  /** What new members may read, unless the creator of a channel chooses otherwise. */
  history: HistoryAccess;
  /** What clients show of receipts. `state`: sent, delivered or read. `readers`: also by whom. */
  receipts: "state" | "readers";
  /** Whose inbox learns of new entries. */
  fanOut: "every_member";
  notifications: {
    /** The notify level of members who have not chosen one. See `defaultNotifyLevel`. */
    level: NotifyLevel;
    /**
     * Which messages notify at once and urgently. Others wait for `pushEveryMs` after the last
     * notification.
     */
    atOnce: "every_message" | "mentions";
  };
  permissionSet: PermissionSetName;
  /**
   * Whether a call rings for the other members: also if the caller does not ask for it, or never.
   */
  rings: "always" | "if_asked" | "never";
}

export const channelKinds: Readonly<Record<ChannelKind, Readonly<ChannelKindRules>>> = {
  direct: {
    roster: "pair",
    hasNotices: false,
    history: "all",
    receipts: "state",
    fanOut: "every_member",
    notifications: { level: "all", atOnce: "every_message" },
    permissionSet: "pair",
    rings: "always",
  },
  group: {
    roster: "managed",
    hasNotices: true,
    history: "all",
    receipts: "readers",
    fanOut: "every_member",
    notifications: { level: "all", atOnce: "mentions" },
    permissionSet: "group",
    rings: "if_asked",
  },
  guild: {
    roster: "by_view",
    hasNotices: true,
    history: "all",
    receipts: "readers",
    fanOut: "every_member",
    notifications: { level: "all", atOnce: "mentions" },
    permissionSet: "roles",
    rings: "never",
  },
};
