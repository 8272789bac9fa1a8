// Channels: opening and creating them, listing them, and changing a group as a whole.
import { findProfile } from "../../directory/accounts";
import { type ChannelProposal, directProposal, listChannels, openChannel } from "../../directory/channels";
import { type ChannelChange, changeChannel, removeEveryone } from "../../directory/memberships";
import { hasPending } from "../../directory/roster-outbox";
import { ChatError } from "../../domain/error";
import { requirePermission } from "../../domain/permission";
import * as wire from "../../protocol";
import { newId } from "../../runtime/ids";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { listQuery, pageOf, readCursor } from "../http/list-page";
import { chargeRate } from "../http/rate-limit";
import { answers, channelParams, json, newRouter, noContent, route } from "../http/router";
import { myChannel, myRole } from "../operations/member-channel";
import { chargeRequests, signalRequests } from "../operations/requests";
import { deliverRoster, tryDeliverPending } from "../operations/roster-delivery";

const middleware = signedIn;

const open = route({
  method: "post",
  path: "/v1/channels",
  summary: "Open the direct channel with a user, or create a group; repeats return the same channel",
  middleware,
  request: json(wire.openChannel),
  responses: answers(wire.channel, "The channel."),
});
const list = route({
  method: "get",
  path: "/v1/channels",
  summary: "List your channels, oldest first",
  middleware,
  request: { query: listQuery },
  responses: answers(wire.channelList, "A page of channels."),
});
const show = route({
  method: "get",
  path: "/v1/channels/{channel}",
  summary: "Get one of your channels",
  middleware,
  request: { params: channelParams },
  responses: answers(wire.channel, "The channel."),
});
const update = route({
  method: "patch",
  path: "/v1/channels/{channel}",
  summary: "Change the name or the topic of a group",
  middleware,
  request: { params: channelParams, ...json(wire.changeChannel) },
  responses: answers(wire.channel, "The channel after the change."),
});
const remove = route({
  method: "delete",
  path: "/v1/channels/{channel}",
  summary: "Delete a group, which removes all of its members",
  middleware,
  request: { params: channelParams },
  responses: noContent("The group is deleted."),
});

export const channels = newRouter()
  .openapi(open, async (c) => {
    const db = c.get("db");
    const now = c.get("now");
    const { id: from } = c.get("account");
    await chargeRate(c, "directory", `directory ${from}`);
    const proposal = await propose(c, c.req.valid("json"));
    const rule = await chargeRequests(c, proposal.members);
    const opened = await openChannel(db, proposal, now, rule.openTo);
    if ("refused" in opened) throw new ChatError(opened.refused);
    const { id, asked, hasJoined } = opened;
    if (await hasPending(db, id)) await deliverRoster(c.env, db, id);
    await signalRequests(c.env, hasJoined ? [...asked, from] : asked);
    return c.json(await myChannel(c, id), 200);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    // Delivers pending rosters first, so that every listed channel can be opened.
    await tryDeliverPending(c.env, c.get("db"), c.get("account").id);
    const rows = await listChannels(c.get("db"), c.get("account").id, limit + 1, readCursor(cursor));
    return c.json(
      pageOf(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id })),
      200,
    );
  })
  .openapi(show, async (c) => c.json(await myChannel(c, c.req.valid("param").channel), 200))
  .openapi(update, async (c) => {
    const { channel: id } = c.req.valid("param");
    await asManager(c, id, (change) => changeChannel(c.get("db"), change, c.req.valid("json")));
    return c.json(await myChannel(c, id), 200);
  })
  .openapi(remove, async (c) => {
    const { channel: id } = c.req.valid("param");
    await asManager(c, id, async (change, role) => {
      if (role !== "owner") throw new ChatError("forbidden", "only the owner can delete a group");
      await signalRequests(c.env, await removeEveryone(c.get("db"), change));
    });
    return c.body(null, 204);
  });

type OpenChannelBody = ReturnType<typeof wire.openChannel.parse>;

async function propose(c: GatewayContext, body: OpenChannelBody): Promise<ChannelProposal> {
  const { id: from } = c.get("account");
  const id = newId("c", c.get("now"));
  if (body.kind === "direct") {
    if (!(await findProfile(c.get("db"), { id: body.user }))) throw new ChatError("not_found", "no such user");
    return directProposal(id, from, body.user);
  }
  const { kind, nonce, name, topic, history } = body;
  const members = [...new Set([from, ...body.members])];
  return { id, kind, identity: `${from} ${nonce}`, name, topic, history, createdBy: from, members };
}

/**
 * Applies a change of the channel itself and delivers it. Throws `forbidden` for a member who may
 * not manage it.
 */
async function asManager(
  c: GatewayContext,
  id: string,
  apply: (change: ChannelChange, role: wire.Role) => Promise<void>,
): Promise<void> {
  const db = c.get("db");
  const channel = await myChannel(c, id);
  if (channel.kind === "direct") throw new ChatError("channel_is_direct");
  const role = myRole(c, channel);
  requirePermission(channel.kind, role, "manage");
  await apply({ channel: id, actor: c.get("account").id, subject: "", now: c.get("now") }, role);
  await deliverRoster(c.env, db, id);
}
