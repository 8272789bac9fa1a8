// The members of a guild and their roles.
import * as z from "zod";
import { guildMemberList, limits, reason, roleId, userId } from "../../protocol";
import { readOpenTo } from "../../runtime/open-to";
import { signedIn } from "../auth/authenticate";
import { listQuery, readPosition, withCursor } from "../http/list-page";
import { answers, guildParams, integerInText, newRouter, noContent, route } from "../http/router";
import { addGuildMember, endGuildMembership } from "../operations/guild-changes";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { assignRoleTo } from "../operations/guild-role-changes";
import { membersOf } from "../operations/guild-view";

const middleware = signedIn;
/** A guild that is as large as a group answers all of its members at once. */
const memberQuery = listQuery.extend({ limit: integerInText(1, limits.pageMax).default(limits.pageMax) });
const params = guildParams.extend({ user: userId });
const roleParams = params.extend({ role: roleId });

const list = route({
  method: "get",
  path: "/v1/guilds/{guild}/members",
  operationId: "listGuildMembers",
  summary: "List the members of a guild, the one who joined first first",
  middleware,
  request: { params: guildParams, query: memberQuery },
  responses: answers(guildMemberList, "A page of members."),
});
const put = route({
  method: "put",
  path: "/v1/guilds/{guild}/members/{user}",
  operationId: "addGuildMember",
  summary: "Add a user who needs no request of you",
  middleware,
  request: { params },
  responses: noContent("The user is a member."),
});
const remove = route({
  method: "delete",
  path: "/v1/guilds/{guild}/members/{user}",
  operationId: "removeGuildMember",
  summary: "Remove a member, or leave; after the answer they receive nothing of the guild",
  middleware,
  request: { params, query: z.object({ reason: reason.default("") }) },
  responses: noContent("The user is no member."),
});
const give = route({
  method: "put",
  path: "/v1/guilds/{guild}/members/{user}/roles/{role}",
  operationId: "giveRole",
  summary: "Give a member a role",
  middleware,
  request: { params: roleParams },
  responses: noContent("The member has the role."),
});
const take = route({
  method: "delete",
  path: "/v1/guilds/{guild}/members/{user}/roles/{role}",
  operationId: "takeRole",
  summary: "Take a role from a member",
  middleware,
  request: { params: roleParams },
  responses: noContent("The member does not have the role."),
});

export const guildMembers = newRouter()
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const request = guildRequest(c, c.req.valid("param").guild);
    const { items, hasMore } = await membersOf(c.get("db"), request, limit, readPosition(c, cursor));
    return c.json(
      withCursor(c, items, hasMore, ({ joinedAt: at, user: { id } }) => ({ at, id })),
      200,
    );
  })
  .openapi(put, async (c) => {
    const { guild, user } = c.req.valid("param");
    const request = guildRequest(c, guild);
    await addGuildMember(c.get("db"), request, user, { by: request.actor, openTo: readOpenTo(c.env.OPEN_TO) });
    await announceGuildChange(c, guild, { others: [user] });
    return c.body(null, 204);
  })
  .openapi(remove, async (c) => {
    const { guild, user } = c.req.valid("param");
    await endGuildMembership(c.get("db"), guildRequest(c, guild), user, c.req.valid("query").reason);
    await announceGuildChange(c, guild, { others: [user] });
    return c.body(null, 204);
  })
  .openapi(give, async (c) => {
    const { guild, user, role } = c.req.valid("param");
    await assignRoleTo(c.get("db"), guildRequest(c, guild), { user, role, isGiven: true });
    await announceGuildChange(c, guild, { others: [user] });
    return c.body(null, 204);
  })
  .openapi(take, async (c) => {
    const { guild, user, role } = c.req.valid("param");
    await assignRoleTo(c.get("db"), guildRequest(c, guild), { user, role, isGiven: false });
    await announceGuildChange(c, guild, { others: [user] });
    return c.body(null, 204);
  });
