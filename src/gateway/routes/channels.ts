// Channels: opening and creating them, listing them, and changing a group as a whole.
import { listChannels } from "../../directory/channels";
import type { ChannelChange } from "../../directory/roster-change";
import { hasPending } from "../../directory/roster-outbox";
import * as wire from "../../protocol";
import { newId } from "../../runtime/ids";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { listQuery, readPosition, withCursor } from "../http/list-page";
import { answers, channelParams, json, newRouter, noContent, route } from "../http/router";
import { tryEraseChannel } from "../operations/channel-erasure";
import { changeGroup, deleteGroup, openChannelFor } from "../operations/group-changes";
import { myChannel } from "../operations/member-channel";
import { chargeRequests, signalRequests } from "../operations/requests";
import { deliverDueRosters, deliverRoster } from "../operations/roster-delivery";

const middleware = signedIn;

const open = route({
  method: "post",
  path: "/v1/channels",
  operationId: "openChannel",
  summary: "Open the direct channel with a user, or create a group; repeats return the same channel",
  middleware,
  request: json(wire.openChannel),
  responses: answers(wire.channel, "The channel."),
});
const list = route({
  method: "get",
  path: "/v1/channels",
  operationId: "listChannels",
  summary: "List your channels, oldest first",
  middleware,
  request: { query: listQuery },
  responses: answers(wire.channelList, "A page of channels."),
});
const show = route({
  method: "get",
  path: "/v1/channels/{channel}",
  operationId: "getChannel",
  summary: "Get one of your channels",
  middleware,
  request: { params: channelParams },
  responses: answers(wire.channel, "The channel."),
});
const update = route({
  method: "patch",
  path: "/v1/channels/{channel}",
  operationId: "changeChannel",
  summary: "Change the name or the topic of a group",
  middleware,
  request: { params: channelParams, ...json(wire.changeChannel) },
  responses: answers(wire.channel, "The channel after the change."),
});
const remove = route({
  method: "delete",
  path: "/v1/channels/{channel}",
  operationId: "deleteChannel",
  summary: "Delete a group for good, with all of its messages",
  middleware,
  request: { params: channelParams },
  responses: noContent("The group is deleted."),
});

export const channels = newRouter()
  .openapi(open, async (c) => {
    const db = c.get("db");
    const body = c.req.valid("json");
    const rule = await chargeRequests(c, body.kind === "direct" ? [body.user] : body.members);
    const opened = await openChannelFor(db, changeBy(c, newId("c", c.get("now"))), body, rule);
    const { id, asked, hasJoined } = opened;
    if (await hasPending(db, id)) await deliverRoster(c.env, db, id);
    await signalRequests(c.env, hasJoined ? [...asked, rule.by] : asked);
    return c.json(await myChannel(c, id), 200);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    // Delivers pending rosters first, so that every listed channel can be opened.
    await deliverDueRosters(c.env, c.get("db"), c.get("account").id, c.get("now"));
    const { items, hasMore } = await listChannels(c.get("db"), c.get("account").id, limit, readPosition(c, cursor));
    return c.json(
      withCursor(c, items, hasMore, ({ createdAt, id }) => ({ at: createdAt, id })),
      200,
    );
  })
  .openapi(show, async (c) => c.json(await myChannel(c, c.req.valid("param").channel), 200))
  .openapi(update, async (c) => {
    const { channel: id } = c.req.valid("param");
    await changeGroup(c.get("db"), changeBy(c, id), c.req.valid("json"));
    await deliverRoster(c.env, c.get("db"), id);
    return c.json(await myChannel(c, id), 200);
  })
  .openapi(remove, async (c) => {
    const { channel: id } = c.req.valid("param");
    const ended = await deleteGroup(c.get("db"), changeBy(c, id));
    await deliverRoster(c.env, c.get("db"), id);
    await signalRequests(c.env, ended);
    await tryEraseChannel(c.env, c.get("db"), id);
    return c.body(null, 204);
  });

/** A change of the channel itself by the caller. */
const changeBy = (c: GatewayContext, channel: string): ChannelChange => ({
  channel,
  actor: c.get("account").id,
  subject: "",
  now: c.get("now"),
});
