// What an operator sees and does. Dollars are computed by the server from what it counted and the price list it holds.
import * as z from "zod";
import { channelId, position, time } from "./ids";
import { channelKind } from "./roles";

/** Puts a channel back to what it was at `at`; null where its storage has been put back by other means. */
export const restoreChannel = z.object({ at: time.nullable() }).meta({ id: "RestoreChannel" });

const count = z.number().min(0);

/** What a channel's object has counted of itself since `since`: a sample, in which cost and messages belong together. */
export const usage = z
  .object({
    since: time,
    /** Messages sent. */
    messages: count,
    rowsWritten: count,
    rowsRead: count,
    /** Rows of the archive. */
    archiveRowsWritten: count,
    archiveRowsRead: count,
    /** RPC, HTTP, alarms, and the calls it made to other objects. */
    objectRequests: count,
    /** Frames that came in. */
    socketMessages: count,
    /** Jobs for the push queue. */
    queueMessages: count.default(0),
  })
  .meta({ id: "Usage" });

export const channelUsage = z
  .object({
    channel: channelId,
    kind: channelKind,
    name: z.string(),
    members: z.int().min(0),
    head: position,
    /** Last entry that the archive holds. */
    archived: position,
    /** Messages in the log. */
    messages: position,
    /** Of as many messages as were counted: what an object counts between two savings goes with its memory. */
    usage,
    /** What all messages have cost by that measure; null while none was counted. */
    dollars: count.nullable(),
    dollarsPerMillion: count.nullable(),
  })
  .meta({ id: "ChannelUsage" });

export const channelUsageList = z
  .object({
    items: z.array(channelUsage),
    next: z.string().nullable(),
    /** When the prices were read off. */
    pricesOf: z.string(),
  })
  .meta({ id: "ChannelUsageList" });

/** `compare` looks at one page of archived rows after `after`; `rebuild` empties the archive of the channel and fills it anew. */
export const archiveCommand = z
  .discriminatedUnion("do", [
    z.object({ do: z.literal("compare"), after: position.default(0) }),
    z.object({ do: z.literal("rebuild") }),
  ])
  .meta({ id: "ArchiveCommand" });

/**
 * `next` is null when all of it was looked at. A row is `different` where its entry says something else by now. What is archived and in none of the
 * pages is missing.
 */
export const archiveReport = z
  .object({
    head: position,
    archived: position,
    /** Rows looked at. */
    same: z.int().min(0),
    different: z.int().min(0),
    /** Rows of entries that are not in the log. */
    foreign: z.int().min(0),
    next: position.nullable(),
  })
  .meta({ id: "ArchiveReport" });

/** A job of the push queue that was given up. */
export const deadLetter = z
  .object({
    id: z.string(),
    at: time,
    /** Null for the test of a device. */
    channel: channelId.nullable(),
    attempts: z.int().min(0),
    /** What went wrong last. */
    detail: z.string(),
  })
  .meta({ id: "DeadLetter" });
export const pushState = z
  .object({
    /** Newest first. */
    items: z.array(deadLetter),
    next: z.string().nullable(),
    /** Devices that are told, and those of them whose push service refused the last notification. */
    devices: z.int().min(0),
    failing: z.int().min(0),
  })
  .meta({ id: "PushState" });

export type DeadLetter = z.infer<typeof deadLetter>;
export type Usage = z.infer<typeof usage>;
export type ChannelUsage = z.infer<typeof channelUsage>;
export type ArchiveReport = z.infer<typeof archiveReport>;
