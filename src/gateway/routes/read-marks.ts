// The read mark and the unread-from mark over HTTP.
import { unwrap } from "../../domain/error";
import { marked, markRead } from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import { channelObject } from "../http/context";
import { answers, channelParams, json, newRouter, route } from "../http/router";

const request = { params: channelParams, ...json(markRead) };

const read = route({
  method: "put",
  path: "/v1/channels/{channel}/read",
  operationId: "markRead",
  summary: "Move your read mark forward; it never goes back",
  middleware: provenCaller,
  request,
  responses: answers(marked, "The position of the read mark."),
});
const unread = route({
  method: "put",
  path: "/v1/channels/{channel}/unread",
  operationId: "markUnread",
  summary: "Mark a channel as unread from a message on, for yourself only",
  middleware: provenCaller,
  request,
  responses: answers(marked, "The position of the read mark, which does not move."),
});

export const readMarks = newRouter()
  .openapi(read, async (c) => {
    const { seq } = c.req.valid("json");
    return c.json({ seq: unwrap(await retry(async () => channelObject(c).markRead(c.get("caller"), seq))) }, 200);
  })
  .openapi(unread, async (c) => {
    const { seq } = c.req.valid("json");
    return c.json({ seq: unwrap(await retry(async () => channelObject(c).markUnread(c.get("caller"), seq))) }, 200);
  });
