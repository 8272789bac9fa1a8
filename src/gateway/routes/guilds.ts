// Guilds: creating and listing them, and changing a guild as a whole.
import { listGuilds } from "../../directory/guilds";
import { locationHintOf } from "../../domain/region";
import * as wire from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { readCursor, wholeListQuery } from "../http/list-page";
import { answers, guildParams, json, newRouter, noContent, route } from "../http/router";
import { changeGuildFor, createGuildFor, scheduleDeletion, transferGuildTo } from "../operations/guild-changes";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { summaryOf, viewOf } from "../operations/guild-view";

const middleware = signedIn;
const params = guildParams;

const create = route({
  method: "post",
  path: "/v1/guilds",
  operationId: "createGuild",
  summary: "Create a guild from a template; repeats return the same guild",
  middleware,
  request: json(wire.createGuild),
  responses: answers(wire.guild, "The guild."),
});
const list = route({
  method: "get",
  path: "/v1/guilds",
  operationId: "listGuilds",
  summary: "List your guilds, the one that you joined first first",
  middleware,
  request: { query: wholeListQuery },
  responses: answers(wire.guildList, "All of your guilds."),
});
const show = route({
  method: "get",
  path: "/v1/guilds/{guild}",
  operationId: "getGuild",
  summary: "Get one of your guilds, with the channels that you can see",
  middleware,
  request: { params },
  responses: answers(wire.guild, "The guild."),
});
const update = route({
  method: "patch",
  path: "/v1/guilds/{guild}",
  operationId: "changeGuild",
  summary: "Change the name, the description, the colour or the welcome channel",
  middleware,
  request: { params, ...json(wire.changeGuild) },
  responses: answers(wire.guild, "The guild after the change."),
});
const remove = route({
  method: "put",
  path: "/v1/guilds/{guild}/deletion",
  operationId: "deleteGuild",
  summary: "Delete a guild; for 7 days its owner can cancel that",
  middleware,
  request: { params },
  responses: answers(wire.guild, "The guild, with the time at which it is erased."),
});
const cancel = route({
  method: "delete",
  path: "/v1/guilds/{guild}/deletion",
  operationId: "keepGuild",
  summary: "Cancel the deletion of a guild",
  middleware,
  request: { params },
  responses: answers(wire.guild, "The guild."),
});
const transfer = route({
  method: "put",
  path: "/v1/guilds/{guild}/owner",
  operationId: "transferGuild",
  summary: "Make another member the owner",
  middleware,
  request: { params, ...json(wire.transferGuild) },
  responses: noContent("The member owns the guild."),
});

export const guilds = newRouter()
  .openapi(create, async (c) => {
    const db = c.get("db");
    const place: Partial<IncomingRequestCfProperties> = c.req.raw.cf ?? {};
    const creation = { owner: c.get("account").id, now: c.get("now"), region: locationHintOf(place) };
    const id = await createGuildFor(db, c.req.valid("json"), creation);
    await announceGuildChange(c, id);
    return c.json(await viewOf(db, guildRequest(c, id)), 200);
  })
  .openapi(list, async (c) => {
    readCursor(c, c.req.valid("query").cursor);
    const items = (await listGuilds(c.get("db"), c.get("account").id)).map(summaryOf);
    return c.json({ items, next: null }, 200);
  })
  .openapi(show, async (c) => c.json(await viewOf(c.get("db"), guildRequest(c, c.req.valid("param").guild)), 200))
  .openapi(update, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    await changeGuildFor(c.get("db"), request, c.req.valid("json"));
    await announceGuildChange(c, request.guild);
    return c.json(await viewOf(c.get("db"), request), 200);
  })
  .openapi(remove, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    await scheduleDeletion(c.get("db"), request, true);
    await announceGuildChange(c, request.guild);
    return c.json(await viewOf(c.get("db"), request), 200);
  })
  .openapi(cancel, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    await scheduleDeletion(c.get("db"), request, false);
    await announceGuildChange(c, request.guild);
    return c.json(await viewOf(c.get("db"), request), 200);
  })
  .openapi(transfer, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    await transferGuildTo(c.get("db"), request, c.req.valid("json").user);
    await announceGuildChange(c, request.guild);
    return c.body(null, 204);
  });
