import { findProfile } from "../../directory/accounts";
import { directProposal, listChannels, openChannel, type Proposal } from "../../directory/channels";
import { type MembershipChange, removeEveryone, renameChannel } from "../../directory/memberships";
import { hasPending } from "../../directory/roster";
import { ChatError } from "../../domain/error";
import { require } from "../../domain/permission";
import * as wire from "../../protocol";
import { newId } from "../../runtime/ids";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { cutList, listQuery, readPlace } from "../http/paging";
import { channelParams } from "../http/params";
import { spend } from "../http/rate-limit";
import { answers, json, newRouter, nothing, route } from "../http/routing";
import { myChannel, myRole } from "../operations/my-channel";
import { deliverRoster, tryPending } from "../operations/roster-delivery";

const middleware = signedIn;

const open = route({
  method: "post",
  path: "/v1/channels",
  summary: "Open the direct channel with a person (there is exactly one), or make a group (one per nonce)",
  middleware,
  request: json(wire.openChannel),
  responses: answers(wire.channel, "The channel."),
});
const list = route({
  method: "get",
  path: "/v1/channels",
  summary: "My channels, oldest first",
  middleware,
  request: { query: listQuery },
  responses: answers(wire.channelList, "A page of channels."),
});
const show = route({
  method: "get",
  path: "/v1/channels/{channel}",
  summary: "A channel of mine",
  middleware,
  request: { params: channelParams },
  responses: answers(wire.channel, "The channel."),
});
const change = route({
  method: "patch",
  path: "/v1/channels/{channel}",
  summary: "Rename or describe a group",
  middleware,
  request: { params: channelParams, ...json(wire.changeChannel) },
  responses: answers(wire.channel, "The channel as it is."),
});
const remove = route({
  method: "delete",
  path: "/v1/channels/{channel}",
  summary: "Delete a group of mine: everyone is out of it",
  middleware,
  request: { params: channelParams },
  responses: nothing("It is gone."),
});

export const channels = newRouter()
  .openapi(open, async (c) => {
    const db = c.get("db");
    const now = c.get("now");
    const { id: from } = c.get("account");
    await spend(c, "directory", `directory ${from}`);
    const id = await openChannel(db, await propose(c, c.req.valid("json")), now);
    if (await hasPending(db, id)) await deliverRoster(c.env, db, id);
    return c.json(await myChannel(c, id), 200);
  })
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    // A channel that is listed can be opened: one whose object was not reached when it was made is told first.
    await tryPending(c.env, c.get("db"), c.get("account").id);
    const rows = await listChannels(c.get("db"), c.get("account").id, limit + 1, readPlace(cursor));
    return c.json(
      cutList(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id })),
      200,
    );
  })
  .openapi(show, async (c) => c.json(await myChannel(c, c.req.valid("param").channel), 200))
  .openapi(change, async (c) => {
    const { channel: id } = c.req.valid("param");
    await asManager(c, id, (made) => renameChannel(c.get("db"), made, c.req.valid("json")));
    return c.json(await myChannel(c, id), 200);
  })
  .openapi(remove, async (c) => {
    const { channel: id } = c.req.valid("param");
    await asManager(c, id, (made, role) => {
      if (role !== "owner") throw new ChatError("forbidden", "the owner deletes a group");
      return removeEveryone(c.get("db"), made);
    });
    return c.body(null, 204);
  });

type Asked = ReturnType<typeof wire.openChannel.parse>;

async function propose(c: GatewayContext, asked: Asked): Promise<Proposal> {
  const { id: from } = c.get("account");
  const id = newId("c", c.get("now"));
  if (asked.kind === "direct") {
    if (!(await findProfile(c.get("db"), { id: asked.user }))) throw new ChatError("not_found", "no such person");
    return directProposal(id, from, asked.user);
  }
  const { kind, nonce, name, topic, history } = asked;
  const members = [...new Set([from, ...asked.members])];
  return { id, kind, identity: `${from} ${nonce}`, name, topic, history, createdBy: from, members };
}

/** Runs a change of the channel itself for someone who may manage it, and brings it to the object. */
async function asManager(
  c: GatewayContext,
  id: string,
  perform: (change: MembershipChange, role: wire.Role) => Promise<void>,
): Promise<void> {
  const db = c.get("db");
  const channel = await myChannel(c, id);
  if (channel.kind === "direct") throw new ChatError("channel_is_direct");
  const role = myRole(c, channel);
  require(channel.kind, role, "manage");
  await perform({ channel: id, actor: c.get("account").id, subject: "", now: c.get("now") }, role);
  await deliverRoster(c.env, db, id);
}
