// Requests of strangers to the caller.
import { acceptRequest, declineRequest, listRequests } from "../../directory/requests";
import { ChatError } from "../../domain/error";
import { channel as channelBody, channelRequestList } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { listQuery, pageOf, readPosition } from "../http/list-page";
import { answers, channelParams, newRouter, noContent, route } from "../http/router";
import { myChannel } from "../operations/member-channel";
import { signalRequests, withPreviews } from "../operations/requests";
import { deliverRoster } from "../operations/roster-delivery";

const path = "/v1/requests/{channel}";

const list = route({
  method: "get",
  path: "/v1/requests",
  operationId: "listRequests",
  summary: "List the requests of strangers to you, newest first",
  middleware: signedIn,
  request: { query: listQuery },
  responses: answers(channelRequestList, "A page of requests."),
});
const accept = route({
  method: "put",
  path,
  operationId: "acceptRequest",
  summary: "Accept a request and become a member of its channel",
  middleware: signedIn,
  request: { params: channelParams },
  responses: answers(channelBody, "The channel."),
});
const decline = route({
  method: "delete",
  path,
  operationId: "declineRequest",
  summary: "Decline a request and all others of the same stranger, now and later",
  middleware: signedIn,
  request: { params: channelParams },
  responses: noContent("The request is declined. The stranger still sees it as pending."),
});

export const requests = newRouter()
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const { id: user } = c.get("account");
    const rows = await listRequests(c.get("db"), user, limit + 1, readPosition(c, cursor));
    const { items, next } = pageOf(c, rows, limit, ({ createdAt, channel }) => ({ at: createdAt, id: channel }));
    return c.json({ items: await withPreviews(c.env, items), next }, 200);
  })
  .openapi(accept, async (c) => {
    const { channel } = c.req.valid("param");
    const { id: user } = c.get("account");
    const db = c.get("db");
    const refusal = await acceptRequest(db, channel, user, c.get("now"));
    if (refusal !== null) throw new ChatError(refusal);
    await deliverRoster(c.env, db, channel);
    await signalRequests(c.env, [user]);
    return c.json(await myChannel(c, channel), 200);
  })
  .openapi(decline, async (c) => {
    const { channel } = c.req.valid("param");
    const { id: user } = c.get("account");
    const db = c.get("db");
    const declined = await declineRequest(db, channel, user, c.get("now"));
    if (declined === null) throw new ChatError("not_found");
    if (declined.direct !== null) await deliverRoster(c.env, db, declined.direct);
    await signalRequests(c.env, [user]);
    return c.body(null, 204);
  });
