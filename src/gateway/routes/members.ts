// The members of a group and their roles.
import { isDeletedGroup } from "../../directory/deleted-groups";
import { putMember as putMemberBody } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { json, memberParams, newRouter, noContent, route } from "../http/router";
import { tryEraseChannel } from "../operations/channel-erasure";
import { endMembership, putMember } from "../operations/group-changes";
import { chargeRequests, signalRequests } from "../operations/requests";
import { deliverRoster } from "../operations/roster-delivery";

const path = "/v1/channels/{channel}/members/{user}";

const put = route({
  method: "put",
  path,
  operationId: "putMember",
  summary: "Add a user to a group or ask them, or set the role of a member; `owner` transfers the group",
  middleware: signedIn,
  request: { params: memberParams, ...json(putMemberBody) },
  responses: noContent("The user is a member with this role, or was asked."),
});
const remove = route({
  method: "delete",
  path,
  operationId: "removeMember",
  summary: "Remove a member, withdraw a request, or leave; after the answer they receive nothing of the group",
  middleware: signedIn,
  request: { params: memberParams },
  responses: noContent("The user is no member."),
});

export const members = newRouter()
  .openapi(put, async (c) => {
    const { channel, user: subject } = c.req.valid("param");
    const { id: actor } = c.get("account");
    const db = c.get("db");
    const rule = await chargeRequests(c, [subject]);
    const change = { channel, actor, subject, now: c.get("now") };
    const asked = await putMember(db, change, c.req.valid("json").role, rule);
    await deliverRoster(c.env, db, channel);
    await signalRequests(c.env, asked);
    return c.body(null, 204);
  })
  .openapi(remove, async (c) => {
    const { channel, user: subject } = c.req.valid("param");
    const { id: actor } = c.get("account");
    const db = c.get("db");
    const ended = await endMembership(db, { channel, actor, subject, now: c.get("now") });
    // Also if nothing changed: an earlier request, whose answer was lost, may not have delivered.
    await deliverRoster(c.env, db, channel);
    await signalRequests(c.env, ended);
    // The last member deleted the group by leaving it.
    if (await isDeletedGroup(db, channel)) await tryEraseChannel(c.env, db, channel);
    return c.body(null, 204);
  });
