// Invites to groups and to people: links that anybody may use who has them.
import * as z from "zod";
import { listInvites } from "../../directory/invites";
import {
  channel as channelBody,
  invite as inviteBody,
  inviteList,
  invitePreview,
  limits,
  newInvite,
} from "../../protocol";
import { newId, newInviteCode } from "../../runtime/ids";
import { callerIfAny, signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { readCursor, wholeListQuery } from "../http/list-page";
import { chargedAt } from "../http/rate-limit";
import { answers, channelParams, json, newRouter, noContent, route } from "../http/router";
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
  summary: "Use an invite: become a member of its group, or open the chat with its person",
  middleware,
  request: { params: inviteParams },
  responses: answers(channelBody, "The channel. A repeat has no further effect."),
});
const revoke = route({
  method: "delete",
  path,
  operationId: "revokeInvite",
  summary: "Revoke an invite that you made, or that leads to a group whose members you may remove",
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
    const rows = await listInvites(c.get("db"), "group", channel, c.get("now"));
    return c.json({ items: rows.map(shownInvite), next: null }, 200);
  })
  .openapi(createForGroup, async (c) => {
    const to = { targetKind: "group", target: c.req.valid("param").channel } as const;
    return c.json(await makeInvite(c.get("db"), proposalOf(c, to, c.req.valid("json"))), 200);
  })
  .openapi(listMine, async (c) => {
    readCursor(c, c.req.valid("query").cursor);
    const rows = await listInvites(c.get("db"), "person", c.get("account").id, c.get("now"));
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
    const { channel, changed } = await enterByInvite(db, request, newId("c", now));
    // Also for a repeat: an earlier request, whose answer was lost, may not have delivered.
    await deliverRoster(c.env, db, channel);
    await signalRequests(c.env, changed);
    return c.json(await myChannel(c, channel), 200);
  })
  .openapi(revoke, async (c) => {
    await endInvite(c.get("db"), c.req.valid("param").code, c.get("account").id, c.get("now"));
    return c.body(null, 204);
  });
