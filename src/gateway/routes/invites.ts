// Invites to groups, guilds and people: links that anybody may use who has them.
import * as z from "zod";
import { listInvites } from "../../directory/invites";
import {
  invite as inviteBody,
  inviteList,
  invitePreview,
  limits,
  newGuildInvite,
  newInvite,
  usedInvite,
} from "../../protocol";
import { newId, newInviteCode } from "../../runtime/ids";
import { callerIfAny, signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { readCursor, wholeListQuery } from "../http/list-page";
import { chargedAt } from "../http/rate-limit";
import { answers, channelParams, guildParams, json, newRouter, noContent, route } from "../http/router";
import { guildRequest } from "../operations/guild-decision";
import { deliverGuildChange } from "../operations/guild-delivery";
import { guildInvitesOf, makeGuildInvite } from "../operations/guild-invites";
import {
  endInvite,
  enterByInvite,
  makeInvite,
  previewInvite,
  requireInviter,
  shownInvite,
} from "../operations/invites";
import { myChannel } from "../operations/member-channel";
import { signalRequests } from "../operations/requests";
import { deliverRoster } from "../operations/roster-delivery";

const middleware = signedIn;
const path = "/v1/invites/{code}";
/** Any text, because a link that was cut gets the answer of an invite that does not exist. */
const inviteParams = z.object({ code: z.string().max(limits.typedInviteCharacters) });

const listOfGroup = route({
  method: "get",
  path: "/v1/channels/{channel}/invites",
  operationId: "listChannelInvites",
  summary: "List the invites to a group, newest first",
  middleware,
  request: { params: channelParams, query: wholeListQuery },
  responses: answers(inviteList, "All invites that are valid."),
});
const createForGroup = route({
  method: "post",
  path: "/v1/channels/{channel}/invites",
  operationId: "createChannelInvite",
  summary: "Create an invite to a group",
  middleware,
  request: { params: channelParams, ...json(newInvite) },
  responses: answers(inviteBody, "The invite."),
});
const listOfGuild = route({
  method: "get",
  path: "/v1/guilds/{guild}/invites",
  operationId: "listGuildInvites",
  summary: "List the invites to a guild that you made, or all of them if you manage it, newest first",
  middleware,
  request: { params: guildParams, query: wholeListQuery },
  responses: answers(inviteList, "All invites that are valid."),
});
const createForGuild = route({
  method: "post",
  path: "/v1/guilds/{guild}/invites",
  operationId: "createGuildInvite",
  summary: "Create an invite to a guild, also with roles that you may give",
  middleware,
  request: { params: guildParams, ...json(newGuildInvite) },
  responses: answers(inviteBody, "The invite."),
});
const listMine = route({
  method: "get",
  path: "/v1/me/invites",
  operationId: "listMyInvites",
  summary: "List your invites to a chat with you, newest first",
  middleware,
  request: { query: wholeListQuery },
  responses: answers(inviteList, "All invites that are valid."),
});
const createForMe = route({
  method: "post",
  path: "/v1/me/invites",
  operationId: "createMyInvite",
  summary: "Create an invite to a chat with you; who uses it needs no request",
  middleware,
  request: json(newInvite),
  responses: answers(inviteBody, "The invite."),
});
const show = route({
  method: "get",
  path,
  operationId: "getInvite",
  summary: "Get a preview of an invite's target, also without a sign-in",
  middleware: [chargedAt("preview"), callerIfAny] as const,
  request: { params: inviteParams },
  responses: answers(invitePreview, "What everyone who has the link may know."),
});
const use = route({
  method: "post",
  path,
  operationId: "useInvite",
  summary: "Use an invite: become a member of its group or guild, or open the chat with its person",
  middleware,
  request: { params: inviteParams },
  responses: answers(usedInvite, "The channel, or where in the guild to begin. A repeat has no further effect."),
});
const revoke = route({
  method: "delete",
  path,
  operationId: "revokeInvite",
  summary: "Revoke an invite that you made, or one to a group whose members you may remove, or to a guild you manage",
  middleware,
  request: { params: inviteParams },
  responses: noContent("The invite is revoked."),
});

type InviteTarget = { targetKind: "group" | "person"; target: string };

/** Returns the proposal of an invite that the caller makes. */
function proposalOf(c: GatewayContext, to: InviteTarget, wanted: z.output<typeof newInvite>) {
  const now = c.get("now");
  return {
    ...to,
    code: newInviteCode(),
    createdBy: c.get("account").id,
    createdAt: now,
    expiresAt: wanted.forMs === null ? null : now + wanted.forMs,
    maxUses: wanted.maxUses,
  };
}

export const invites = newRouter()
  .openapi(listOfGroup, async (c) => {
    const { channel } = c.req.valid("param");
    readCursor(c, c.req.valid("query").cursor);
    await requireInviter(c.get("db"), channel, c.get("account").id);
    const rows = await listInvites(c.get("db"), { kind: "group", target: channel }, c.get("now"));
    return c.json({ items: rows.map(shownInvite), next: null }, 200);
  })
  .openapi(createForGroup, async (c) => {
    const to = { targetKind: "group", target: c.req.valid("param").channel } as const;
    return c.json(await makeInvite(c.get("db"), proposalOf(c, to, c.req.valid("json"))), 200);
  })
  .openapi(listOfGuild, async (c) => {
    readCursor(c, c.req.valid("query").cursor);
    const items = await guildInvitesOf(c.get("db"), guildRequest(c, c.req.valid("param").guild));
    return c.json({ items, next: null }, 200);
  })
  .openapi(createForGuild, async (c) => {
    const request = guildRequest(c, c.req.valid("param").guild);
    return c.json(await makeGuildInvite(c.get("db"), request, c.req.valid("json")), 200);
  })
  .openapi(listMine, async (c) => {
    readCursor(c, c.req.valid("query").cursor);
    const rows = await listInvites(c.get("db"), { kind: "person", target: c.get("account").id }, c.get("now"));
    return c.json({ items: rows.map(shownInvite), next: null }, 200);
  })
  .openapi(createForMe, async (c) => {
    const to = { targetKind: "person", target: c.get("account").id } as const;
    return c.json(await makeInvite(c.get("db"), proposalOf(c, to, c.req.valid("json"))), 200);
  })
  .openapi(show, async (c) => {
    const { code } = c.req.valid("param");
    const user = c.var.caller?.user ?? null;
    return c.json(await previewInvite(c.get("db"), code, user, c.get("now")), 200);
  })
  .openapi(use, async (c) => {
    const db = c.get("db");
    const now = c.get("now");
    const request = { code: c.req.valid("param").code, user: c.get("account").id, now };
    const used = await enterByInvite(db, request, newId("c", now));
    // Also for a repeat: an earlier request, whose answer was lost, may not have delivered.
    if (used.guild !== null) {
      await deliverGuildChange(c.env, db, used.guild);
      return c.json({ kind: "entered" as const, ...used }, 200);
    }
    await deliverRoster(c.env, db, used.channel);
    await signalRequests(c.env, used.changed);
    return c.json(await myChannel(c, used.channel), 200);
  })
  .openapi(revoke, async (c) => {
    await endInvite(c.get("db"), c.req.valid("param").code, c.get("account").id, c.get("now"));
    return c.body(null, 204);
  });
