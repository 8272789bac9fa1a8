// The upgrade of the sockets. The gateway checks the token and the object decides about access.
import { Hono } from "hono";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import {
  closeCodes,
  DEVICE_SUBPROTOCOL_PREFIX,
  devicePattern,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../protocol";
import { upgradeRequest } from "../../runtime/identity";
import { refusalCodeOf, refuseUpgrade } from "../../runtime/sockets";
import { readAccessToken } from "../auth/access-token";
import { requireAccepted } from "../auth/authenticate";
import { refuseForeignPage } from "../auth/origin";
import { setAnswerHeaders } from "../http/answer-headers";
import { type Gateway, type GatewayContext, headerOf, prepareContext, secretsOf } from "../http/context";
import { answerProblem } from "../http/problem";
import { chargeAccount, chargeAddress } from "../http/rate-limit";
import { channelParams, guildParams, newRouter, route, upgraded } from "../http/router";

const responses = upgraded("A WebSocket of the subprotocol `parley.v1`; see SPEC.md.");
const userSocket = route({
  method: "get",
  path: "/v1/socket",
  operationId: "openUserSocket",
  summary: "Open a socket to your inbox",
  responses,
});
const channelSocket = route({
  method: "get",
  path: "/v1/channels/{channel}/socket",
  operationId: "openChannelSocket",
  summary: "Open a socket to a channel",
  request: { params: channelParams },
  responses,
});

const guildSocket = route({
  method: "get",
  path: "/v1/guilds/{guild}/socket",
  operationId: "openGuildSocket",
  summary: "Open a socket to the heads of a guild",
  request: { params: guildParams },
  responses,
});

export const sockets = newRouter()
  .openapi(userSocket, (c) => upgradeToUser(c))
  .openapi(channelSocket, (c) => upgradeToChannel(c, c.req.valid("param").channel))
  .openapi(guildSocket, (c) => upgradeToGuild(c, c.req.valid("param").guild));

/**
 * The same routes without the middleware and the schemas of a router, for requests that ask for an
 * upgrade. Every client reconnects at once after a restart, and these take more processor time than
 * the rest of the gateway's part of an upgrade.
 */
export const upgrades = new Hono<Gateway>()
  .get(userSocket.getRoutingPath(), (c) => {
    prepareUpgrade(c);
    return upgradeToUser(c);
  })
  .get(channelSocket.getRoutingPath(), (c) => {
    prepareUpgrade(c);
    return upgradeToChannel(c, channelParams.parse({ channel: c.req.param("channel") }).channel);
  })
  .get(guildSocket.getRoutingPath(), (c) => {
    prepareUpgrade(c);
    return upgradeToGuild(c, guildParams.parse({ guild: c.req.param("guild") }).guild);
  });
upgrades.onError((error, c) => {
  c.res = answerProblem(c, error);
  setAnswerHeaders(c);
  return c.res;
});

const upgradeAddress = /^https?:\/\/[^/]+\/v1\/(?:socket|(?:channels|guilds)\/[^/?#]+\/socket)(?:\?|$)/;

/** Whether `upgrades` answers the request. */
export const isUpgrade = ({ method, url, headers }: Request): boolean =>
  method === "GET" && headers.get("upgrade") !== null && upgradeAddress.test(url);

function prepareUpgrade(c: GatewayContext): void {
  prepareContext(c);
  refuseForeignPage(c);
}

const upgradeToUser = (c: GatewayContext): Promise<Response> =>
  upgrade(c, (caller) => Promise.resolve(c.env.USERS.getByName(caller.user)));

const upgradeToChannel = (c: GatewayContext, channel: string): Promise<Response> =>
  upgrade(c, async (caller) => {
    // The channel may not know yet that the session has ended. The user object does.
    await requireAccepted(c.env, caller);
    return c.env.CHANNELS.getByName(channel);
  });

const upgradeToGuild = (c: GatewayContext, guild: string): Promise<Response> =>
  upgrade(
    c,
    async (caller) => {
      await requireAccepted(c.env, caller);
      return c.env.GUILDS.getByName(guild);
    },
    guild,
  );

/**
 * Checks the access token and hands the upgrade to the object. A refusal opens the socket and
 * closes it with a code, because a browser can read nothing else of a failed upgrade.
 */
async function upgrade(
  c: GatewayContext,
  objectOf: (caller: Caller) => Promise<Fetcher>,
  guild = "",
): Promise<Response> {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") throw new ChatError("upgrade_required");
  const offered = (headerOf(c, "sec-websocket-protocol") ?? "").split(",").map((text) => text.trim());
  if (!offered.includes(SUBPROTOCOL))
    throw new ChatError("invalid", `Sec-WebSocket-Protocol must offer ${SUBPROTOCOL}`);
  const after = (prefix: string) => offered.find((text) => text.startsWith(prefix))?.slice(prefix.length);
  const token = after(TOKEN_SUBPROTOCOL_PREFIX);
  const deviceText = after(DEVICE_SUBPROTOCOL_PREFIX);
  const device = deviceText !== undefined && devicePattern.test(deviceText) ? deviceText : null;
  let caller: Caller;
  let object: Fetcher;
  try {
    caller = await readAccessToken(secretsOf(c.env), token ?? "", c.get("now"));
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    await chargeAddress(c);
    return refuseUpgrade(closeCodes.tokenStale, "token");
  }
  try {
    await chargeAccount(c, caller.user);
    object = await objectOf(caller);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    if (error.code === "rate_limited") return refuseUpgrade(closeCodes.rateLimited, "rate");
    if (error.code === "token_expired") return refuseUpgrade(closeCodes.tokenStale, "token");
    throw error;
  }
  const answer = await object.fetch(...upgradeRequest({ ...caller, device }, guild));
  const refusalCode = refusalCodeOf(answer);
  return refusalCode === null ? answer : refuseUpgrade(refusalCode, "refused");
}
