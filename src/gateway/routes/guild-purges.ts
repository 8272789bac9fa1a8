// The deletion of what a person wrote lately in a guild.
import { purgeProgress } from "../../directory/guild-purges";
import { limits, purgeMessages, purgeResult } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, guildParams, json, newRouter, route } from "../http/router";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { advancePurges, purgeFrom } from "../operations/guild-purges";

const post = route({
  method: "post",
  path: "/v1/guilds/{guild}/purges",
  operationId: "purgeMessages",
  summary: "Delete what a user sent in the last hours, in one channel or in the whole guild",
  middleware: signedIn,
  request: { params: guildParams, ...json(purgeMessages) },
  responses: answers(purgeResult, "What was deleted until the answer. Nobody can read it any more."),
});

export const guildPurges = newRouter().openapi(post, async (c) => {
  const { guild } = c.req.valid("param");
  const [db, now] = [c.get("db"), c.get("now")];
  const purge = await purgeFrom(db, guildRequest(c, guild), c.req.valid("json"));
  await announceGuildChange(c, guild);
  // What this request does not delete, the cron continues.
  await advancePurges({ env: c.env, db, now, until: Date.now() + limits.deliveryMs }, guild);
  return c.json(await purgeProgress(db, guild, purge), 200);
});
