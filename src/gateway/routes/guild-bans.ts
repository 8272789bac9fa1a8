// The bans of a guild.
import { guildBanList, limits, putBan, userId } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { listQuery, pageOf, readPosition } from "../http/list-page";
import { answers, guildParams, json, newRouter, noContent, route } from "../http/router";
import { banFrom, bansOf, liftBanOf } from "../operations/guild-bans";
import { guildRequest } from "../operations/guild-decision";
import { announceGuildChange } from "../operations/guild-delivery";
import { advancePurges } from "../operations/guild-purges";

const middleware = signedIn;
const params = guildParams.extend({ user: userId });

const list = route({
  method: "get",
  path: "/v1/guilds/{guild}/bans",
  operationId: "listBans",
  summary: "List the people who are banned from a guild, the last ban first",
  middleware,
  request: { params: guildParams, query: listQuery },
  responses: answers(guildBanList, "A page of bans."),
});
const put = route({
  method: "put",
  path: "/v1/guilds/{guild}/bans/{user}",
  operationId: "putBan",
  summary: "Ban a user, who may be no member; after the answer they receive nothing of the guild",
  middleware,
  request: { params, ...json(putBan) },
  responses: noContent("The user is banned. Their messages may still be being deleted."),
});
const lift = route({
  method: "delete",
  path: "/v1/guilds/{guild}/bans/{user}",
  operationId: "liftBan",
  summary: "Lift a ban",
  middleware,
  request: { params },
  responses: noContent("The user is not banned."),
});

export const guildBans = newRouter()
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const request = guildRequest(c, c.req.valid("param").guild);
    const rows = await bansOf(c.get("db"), request, limit + 1, readPosition(c, cursor));
    return c.json(
      pageOf(c, rows, limit, ({ createdAt, user }) => ({ at: createdAt, id: user.id })),
      200,
    );
  })
  .openapi(put, async (c) => {
    const { guild, user } = c.req.valid("param");
    const db = c.get("db");
    await banFrom(db, guildRequest(c, guild), user, c.req.valid("json"));
    await announceGuildChange(c, guild, { others: [user] });
    // What this request does not delete, the cron continues.
    await advancePurges({ env: c.env, db, now: c.get("now"), until: Date.now() + limits.deliveryMs }, guild);
    return c.body(null, 204);
  })
  .openapi(lift, async (c) => {
    const { guild, user } = c.req.valid("param");
    await liftBanOf(c.get("db"), guildRequest(c, guild), user);
    await announceGuildChange(c, guild);
    return c.body(null, 204);
  });
