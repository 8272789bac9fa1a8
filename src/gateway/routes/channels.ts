import { findProfile } from "../../directory/accounts";
import { findChannel, listChannels, openDirect } from "../../directory/channels";
import { takeToken } from "../../directory/rate-limits";
import { hasPending } from "../../directory/roster";
import { ChatError } from "../../domain/error";
import { changeChannel, channel as channelBody, channelList, openChannel } from "../../protocol";
import { newId } from "../../runtime/ids";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../context";
import { deliverRoster } from "../outbox";
import { cutList, listQuery, readPlace } from "../paging";
import { channelParams, memberParams } from "../params";
import { answers, json, newRouter, nothing, route } from "../routing";

const middleware = signedIn;

const open = route({
  method: "post",
  path: "/v1/channels",
  summary: "Open the direct channel with a person; there is exactly one",
  middleware,
  request: json(openChannel),
  responses: answers(channelBody, "The pair's channel."),
});
const list = route({
  method: "get",
  path: "/v1/channels",
  summary: "My channels, oldest first",
  middleware,
  request: { query: listQuery },
  responses: answers(channelList, "A page of channels."),
});
const show = route({
  method: "get",
  path: "/v1/channels/{channel}",
  summary: "A channel of mine",
  middleware,
  request: { params: channelParams },
  responses: answers(channelBody, "The channel."),
});
const change = route({
  method: "patch",
  path: "/v1/channels/{channel}",
  summary: "Rename a channel; a direct one has no name",
  middleware,
  request: { params: channelParams, ...json(changeChannel) },
  responses: answers(channelBody, "The channel as it is."),
});
const remove = route({
  method: "delete",
  path: "/v1/channels/{channel}",
  summary: "Delete a channel; a direct one stays",
  middleware,
  request: { params: channelParams },
  responses: nothing("It is gone."),
});
const addMember = route({
  method: "put",
  path: "/v1/channels/{channel}/members/{user}",
  summary: "Add a member; a direct channel has its two",
  middleware,
  request: { params: memberParams },
  responses: nothing("They are a member."),
});
const removeMember = route({
  method: "delete",
  path: "/v1/channels/{channel}/members/{user}",
  summary: "Remove a member; a direct channel keeps its two",
  middleware,
  request: { params: memberParams },
  responses: nothing("They are no member."),
});

export const channels = newRouter()
  .openapi(open, async (c) => {
    const db = c.get("db");
    const now = c.get("now");
    const from = c.get("account").id;
    const { user: to } = c.req.valid("json");
    const waitMs = await takeToken(db, `directory ${from}`, c.get("rates").directory, now);
    if (waitMs > 0) throw new ChatError("rate_limited", undefined, waitMs);
    if (!(await findProfile(db, { id: to }))) throw new ChatError("not_found", "no such person");
    const id = await openDirect(db, newId("c", now), { from, to }, now);
    if (await hasPending(db, id)) await deliverRoster(c.env, db, id);
    return c.json(await mine(c, id), 200);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const rows = await listChannels(c.get("db"), c.get("account").id, limit + 1, readPlace(cursor));
    return c.json(
      cutList(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id })),
      200,
    );
  })
  .openapi(show, async (c) => c.json(await mine(c, c.req.valid("param").channel), 200))
  .openapi(change, async (c) => refuseChange(c, c.req.valid("param").channel))
  .openapi(remove, async (c) => refuseChange(c, c.req.valid("param").channel))
  .openapi(addMember, async (c) => refuseChange(c, c.req.valid("param").channel))
  .openapi(removeMember, async (c) => refuseChange(c, c.req.valid("param").channel));

/** A channel the caller is in. Throws `not_found` for every other, there or not. */
async function mine(c: GatewayContext, id: string) {
  const channel = await findChannel(c.get("db"), id, c.get("account").id);
  if (!channel) throw new ChatError("not_found");
  return channel;
}

/** Every channel is a direct one, and nothing about it can be changed: by its members with a reason, by others as if it were not there. */
async function refuseChange(c: GatewayContext, id: string): Promise<never> {
  await mine(c, id);
  throw new ChatError("channel_is_direct");
}
