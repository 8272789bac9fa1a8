// Exports everything that is stored about a person, as one JSON text. The text is produced while it
// is read, because a person may have written any number of messages.
import { storedBlocks } from "../../directory/blocks";
import { listChannels } from "../../directory/channels";
import type { Database } from "../../directory/database";
import { channelsOnceOpen } from "../../directory/erasures";
import { type VisibleChannel, visibleChannels } from "../../directory/guild-access";
import { storedBans } from "../../directory/guild-bans";
import { storedTimeOuts } from "../../directory/guild-time-outs";
import { storedGuilds, storedRemovals } from "../../directory/guilds";
import { storedInvites } from "../../directory/invites";
import { listSubscriptions } from "../../directory/push-subscriptions";
import { storedReports } from "../../directory/reports";
import { storedRequests } from "../../directory/requests";
import { listSessions } from "../../directory/sessions";
import { rpcErrorOf, unwrap } from "../../domain/error";
import type { PersonalItem, PersonalPart, StoredUserData } from "../../domain/personal-data";
import type { Batch } from "../../domain/ports";
import { limits, type Me, type OpenTo } from "../../protocol";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { exportAudit } from "./guild-audit";

/** The account with what its owner does not see elsewhere. */
export interface ExportedAccount extends Me {
  /** Access tokens that were issued at or before this time are refused. Epoch milliseconds. */
  tokensFrom: number;
  /** The own setting of who needs no request; null if the deployment's default applies. */
  ownOpenTo: OpenTo | null;
}

/** Yields the pieces of the JSON text, in order. */
export async function* exportAccount(
  env: Env,
  db: Database,
  account: ExportedAccount,
  now: number,
): AsyncGenerator<string> {
  const { id: user } = account;
  const sessions = await listSessions(db, user, now, limits.sessionsPerAccount);
  const exportedSessions = sessions.map(({ tokenHash: _, account: __, ...session }) => session);
  const devices = (await listSubscriptions(db, user)).map(({ user: _, address: __, ...device }) => device);
  const blocks = await storedBlocks(db, user);
  const reports = await storedReports(db, user);
  const requests = await storedRequests(db, user);
  const invites = await storedInvites(db, user);
  const visible = await visibleChannels(db, user, "all");
  const guilds = await storedGuilds(db, user, visible);
  const guildRemovals = await storedRemovals(db, user);
  const bans = await storedBans(db, user);
  const timeOuts = await storedTimeOuts(db, user, now);
  const head = {
    exportedAt: now,
    account,
    sessions: exportedSessions,
    devices,
    blocks,
    reports,
    requests,
    invites,
    guilds,
    guildRemovals,
    bans,
    timeOuts,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"auditLog":[`;
  yield* exportAudit(db, user);
  yield '],"drafts":[';
  yield* userDataOf(env, user);
  yield ',"channels":[';
  let separator = "\n";
  for await (const { isOfGuild = false, ...channel } of channelsOf(db, user, visible)) {
    const [state] = await personalItems(env, channel.id, user, "state", 0).then(({ items }) => items);
    // The export does not name a channel that the person never saw.
    if (isOfGuild && !wasSeen(state)) continue;
    yield `${separator}${JSON.stringify({ ...channel, state: state ?? null }).slice(0, -1)}`;
    for (const part of ["messages", "versions", "actions"] as const) {
      yield `,"${part}":[`;
      yield* partOf(env, channel.id, user, part);
      yield "]";
    }
    yield "}";
    separator = ",\n";
  }
  yield "]}\n";
}

/** Returns whether a person can or could see the channel that stores this state of them. */
const wasSeen = (state: PersonalItem | undefined): boolean =>
  state !== undefined && "leftAt" in state && (state.since !== null || state.leftAt > 0);

/** Yields the drafts batch by batch, because they may be long, and then the other stored data. */
async function* userDataOf(env: Env, user: string): AsyncGenerator<string> {
  const data: Omit<StoredUserData, "drafts"> = { lastSeenAt: null, rows: [], mutes: [], levels: [] };
  let separator = "\n";
  let after: number | null = 0;
  while (after !== null) {
    const from: number = after;
    const batch = await retry(() => env.USERS.getByName(user).storedData(from));
    for (const draft of batch.drafts) {
      yield separator + JSON.stringify(draft);
      separator = ",\n";
    }
    data.rows.push(...batch.rows);
    data.mutes.push(...batch.mutes);
    data.levels.push(...batch.levels);
    data.lastSeenAt = batch.lastSeenAt;
    after = batch.after;
  }
  const { rows, ...rest } = data;
  // What other people wrote is not exported, not even in a preview or a quote.
  const inbox = rows.map((row) => (row.preview?.author === user ? row : { ...row, preview: null }));
  yield `],${JSON.stringify({ inbox, ...rest }).slice(1, -1)}`;
}

/** Yields one part of what a channel stores of a person, as items of a JSON array. */
async function* partOf(env: Env, channel: string, user: string, part: PersonalPart): AsyncGenerator<string> {
  let separator = "\n";
  let after: number | null = 0;
  while (after !== null) {
    const batch = await personalItems(env, channel, user, part, after);
    for (const item of batch.items) {
      yield separator + JSON.stringify(withoutForeignQuote(item, user));
      separator = ",\n";
    }
    after = batch.after;
  }
}

/** Returns a batch of a person's data; an empty one for a group that was deleted. */
async function personalItems(
  env: Env,
  channel: string,
  user: string,
  part: PersonalPart,
  after: number,
): Promise<Batch<PersonalItem>> {
  const answer = await retry(async () => env.CHANNELS.getByName(channel).personalData(user, part, after));
  return !answer.ok && answer.code === "not_found" ? { items: [], after: null } : unwrap(answer);
}

function withoutForeignQuote(item: PersonalItem, user: string): PersonalItem {
  if (!("reply" in item) || item.reply === null || item.reply.author === user) return item;
  const { attachments: _, ...reply } = item.reply;
  return { ...item, reply: { ...reply, preview: null } };
}

/** Yields the channels that the person is a member of, then those they left. */
async function* channelsOf(
  db: Database,
  user: string,
  visible: readonly VisibleChannel[],
): AsyncGenerator<{ id: string; isOfGuild?: boolean }> {
  const current = new Set<string>();
  let cursor: { at: number; id: string } | undefined;
  for (;;) {
    const page = await listChannels(db, user, limits.pageMax, cursor);
    for (const { members, ...channel } of page.items) {
      current.add(channel.id);
      const membership = members.find((member) => member.user.id === user);
      yield { ...channel, ...(membership && { role: membership.role, joinedAt: membership.joinedAt }) };
    }
    const last = page.items.at(-1);
    if (!last || !page.hasMore) break;
    cursor = { at: last.createdAt, id: last.id };
  }
  for (const channel of visible) {
    current.add(channel.channel);
    const { channel: id, guild, name, topic, type, category, role, joinedAt } = channel;
    yield { ...{ id, kind: "guild", guild, name, topic, type, category, role, joinedAt } };
  }
  // Those that the person left, and channels of their guilds that they may no longer see.
  for (const former of await channelsOnceOpen(db, user)) if (!current.has(former.id)) yield former;
}

/**
 * Returns a body that is produced while it is read. An error ends it early, so that an export is
 * either complete or no valid JSON.
 */
export function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        logError("export.failed", error);
        // The platform logs it.
        controller.error(rpcErrorOf(error));
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
