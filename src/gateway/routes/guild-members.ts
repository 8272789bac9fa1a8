// The members of a guild and their roles.
import * as z from "zod";
import { guildMemberList, limits, memberOrder, reason, roleId, userId } from "../../protocol";
import { readOpenTo } from "../../runtime/open-to";
import { signedIn } from "../auth/authenticate";
import { listQuery, readCursor, readPosition, withCursor, writeCursor } from "../http/list-page";
import { answers, guildParams, integerInText, newRouter, noContent, route, textInQuery } from "../http/router";
import { addGuildMember, endGuildMembership } from "../operations/guild-changes";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { assignRoleTo } from "../operations/guild-role-changes";
import { membersOf, sortedMembersOf } from "../operations/guild-view";

const middleware = signedIn;
/** A guild that is as large as a group answers all of its members at once. */
const memberQuery = listQuery.extend({
  limit: integerInText(1, limits.pageMax).default(limits.pageMax),
  order: memberOrder.default("joined"),
  /** Only members whose name or handle has this text. With the order `role`. */
  q: textInQuery.default(""),
});
const params = guildParams.extend({ user: userId });
const roleParams = params.extend({ role: roleId });

/** The text of a cursor, which is signed. */
const memberPosition = z.tuple([z.int(), z.string(), userId]);

const list = route({
  method: "get",
  path: "/v1/guilds/{guild}/members",
  operationId: "listGuildMembers",
  summary: "List the members of a guild, in the order in which they joined or by role and name",
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
    const { cursor, limit, order, q } = c.req.valid("query");
    const request = guildRequest(c, c.req.valid("param").guild);
    if (order === "role") {
      const text = q.normalize("NFC").trim();
      const list = `role ${text}`;
      const known = memberPosition.nullable().parse(JSON.parse(readCursor(c, cursor, list) ?? "null"));
      const after = known && { rank: known[0], name: known[1], id: known[2] };
      const { last, ...page } = await sortedMembersOf(c.get("db"), request, { text, limit, after });
      const next = last && writeCursor(c, JSON.stringify([last.rank, last.name, last.id]), list);
      return c.json({ ...page, next }, 200);
    }
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
