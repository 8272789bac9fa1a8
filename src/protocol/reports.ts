// Reports of messages and people. In a guild its moderators read them, elsewhere the operator.
import * as z from "zod";
import { attachmentSummary } from "./attachment";
import { channelId, guildId, reportId, seq, time, userId } from "./ids";
import { limits } from "./limits";
import { profile, profileOrNull } from "./rest";
import { countCodePoints, topic } from "./text";

export const reportCategory = z
  .enum(["spam", "harassment", "hate", "violence", "sexual", "self_harm", "illegal", "other"])
  .meta({ id: "ReportCategory" });

/** `actioned`: something was done about it. `dismissed`: nothing had to be done. */
export const reportOutcome = z.enum(["actioned", "dismissed"]).meta({ id: "ReportOutcome" });

const reportText = topic
  .refine((text) => countCodePoints(text) <= limits.reportCodePoints, {
    error: `must have at most ${limits.reportCodePoints} characters`,
  })
  .meta({ description: `What the reporter says: at most ${limits.reportCodePoints} code points.` });

/**
 * A message that I can read. `version`: the seq of the entry that made the text that I saw, if it
 * was edited since.
 */
const messageTarget = z.object({
  kind: z.literal("message"),
  channel: channelId,
  seq,
  version: seq.optional(),
});
/** A person. With `guild`, of which I am a member, its moderators read the report. */
const userTarget = z.object({ kind: z.literal("user"), user: userId, guild: guildId.optional() });

export const postReport = z
  .object({
    target: z.discriminatedUnion("kind", [messageTarget, userTarget]),
    category: reportCategory,
    text: reportText.default(""),
  })
  .meta({ id: "PostReport" });
/** `duplicate`: I had reported the same before, and that report is the one. */
export const reportReceipt = z.object({ id: reportId, duplicate: z.boolean() }).meta({ id: "ReportReceipt" });

/** The message as the reporter saw it. A deleted one has no text. */
export const reportSnapshot = z
  .object({
    author: userId,
    at: time,
    /** The beginning: at most `reportSnapshotCodePoints`. */
    text: z.string(),
    isCut: z.boolean(),
    isDeleted: z.boolean(),
    attachments: attachmentSummary.optional(),
  })
  .meta({ id: "ReportSnapshot" });

/** A report, for those who resolve it. The handle of a deleted account is empty. */
export const report = z
  .object({
    id: reportId,
    reporter: profile,
    /** Who is reported: the author of the message. */
    user: profile,
    /** The message; both null for a report of a person. */
    channel: channelId.nullable(),
    seq: seq.nullable(),
    category: reportCategory,
    text: z.string(),
    snapshot: reportSnapshot.nullable(),
    createdAt: time,
    /** Null until the report is resolved. */
    resolvedAt: time.nullable(),
    /** The moderator who resolved it; null for the operator. */
    resolvedBy: profileOrNull,
    outcome: reportOutcome.nullable(),
  })
  .meta({ id: "Report" });
export const reportList = z.object({ items: z.array(report), next: z.string().nullable() }).meta({ id: "ReportList" });
export const resolveReport = z.object({ outcome: reportOutcome }).meta({ id: "ResolveReport" });

export type ReportCategory = z.infer<typeof reportCategory>;
export type ReportOutcome = z.infer<typeof reportOutcome>;
export type PostReport = z.output<typeof postReport>;
export type ReportReceipt = z.infer<typeof reportReceipt>;
export type ReportSnapshot = z.infer<typeof reportSnapshot>;
export type Report = z.infer<typeof report>;
