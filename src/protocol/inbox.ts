// The inbox: the channel list of a person. Of two rows of one channel, the one with the higher
// (epochNumber, head, read) is newer.
import * as z from "zod";
import { attachmentSummary } from "./attachment";
import { callEndReason } from "./calls";
import { channelId, commandId, guildId, position, seq, time, userId } from "./ids";
import { limits } from "./limits";
import { presenceMode } from "./presence";
import { notificationSettings } from "./push";
import { profile } from "./rest";
import { channelLevel, draft, mute, personBlock } from "./settings";

export const preview = z.object({
  author: userId,
  /** The beginning of the text. A message with attachments may have none. */
  text: z.string(),
  at: time,
  attachments: attachmentSummary.optional(),
});

/** A message below my read mark that I have not seen. */
export const unseenMessage = z.object({
  seq,
  /** The root of its thread; null outside of threads. */
  thread: seq.nullable(),
  /** Whether it mentions me. */
  mention: z.boolean(),
});

/**
 * A call that is on. A device that reads it asks with `call.roster` before it rings, because the
 * row may be old.
 */
export const inboxCall = z.object({
  call: seq,
  by: userId,
  startedAt: time,
  /** Whether it rings for me. */
  rings: z.boolean(),
});

/** A call that I missed. `seq` is that of its `call.ended` entry. */
export const missedCall = z.object({ seq, by: userId, at: time });

/** The last call, which is over. `seq` is that of its `call.ended` entry. */
export const lastCall = z.object({
  seq,
  by: userId,
  /** When it ended. */
  at: time,
  durationMs: z.int().min(0),
  rang: z.boolean(),
  reason: callEndReason,
  /** Whether I was in it. */
  joined: z.boolean(),
  /** Whether anyone but the one who started it was in it. */
  answered: z.boolean(),
});

export const inboxRow = z
  .object({
    channel: channelId,
    /**
     * The epoch number of the log. A restore raises it, and the head may then be lower than before.
     */
    epochNumber: z.int().min(1).default(1),
    /** The seq of the last entry of the channel's log. */
    head: position,
    /** The newest message that is not deleted. */
    preview: preview.nullable(),
    /** My read mark. */
    read: position,
    /** My unread-from mark; null if I set none. */
    unreadFrom: position.nullable(),
    /** The number of messages of others after my read mark, counted up to `unreadMax`. */
    unread: z.int().min(0).max(limits.unreadMax),
    /** The number of these unread messages that mention me. */
    mentions: z.int().min(0).max(limits.unreadMax),
    /** When the channel was last active. Lists are sorted by it. */
    at: time,
    /**
     * The messages below my read mark that I have not seen, ascending: replies of threads, and
     * messages that an edit made mention me. The newest `unseenMax`; left out if there are none.
     */
    unseen: z.array(unseenMessage).optional(),
    /** The call that is on; left out if there is none. */
    call: inboxCall.optional(),
    /** A call above my read mark that rang for me and that I did not take. Left out without one. */
    missed: missedCall.optional(),
    /** The last call, if it ended after the message of `preview`. Left out otherwise. */
    lastCall: lastCall.optional(),
    /** The guild of the channel; left out for direct channels and groups. */
    guild: guildId.optional(),
  })
  .meta({ id: "InboxRow", description: "A channel as its member's list shows it." });

/**
 * Rows that changed. The answer to `inbox.sync` has the command's id and the `version` for the next
 * sync. A live update has neither.
 */
export const inboxFrame = z.object({
  type: z.literal("inbox"),
  id: commandId.optional(),
  rows: z.array(inboxRow),
  /** Channels of which I am no longer a member. */
  gone: z.array(channelId).optional(),
  /** Profiles that changed, of people whom I know. Sent live only. */
  profiles: z.array(profile).optional(),
  /** My drafts that changed. A draft with an empty text was deleted. */
  drafts: z.array(draft).optional(),
  /** Mutes that changed. */
  mutes: z.array(mute).optional(),
  /** Notify levels that changed. */
  levels: z.array(channelLevel).optional(),
  /** People whom I have blocked or unblocked. */
  blocks: z.array(personBlock).optional(),
  /** My presence mode, if it changed. */
  presence: presenceMode.optional(),
  /** My notification settings, if they changed. */
  notifications: notificationSettings.optional(),
  /** Whether my list of requests changed. */
  requestsChanged: z.boolean().optional(),
  /** The guilds that changed, or that I joined or left. `GET /v1/guilds/{guild}` has the rest. */
  guildsChanged: z.array(guildId).optional(),
  version: position.optional(),
  /** Whether another `inbox.sync` from `version` brings more. */
  more: z.boolean(),
});

export type Preview = z.infer<typeof preview>;
export type UnseenMessage = z.infer<typeof unseenMessage>;
export type InboxCall = z.infer<typeof inboxCall>;
export type LastCall = z.infer<typeof lastCall>;
export type MissedCall = z.infer<typeof missedCall>;
export type InboxRow = z.infer<typeof inboxRow>;
export type InboxFrame = z.infer<typeof inboxFrame>;
