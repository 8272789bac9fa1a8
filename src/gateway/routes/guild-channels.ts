// The channels and categories of a guild. Messages are read and sent at the address of the channel
// itself, as in groups.
import * as wire from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, guildParams, json, newRouter, noContent, route } from "../http/router";
import { tryEraseChannel } from "../operations/channel-erasure";
import * as changes from "../operations/guild-channel-changes";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { viewOf } from "../operations/guild-view";

const middleware = signedIn;
const params = guildParams.extend({ channel: wire.channelId });
const categoryParams = guildParams.extend({ category: wire.categoryId });

const create = route({
  method: "post",
  path: "/v1/guilds/{guild}/channels",
  operationId: "createGuildChannel",
  summary: "Create a channel; repeats return the same channel",
  middleware,
  request: { params: guildParams, ...json(wire.createGuildChannel) },
  responses: answers(wire.guild, "The guild with the channel, if you can see it."),
});
const update = route({
  method: "patch",
  path: "/v1/guilds/{guild}/channels/{channel}",
  operationId: "changeGuildChannel",
  summary: "Change the name, topic, type or place of a channel",
  middleware,
  request: { params, ...json(wire.changeGuildChannel) },
  responses: answers(wire.guild, "The guild after the change."),
});
const remove = route({
  method: "delete",
  path: "/v1/guilds/{guild}/channels/{channel}",
  operationId: "deleteGuildChannel",
  summary: "Delete a channel for good, with all of its messages",
  middleware,
  request: { params },
  responses: noContent("The channel is deleted."),
});
const createCategory = route({
  method: "post",
  path: "/v1/guilds/{guild}/categories",
  operationId: "createCategory",
  summary: "Create a category",
  middleware,
  request: { params: guildParams, ...json(wire.putCategory) },
  responses: answers(wire.guildCategory, "The category."),
});
const updateCategory = route({
  method: "patch",
  path: "/v1/guilds/{guild}/categories/{category}",
  operationId: "changeCategory",
  summary: "Change the name or the place of a category",
  middleware,
  request: { params: categoryParams, ...json(wire.changeCategory) },
  responses: noContent("The category is changed."),
});
const removeCategory = route({
  method: "delete",
  path: "/v1/guilds/{guild}/categories/{category}",
  operationId: "deleteCategory",
  summary: "Delete a category; its channels stay",
  middleware,
  request: { params: categoryParams },
  responses: noContent("The category is deleted."),
});

export const guildChannels = newRouter()
  .openapi(create, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    const channel = await changes.createChannelFor(c.get("db"), request, c.req.valid("json"));
    await announceGuildChange(c, request.guild, { channels: [channel] });
    return c.json(await viewOf(c.get("db"), request), 200);
  })
  .openapi(update, async (c) => {
    const { guild, channel } = c.req.valid("param");
    const request = guildRequest(c, guild);
    await changes.changeChannelFor(c.get("db"), request, channel, c.req.valid("json"));
    await announceGuildChange(c, guild, { channels: [channel] });
    return c.json(await viewOf(c.get("db"), request), 200);
  })
  .openapi(remove, async (c) => {
    const { guild, channel } = c.req.valid("param");
    await changes.deleteChannelFor(c.get("db"), guildRequest(c, guild), channel);
    await announceGuildChange(c, guild, { channels: [channel] });
    await tryEraseChannel(c.env, c.get("db"), channel);
    return c.body(null, 204);
  })
  .openapi(createCategory, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    const made = await changes.createCategory(c.get("db"), request, c.req.valid("json"));
    await announceGuildChange(c, request.guild);
    return c.json(made, 200);
  })
  .openapi(updateCategory, async (c) => {
    const { guild, category } = c.req.valid("param");
    await changes.changeCategory(c.get("db"), guildRequest(c, guild), category, c.req.valid("json"));
    await announceGuildChange(c, guild);
    return c.body(null, 204);
  })
  .openapi(removeCategory, async (c) => {
    const { guild, category } = c.req.valid("param");
    await changes.deleteCategory(c.get("db"), guildRequest(c, guild), category);
    await announceGuildChange(c, guild);
    return c.body(null, 204);
  });
