// The API of operators. The server computes dollars from its counts and its price list.
import * as z from "zod";
import { channelId, position, time } from "./ids";
import { channelKind } from "./roles";

/** Restores a channel to its state at `at`; null when its storage was restored by other means. */
export const restoreChannel = z.object({ at: time.nullable() }).meta({ id: "RestoreChannel" });

const count = z.number().min(0);

/**
 * What a channel has counted of its own operation since `since`. It is a sample: counts that were
 * not saved are lost with the memory of the object, costs and messages alike.
 */
export const usage = z
  .object({
    since: time,
    /** Messages that were sent. */
    messages: count,
    rowsWritten: count,
    rowsRead: count,
    /** Rows in the archive. */
    archiveRowsWritten: count,
    archiveRowsRead: count,
    /**
     * RPCs, HTTP requests and alarms that the channel received, and requests that it made to other
     * objects.
     */
    objectRequests: count,
    /** Frames that the channel received. */
    socketMessages: count,
    /** Jobs that the channel sent to the push queue. */
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
    /** The seq of the last archived entry. */
    archived: position,
    /** Messages in the log. */
    messages: position,
    /** The size of the channel's object. */
    bytes: count.default(0),
    usage,
    /** The cost of all messages, extrapolated from `usage`; null while no message was counted. */
    dollars: count.nullable(),
    dollarsPerMillion: count.nullable(),
  })
  .meta({ id: "ChannelUsage" });

export const channelUsageList = z
  .object({
    items: z.array(channelUsage),
    next: z.string().nullable(),
    /** The day of the price list. */
    pricesOf: z.string(),
  })
  .meta({ id: "ChannelUsageList" });

/**
 * `compare` compares one page of archived rows after `after` with the log. `rebuild` empties the
 * archive of the channel and fills it again.
 */
export const archiveCommand = z
  .discriminatedUnion("do", [
    z.object({ do: z.literal("compare"), after: position.default(0) }),
    z.object({ do: z.literal("rebuild") }),
  ])
  .meta({ id: "ArchiveCommand" });

/**
 * The comparison of one page. `next` is null on the last page. Entries up to `archived` that no
 * page counts are missing from the archive.
 */
export const archiveReport = z
  .object({
    head: position,
    archived: position,
    /** Rows that agree with the log. */
    same: z.int().min(0),
    /** Rows whose entry has changed in the log since. */
    different: z.int().min(0),
    /** Rows whose entry is not in the log. */
    foreign: z.int().min(0),
    next: position.nullable(),
  })
  .meta({ id: "ArchiveReport" });

/** A notification or push job that could not be delivered. */
export const deadLetter = z
  .object({
    id: z.string(),
    at: time,
    /** The channel of the notification; null for a test notification. */
    channel: channelId.nullable(),
    attempts: z.int().min(0),
    /** The last error. */
    detail: z.string(),
  })
  .meta({ id: "DeadLetter" });
export const pushState = z
  .object({
    /** Newest first. */
    items: z.array(deadLetter),
    next: z.string().nullable(),
    /** Subscribed devices, and those of them whose push service refused the last notification. */
    devices: z.int().min(0),
    failing: z.int().min(0),
  })
  .meta({ id: "PushState" });

/** A channel whose object is so large that the operator is warned. It reports this once a day. */
export const largeChannel = z.object({ channel: channelId, bytes: count, at: time }).meta({ id: "LargeChannel" });

/** A database of the deployment. `isLarge`: it is so large that the operator is warned. */
const databaseSize = z.object({ name: z.string(), bytes: count, isLarge: z.boolean() }).meta({ id: "DatabaseSize" });

export const storageState = z
  .object({
    databases: z.array(databaseSize),
    /** The databases that did not answer. An earlier server fails then. */
    unmeasured: z.array(z.string()).optional(),
    /** Largest first, at most 100. */
    channels: z.array(largeChannel),
    /** The most bytes that the platform stores in one database or object. */
    maxBytes: count,
  })
  .meta({ id: "StorageState" });

export type StorageState = z.infer<typeof storageState>;
export type LargeChannel = z.infer<typeof largeChannel>;
export type DatabaseSize = z.infer<typeof databaseSize>;
export type DeadLetter = z.infer<typeof deadLetter>;
export type Usage = z.infer<typeof usage>;
export type ChannelUsage = z.infer<typeof channelUsage>;
export type ArchiveReport = z.infer<typeof archiveReport>;
