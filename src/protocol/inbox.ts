// The inbox: what a person's channel list shows of each channel. Rows of one channel are ordered by
// (life, head, read): the higher one is newer.
import * as z from "zod";
import { channelId, commandId, position, time, userId } from "./ids";
import { limits } from "./limits";
import { presenceMode } from "./presence";
import { notificationSettings } from "./push";
import { channelLevel, draft, mute } from "./settings";

export const preview = z.object({ author: userId, text: z.string(), at: time });

export const inboxRow = z
  .object({
    channel: channelId,
    /** Which life of the log: it rises when an operator restores an earlier state, and then the head may be lower than it was. */
    life: z.int().min(1).default(1),
    /** Last entry of the channel's log. */
    head: position,
    /** The newest message that is not deleted. */
    preview: preview.nullable(),
    /** My read mark. */
    read: position,
    /** Where I set the channel to unread again; null where I did not. */
    unreadFrom: position.nullable(),
    /** Messages of others after my mark, counted up to `unreadMax`. */
    unread: z.int().min(0).max(limits.unreadMax),
    /** Those of them that call me. */
    mentions: z.int().min(0).max(limits.unreadMax),
    /** When the channel was last active: what a list is sorted by. */
    at: time,
  })
  .meta({ id: "InboxRow", description: "A channel as its member's list shows it." });

/** Rows that changed. As an answer to `inbox.sync` it carries the command's id and the cursor to sync from next time; live, neither. */
export const inboxFrame = z.object({
  type: z.literal("inbox"),
  id: commandId.optional(),
  rows: z.array(inboxRow),
  /** Channels that are no longer mine. */
  gone: z.array(channelId).optional(),
  /** What I began to write that changed: an empty text is none. */
  drafts: z.array(draft).optional(),
  /** Channels whose silence changed. */
  mutes: z.array(mute).optional(),
  /** Channels of which I want to be told more, or less, than before. */
  levels: z.array(channelLevel).optional(),
  /** What I want to be seen as, where that changed. */
  presence: presenceMode.optional(),
  /** How I am told, where that changed. */
  notifications: notificationSettings.optional(),
  version: position.optional(),
  /** True where another `inbox.sync` from `version` brings more. */
  more: z.boolean(),
});

export type Preview = z.infer<typeof preview>;
export type InboxRow = z.infer<typeof inboxRow>;
export type InboxFrame = z.infer<typeof inboxFrame>;
