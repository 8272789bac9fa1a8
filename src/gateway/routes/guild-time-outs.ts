// The time-outs of the members of a guild.
import { putTimeOut, userId } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { guildParams, json, newRouter, noContent, route } from "../http/router";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { endTimeOutOf, timeOut } from "../operations/guild-time-outs";

const middleware = signedIn;
const params = guildParams.extend({ user: userId });
const path = "/v1/guilds/{guild}/members/{user}/time-out";

const put = route({
  method: "put",
  path,
  operationId: "timeOutMember",
  summary: "Let a member only read for a time; after the answer this is in force on all sockets",
  middleware,
  request: { params, ...json(putTimeOut) },
  responses: noContent("The member may only read."),
});
const end = route({
  method: "delete",
  path,
  operationId: "endTimeOut",
  summary: "End the time-out of a member",
  middleware,
  request: { params },
  responses: noContent("The member has no time-out."),
});

export const guildTimeOuts = newRouter()
  .openapi(put, async (c) => {
    const { guild, user } = c.req.valid("param");
    await timeOut(c.get("db"), guildRequest(c, guild), user, c.req.valid("json"));
    await announceGuildChange(c, guild, { others: [user] });
    return c.body(null, 204);
  })
  .openapi(end, async (c) => {
    const { guild, user } = c.req.valid("param");
    await endTimeOutOf(c.get("db"), guildRequest(c, guild), user);
    await announceGuildChange(c, guild, { others: [user] });
    return c.body(null, 204);
  });
