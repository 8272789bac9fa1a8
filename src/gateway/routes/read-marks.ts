import { unwrap } from "../../domain/error";
import { marked, markRead } from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import { channelParams } from "../http/params";
import { answers, json, newRouter, route } from "../http/routing";
import { channelOf } from "../operations/append-command";

const request = { params: channelParams, ...json(markRead) };

const read = route({
  method: "put",
  path: "/v1/channels/{channel}/read",
  summary: "I have read up to here; marks never go back",
  middleware: provenCaller,
  request,
  responses: answers(marked, "Where the mark stands."),
});
const unread = route({
  method: "put",
  path: "/v1/channels/{channel}/unread",
  summary: "Count from this message on as unread again, for me alone",
  middleware: provenCaller,
  request,
  responses: answers(marked, "Where the mark stands, which does not move."),
});

export const marks = newRouter()
  .openapi(read, async (c) => {
    const { seq } = c.req.valid("json");
    return c.json({ seq: unwrap(await retry(async () => channelOf(c).markRead(c.get("caller"), seq))) }, 200);
  })
  .openapi(unread, async (c) => {
    const { seq } = c.req.valid("json");
    return c.json({ seq: unwrap(await retry(async () => channelOf(c).markUnread(c.get("caller"), seq))) }, 200);
  });
