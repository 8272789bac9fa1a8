// The overrides of a channel or a category: what it grants and denies roles and members.
import * as z from "zod";
import { categoryId, channelId, guildOverrideList, putOverride, roleId, userId } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { readCursor, wholeListQuery } from "../http/list-page";
import { answers, guildParams, json, newRouter, noContent, route } from "../http/router";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { copyCategoryOverrides, lockChannel, setOverride } from "../operations/guild-override-changes";
import { overridesIn } from "../operations/guild-view";

const middleware = signedIn;
const target = z.union([roleId, userId]);
const ofChannel = guildParams.extend({ channel: channelId });
const ofCategory = guildParams.extend({ category: categoryId });

const listOfChannel = route({
  method: "get",
  path: "/v1/guilds/{guild}/channels/{channel}/overrides",
  operationId: "listOverrides",
  summary: "List the overrides of a channel",
  middleware,
  request: { params: ofChannel, query: wholeListQuery },
  responses: answers(guildOverrideList, "All overrides."),
});
const putOfChannel = route({
  method: "put",
  path: "/v1/guilds/{guild}/channels/{channel}/overrides/{target}",
  operationId: "putOverride",
  summary: "Set what a channel grants and denies a role or a member; empty lists remove the override",
  middleware,
  request: { params: ofChannel.extend({ target }), ...json(putOverride) },
  responses: noContent("The override is in force on all sockets."),
});
const copy = route({
  method: "put",
  path: "/v1/guilds/{guild}/channels/{channel}/overrides",
  operationId: "copyCategoryOverrides",
  summary: "Replace the overrides of a channel by those of its category",
  middleware,
  request: { params: ofChannel },
  responses: noContent("The channel has the overrides of its category."),
});
const lockPath = "/v1/guilds/{guild}/channels/{channel}/lock";
const lock = route({
  method: "put",
  path: lockPath,
  operationId: "lockChannel",
  summary: "Lock a channel: only roles and members with an override of their own send there",
  middleware,
  request: { params: ofChannel },
  responses: noContent("The channel is locked on all sockets."),
});
const unlock = route({
  method: "delete",
  path: lockPath,
  operationId: "unlockChannel",
  summary: "Unlock a channel",
  middleware,
  request: { params: ofChannel },
  responses: noContent("The channel is not locked."),
});
const listOfCategory = route({
  method: "get",
  path: "/v1/guilds/{guild}/categories/{category}/overrides",
  operationId: "listCategoryOverrides",
  summary: "List the overrides of a category",
  middleware,
  request: { params: ofCategory, query: wholeListQuery },
  responses: answers(guildOverrideList, "All overrides."),
});
const putOfCategory = route({
  method: "put",
  path: "/v1/guilds/{guild}/categories/{category}/overrides/{target}",
  operationId: "putCategoryOverride",
  summary: "Set what new channels of a category grant and deny a role or a member",
  middleware,
  request: { params: ofCategory.extend({ target }), ...json(putOverride) },
  responses: noContent("The category has the override."),
});

export const guildOverrides = newRouter()
  .openapi(listOfChannel, async (c) => {
    readCursor(c, c.req.valid("query").cursor);
    const { guild, channel } = c.req.valid("param");
    return c.json({ items: await overridesIn(c.get("db"), guildRequest(c, guild), { channel }), next: null }, 200);
  })
  .openapi(putOfChannel, async (c) => {
    const { guild, channel, target: id } = c.req.valid("param");
    const override = { target: id, ...c.req.valid("json") };
    await setOverride(c.get("db"), guildRequest(c, guild), { channel }, override);
    await announceGuildChange(c, guild, { channels: [channel] });
    return c.body(null, 204);
  })
  .openapi(copy, async (c) => {
    const { guild, channel } = c.req.valid("param");
    await copyCategoryOverrides(c.get("db"), guildRequest(c, guild), channel);
    await announceGuildChange(c, guild, { channels: [channel] });
    return c.body(null, 204);
  })
  .openapi(lock, async (c) => {
    const { guild, channel } = c.req.valid("param");
    await lockChannel(c.get("db"), guildRequest(c, guild), channel, true);
    await announceGuildChange(c, guild, { channels: [channel] });
    return c.body(null, 204);
  })
  .openapi(unlock, async (c) => {
    const { guild, channel } = c.req.valid("param");
    await lockChannel(c.get("db"), guildRequest(c, guild), channel, false);
    await announceGuildChange(c, guild, { channels: [channel] });
    return c.body(null, 204);
  })
  .openapi(listOfCategory, async (c) => {
    readCursor(c, c.req.valid("query").cursor);
    const { guild, category } = c.req.valid("param");
    return c.json({ items: await overridesIn(c.get("db"), guildRequest(c, guild), { category }), next: null }, 200);
  })
  .openapi(putOfCategory, async (c) => {
    const { guild, category, target: id } = c.req.valid("param");
    const override = { target: id, ...c.req.valid("json") };
    await setOverride(c.get("db"), guildRequest(c, guild), { category }, override);
    await announceGuildChange(c, guild);
    return c.body(null, 204);
  });
