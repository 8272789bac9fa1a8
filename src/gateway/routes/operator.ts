// What the operator of a deployment does to it.
import { listAllChannels } from "../../directory/channels";
import { reopenErasures } from "../../directory/erasures";
import { renewChannel } from "../../directory/memberships";
import { countDevices, listDeadLetters } from "../../directory/push-subscriptions";
import { ChatError, unwrap } from "../../domain/error";
import { pricesOf } from "../../domain/prices";
import { perMillion } from "../../domain/usage";
import {
  archiveCommand,
  archiveReport,
  type ChannelUsage,
  channelUsageList,
  pushState,
  restoreChannel,
} from "../../protocol";
import { retry } from "../../runtime/retry";
import { operator } from "../auth/operator";
import type { GatewayContext } from "../http/context";
import { cutList, listQuery, readPlace } from "../http/paging";
import { channelParams } from "../http/params";
import { answers, json, newRouter, nothing, route } from "../http/routing";
import { channelOf } from "../operations/append-command";
import { deliverRoster } from "../operations/roster-delivery";

const ATTEMPTS = 10;
const PAUSE_MS = 200;

const restore = route({
  method: "post",
  path: "/v1/operator/channels/{channel}/restore",
  summary: "Put a channel back to an earlier state; repeat it until it is done",
  middleware: operator,
  request: { params: channelParams, ...json(restoreChannel) },
  responses: nothing("The channel is back, in another life of its log."),
});

const archive = route({
  method: "post",
  path: "/v1/operator/channels/{channel}/archive",
  summary: "Hold the archive of a channel against its log, or fill it anew",
  middleware: operator,
  request: { params: channelParams, ...json(archiveCommand) },
  responses: answers(archiveReport, "What was looked at; after `rebuild`, nothing yet."),
});
const list = route({
  method: "get",
  path: "/v1/operator/channels",
  summary: "All channels, with what they have cost",
  middleware: operator,
  request: { query: listQuery },
  responses: answers(channelUsageList, "A page of channels, in the order of their ids."),
});

const push = route({
  method: "get",
  path: "/v1/operator/push",
  summary: "Jobs of the push queue that were given up, newest first",
  middleware: operator,
  request: { query: listQuery },
  responses: answers(pushState, "A page of them, and how many devices there are."),
});

const router = newRouter().openapi(restore, async (c) => {
  const { channel } = c.req.valid("param");
  const { at } = c.req.valid("json");
  const db = c.get("db");
  // Before the object goes back too: whatever ends this request, the outbox holds what makes the restored log another life.
  if (!(await renewChannel(db, channel, c.get("now")))) throw new ChatError("not_found");
  if (at !== null) {
    unwrap(await channelOf(c).restore(at));
    await renewChannel(db, channel, c.get("now"));
  }
  await deliverPatiently(c, channel);
  // Who was erased since is erased again: the cron does it.
  await reopenErasures(db, channel, unwrap(await retry(async () => channelOf(c).authors())));
  return c.body(null, 204);
});

export const operators = router
  .openapi(archive, async (c) => {
    const command = c.req.valid("json");
    const object = channelOf(c);
    if (command.do === "compare") {
      return c.json(unwrap(await retry(async () => object.compareArchive(command.after))), 200);
    }
    unwrap(await retry(async () => object.rebuildArchive()));
    const { head, archived } = unwrap(await retry(async () => object.state()));
    return c.json({ head, archived, same: 0, different: 0, foreign: 0, next: null }, 200);
  })
  .openapi(push, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const db = c.get("db");
    const rows = await listDeadLetters(db, limit + 1, readPlace(cursor));
    return c.json({ ...cutList(rows, limit, (row) => row), ...(await countDevices(db)) }, 200);
  })
  .openapi(list, async (c) => {
    const { cursor = "", limit } = c.req.valid("query");
    const rows = await listAllChannels(c.get("db"), limit + 1, cursor);
    const shown = rows.slice(0, limit);
    const items = await Promise.all(shown.map((row) => usageOf(c, row)));
    const next = rows.length > limit ? (shown.at(-1)?.id ?? null) : null;
    return c.json({ items, next, pricesOf }, 200);
  });

type Row = Awaited<ReturnType<typeof listAllChannels>>[number];

async function usageOf(c: GatewayContext, { id, kind, name, members }: Row): Promise<ChannelUsage> {
  const { head, messages, archived, usage } = unwrap(await retry(async () => c.env.CHANNELS.getByName(id).state()));
  const dollarsPerMillion = perMillion(usage);
  const dollars = dollarsPerMillion === null ? null : (dollarsPerMillion * messages) / 1e6;
  return { channel: id, kind, name, members, head, messages, archived, usage, dollars, dollarsPerMillion };
}

/** The object answers `temporary` until it has woken in the earlier state. */
async function deliverPatiently(c: GatewayContext, channel: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await deliverRoster(c.env, c.get("db"), channel);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof ChatError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
