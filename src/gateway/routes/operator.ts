// The routes of the operator.
import { listAllChannels } from "../../directory/channels";
import { listDeadLetters } from "../../directory/dead-letters";
import { reopenErasures } from "../../directory/erasures";
import { beginEpoch } from "../../directory/memberships";
import { countDevices } from "../../directory/push-subscriptions";
import { recordAction } from "../../directory/suspensions";
import { ChatError, unwrap } from "../../domain/error";
import { pricesOf } from "../../domain/prices";
import { tuning } from "../../domain/tuning";
import { perMillion } from "../../domain/usage";
import {
  archiveCommand,
  archiveReport,
  type ChannelUsage,
  channelUsageList,
  pushState,
  restoreChannel,
  storageState,
} from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { operatorOnly } from "../auth/operator";
import { channelObject, type GatewayContext } from "../http/context";
import { listQuery, pageOf, readCursor, readPosition, writeCursor } from "../http/list-page";
import { answers, channelParams, json, newRouter, noContent, route } from "../http/router";
import { authorsOf } from "../operations/backfill";
import { stateOfStorage } from "../operations/database-sizes";
import { deliverRoster } from "../operations/roster-delivery";

/** The most attempts to deliver the roster to a restored channel, and the pause between them. */
const ATTEMPTS = 10;
const PAUSE_MS = 200;

const restore = route({
  method: "post",
  path: "/v1/operator/channels/{channel}/restore",
  operationId: "restoreChannel",
  summary: "Restore a channel to an earlier time; repeat the request until it succeeds",
  middleware: operatorOnly,
  request: { params: channelParams, ...json(restoreChannel) },
  responses: noContent("The channel is restored, and its log has begun a new epoch."),
});

const archive = route({
  method: "post",
  path: "/v1/operator/channels/{channel}/archive",
  operationId: "archiveChannel",
  summary: "Compare the archive of a channel with its log, or rebuild it",
  middleware: operatorOnly,
  request: { params: channelParams, ...json(archiveCommand) },
  responses: answers(archiveReport, "The comparison of one page; empty after `rebuild`, which runs in the background."),
});
const list = route({
  method: "get",
  path: "/v1/operator/channels",
  operationId: "listAllChannels",
  summary: "List all channels with their usage and cost",
  middleware: operatorOnly,
  request: { query: listQuery },
  responses: answers(channelUsageList, "A page of channels, ordered by id."),
});

const push = route({
  method: "get",
  path: "/v1/operator/push",
  operationId: "getPushState",
  summary: "List the push jobs that failed for good, newest first",
  middleware: operatorOnly,
  request: { query: listQuery },
  responses: answers(pushState, "A page of dead letters, and the number of subscribed and failing devices."),
});

const storage = route({
  method: "get",
  path: "/v1/operator/storage",
  operationId: "getStorage",
  summary: "List the sizes of the databases, and the channels whose objects are large",
  middleware: operatorOnly,
  responses: answers(storageState, "The databases by name, and the largest channels."),
});

export const operator = newRouter()
  .openapi(restore, async (c) => {
    const { channel } = c.req.valid("param");
    const { at } = c.req.valid("json");
    const db = c.get("db");
    // Also begins an epoch before the object is restored: if this request ends early, the outbox
    // already holds the roster that makes the restored log a new epoch.
    if (!(await beginEpoch(db, channel, c.get("now")))) throw new ChatError("not_found");
    if (at !== null) {
      unwrap(await channelObject(c).restore(at));
      await beginEpoch(db, channel, c.get("now"));
    }
    const detail = at === null ? "" : new Date(at).toISOString();
    await recordAction(db, { kind: "channel.restored", target: channel, detail }, c.get("now"));
    await deliverUntilAwake(c, channel);
    // The restored log may hold messages of accounts that were erased since; the cron erases them
    // again.
    for await (const authors of authorsOf(c.env, channel)) await reopenErasures(db, channel, authors);
    return c.body(null, 204);
  })
  .openapi(archive, async (c) => {
    const command = c.req.valid("json");
    const object = channelObject(c);
    if (command.do === "compare") {
      return c.json(unwrap(await retry(async () => object.compareArchive(command.after))), 200);
    }
    unwrap(await retry(async () => object.rebuildArchive()));
    const { channel } = c.req.valid("param");
    await recordAction(c.get("db"), { kind: "archive.rebuilt", target: channel, detail: "" }, c.get("now"));
    const { head, archived } = unwrap(await retry(async () => object.state()));
    return c.json({ head, archived, same: 0, different: 0, foreign: 0, next: null }, 200);
  })
  .openapi(storage, async (c) => c.json(await stateOfStorage(c.env), 200))
  .openapi(push, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const db = c.get("db");
    const rows = await listDeadLetters(db, limit + 1, readPosition(c, cursor));
    return c.json({ ...pageOf(c, rows, limit, (row) => row), ...(await countDevices(db)) }, 200);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const rows = await listAllChannels(c.get("db"), limit + 1, readCursor(c, cursor) ?? "");
    const listed = rows.slice(0, limit);
    const items = (await Promise.all(listed.map((row) => usageOf(c, row)))).filter((usage) => usage !== null);
    const last = rows.length > limit ? listed.at(-1) : undefined;
    const next = last === undefined ? null : writeCursor(c, last.id);
    return c.json({ items, next, pricesOf }, 200);
  });

type ListedChannel = Awaited<ReturnType<typeof listAllChannels>>[number];

/**
 * Returns null for a group that was deleted meanwhile. A channel that does not answer is left out
 * with a line in the log, so that it does not hide the others.
 */
async function usageOf(c: GatewayContext, listed: ListedChannel): Promise<ChannelUsage | null> {
  const { id, kind, name, members } = listed;
  const answer = await withTimeout(
    retry(async () => c.env.CHANNELS.getByName(id).state()),
    tuning.deliveryAttemptMs,
  ).catch((error: unknown) => {
    logError("usage.failed", error, { channel: id });
    return null;
  });
  if (answer === null || (!answer.ok && answer.code === "not_found")) return null;
  const { head, messages, archived, bytes, usage } = unwrap(answer);
  const dollarsPerMillion = perMillion(usage);
  const dollars = dollarsPerMillion === null ? null : (dollarsPerMillion * messages) / 1e6;
  return { channel: id, kind, name, members, head, messages, archived, bytes, usage, dollars, dollarsPerMillion };
}

/**
 * Delivers the roster, and retries while the object answers `temporary` because it has not yet
 * restarted in the earlier state.
 */
async function deliverUntilAwake(c: GatewayContext, channel: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await deliverRoster(c.env, c.get("db"), channel);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof ChatError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
