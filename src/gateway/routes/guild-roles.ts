// The roles of a guild.
import { changeRole, createRole, guild as guildBody, guildRole, roleId, roleOrder } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, guildParams, json, newRouter, noContent, route } from "../http/router";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import * as changes from "../operations/guild-role-changes";
import { viewAsRole } from "../operations/guild-role-view";

const middleware = signedIn;
const params = guildParams.extend({ role: roleId });

const create = route({
  method: "post",
  path: "/v1/guilds/{guild}/roles",
  operationId: "createRole",
  summary: "Create a role, the lowest of all",
  middleware,
  request: { params: guildParams, ...json(createRole) },
  responses: answers(guildRole, "The role."),
});
const copy = route({
  method: "post",
  path: "/v1/guilds/{guild}/roles/{role}/copies",
  operationId: "copyRole",
  summary: "Create a role that is like another one, the lowest of all",
  middleware,
  request: { params },
  responses: answers(guildRole, "The new role."),
});
const update = route({
  method: "patch",
  path: "/v1/guilds/{guild}/roles/{role}",
  operationId: "changeRole",
  summary: "Change a role; after the answer its permissions are in force on all sockets",
  middleware,
  request: { params, ...json(changeRole) },
  responses: answers(guildRole, "The role after the change."),
});
const remove = route({
  method: "delete",
  path: "/v1/guilds/{guild}/roles/{role}",
  operationId: "deleteRole",
  summary: "Delete a role",
  middleware,
  request: { params },
  responses: noContent("The role is deleted."),
});
const view = route({
  method: "get",
  path: "/v1/guilds/{guild}/roles/{role}/view",
  operationId: "viewAsRole",
  summary: "Get a guild as a member with one role, and no other, would see it",
  middleware,
  request: { params },
  responses: answers(guildBody, "The guild, with the channels in which you may manage roles."),
});
const order = route({
  method: "put",
  path: "/v1/guilds/{guild}/role-order",
  operationId: "orderRoles",
  summary: "Set the order of the roles, the lowest first, without that of everyone",
  middleware,
  request: { params: guildParams, ...json(roleOrder) },
  responses: noContent("The roles have this order."),
});

export const guildRoles = newRouter()
  .openapi(create, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    const made = await changes.createRoleFor(c.get("db"), request, c.req.valid("json"));
    await announceGuildChange(c, request.guild);
    return c.json(made, 200);
  })
  .openapi(copy, async (c) => {
    const { guild, role } = c.req.valid("param");
    const made = await changes.copyRole(c.get("db"), guildRequest(c, guild), role);
    await announceGuildChange(c, guild);
    return c.json(made, 200);
  })
  .openapi(update, async (c) => {
    const { guild, role } = c.req.valid("param");
    const changed = await changes.changeRoleFor(c.get("db"), guildRequest(c, guild), role, c.req.valid("json"));
    await announceGuildChange(c, guild);
    return c.json(changed, 200);
  })
  .openapi(remove, async (c) => {
    const { guild, role } = c.req.valid("param");
    await changes.deleteRoleFor(c.get("db"), guildRequest(c, guild), role);
    await announceGuildChange(c, guild);
    return c.body(null, 204);
  })
  .openapi(view, async (c) => {
    const { guild, role } = c.req.valid("param");
    return c.json(await viewAsRole(c.get("db"), guildRequest(c, guild), role), 200);
  })
  .openapi(order, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    await changes.orderRolesFor(c.get("db"), request, c.req.valid("json").roles);
    await announceGuildChange(c, request.guild);
    return c.body(null, 204);
  });
