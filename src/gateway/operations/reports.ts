// Files reports, and resolves those of a guild. The server reads the reported message as the
// reporter may see it, so that nobody can report what was never written.
import { findProfile } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import { visibleChannels } from "../../directory/guild-access";
import { isAsDecidedIn } from "../../directory/guild-change";
import { fileReport, hasReport, listReports, OF_OPERATOR, resolveForGuild } from "../../directory/reports";
import { ChatError, unwrap } from "../../domain/error";
import {
  attachmentsField,
  type ChannelId,
  limits,
  type Message,
  type PostReport,
  type Report,
  type ReportOutcome,
  type ReportReceipt,
  type ReportSnapshot,
} from "../../protocol";
import { newId } from "../../runtime/ids";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";
import { decideGuild, findDecision, type GuildRequest, madeIf } from "./guild-decision";
import { myChannel } from "./member-channel";

const DAY_MS = 86_400_000;

type Target = PostReport["target"];

/** What a target is: who is reported, who reads the report, and what identifies the target. */
interface ReportedTarget {
  user: string;
  guild: string;
  target: string;
  channel: string | null;
  seq: number | null;
  snapshot: ReportSnapshot | null;
}

/** Files a report. Throws `not_found` for what the caller cannot see, and `invalid`. */
export async function file(c: GatewayContext, { target, category, text }: PostReport): Promise<ReportReceipt> {
  const { id: reporter } = c.get("account");
  const found = target.kind === "message" ? await messageOf(c, target) : await personOf(c, target);
  if (found.user === reporter) throw new ChatError("invalid", "target: you cannot report yourself");
  const id = newId("x", c.get("now"));
  const stored = await fileReport(c.get("db"), { id, reporter, category, text, createdAt: c.get("now"), ...found });
  if (stored === null) throw new ChatError("rate_limited", "you have made too many reports", DAY_MS);
  return { id: stored, duplicate: stored !== id };
}

async function messageOf(c: GatewayContext, target: Extract<Target, { kind: "message" }>): Promise<ReportedTarget> {
  const { seq, version } = target;
  const { id: channel, guild = OF_OPERATOR } = await myChannel(c, target.channel);
  const object = c.env.CHANNELS.getByName(channel);
  const caller = c.get("caller");
  const message = unwrap(await retry(async () => object.message(caller, seq)));
  const isEdited = version !== undefined && version < message.body.version && message.body.state === "live";
  const earlier = isEdited
    ? unwrap(await retry(async () => object.versions(caller, seq, version - 1, 1))).items[0]
    : undefined;
  const text = earlier?.version === version ? earlier?.text : undefined;
  const snapshot = snapshotOf(message, text);
  return { user: message.author, guild, target: `${channel} ${seq}`, channel, seq, snapshot };
}

/** `text`: what the reporter saw, if the message was edited since. */
function snapshotOf({ author, at, body }: Message, text?: string): ReportSnapshot {
  if (body.state === "deleted") return { author, at, text: "", isCut: false, isDeleted: true };
  const whole = text ?? body.text;
  const max = limits.reportSnapshotCodePoints;
  // A code point has at most two units, so the rest of a long text is not walked.
  const start = [...whole.slice(0, 2 * max)].slice(0, max).join("");
  const isCut = start.length < whole.length;
  return { author, at, text: start, isCut, isDeleted: false, ...attachmentsField(body.attachments) };
}

async function personOf(c: GatewayContext, target: Extract<Target, { kind: "user" }>): Promise<ReportedTarget> {
  const { user, guild = OF_OPERATOR } = target;
  const db = c.get("db");
  if (guild !== OF_OPERATOR) await findDecision(db, { guild, actor: c.get("account").id, now: c.get("now") });
  if (!(await findProfile(db, { id: user }))) throw new ChatError("not_found", "no such user");
  return { user, guild, target: `${user} ${guild}`, channel: null, seq: null, snapshot: null };
}

/** Returns the channels of a guild whose messages a moderator may read. */
async function readableChannels(db: Database, { guild, actor }: GuildRequest): Promise<ChannelId[]> {
  return (await visibleChannels(db, actor, { guild })).map(({ channel }) => channel);
}

/** Which page of reports is asked for. */
export interface ReportPage {
  isResolved: boolean;
  before?: { at: number; id: string } | undefined;
}

/**
 * Returns reports of a guild, the newest first, of people and of messages in channels that the
 * moderator can see. Throws `not_found`, `forbidden`.
 */
export async function reportsOf(
  db: Database,
  request: GuildRequest,
  page: ReportPage,
  limit: number,
): Promise<Report[]> {
  const { authorise } = await findDecision(db, request);
  authorise({ kind: "review_reports" });
  const channels = await readableChannels(db, request);
  return await listReports(db, { guild: request.guild, channels, ...page }, limit);
}

/** Resolves a report of a guild. Throws `not_found`, `forbidden`. */
export async function resolveIn(
  db: Database,
  request: GuildRequest,
  id: string,
  outcome: ReportOutcome,
): Promise<void> {
  const { guild, actor, now } = request;
  await decideGuild(db, request, async ({ authorise, change }) => {
    authorise({ kind: "review_reports" });
    const channels = await readableChannels(db, request);
    if (!(await hasReport(db, { guild, channels }, id))) throw new ChatError("not_found", "no such report");
    const condition = isAsDecidedIn(guild, change(null));
    return madeIf(await resolveForGuild(db, { guild, channels }, actor, { id, outcome, now }, condition));
  });
}
