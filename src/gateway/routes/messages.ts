import * as z from "zod";
import { unwrap } from "../../domain/error";
import {
  appended,
  changeMessage,
  editMessage,
  message as messageBody,
  page,
  pageQuery,
  position,
  sendMessage,
} from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import { channelParams, messageParams } from "../http/params";
import { answers, coerced, json, newRouter, route } from "../http/routing";
import { appendCommand, channelOf } from "../operations/append-command";

const middleware = provenCaller;
const number = z.coerce.number().pipe(position).optional();
const query = coerced(
  { before: number, after: number, around: number, thread: number, limit: z.coerce.number().optional() },
  pageQuery,
);

const list = route({
  method: "get",
  path: "/v1/channels/{channel}/messages",
  summary: "A page of messages, ascending",
  middleware,
  request: { params: channelParams, query },
  responses: answers(page, "Messages in their current state."),
});
const send = route({
  method: "post",
  path: "/v1/channels/{channel}/messages",
  summary: "Send a message, exactly once by nonce and cursor or by Idempotency-Key",
  middleware,
  request: { params: channelParams, ...json(sendMessage) },
  responses: answers(appended, "Where it stands in the log."),
});
const show = route({
  method: "get",
  path: "/v1/channels/{channel}/messages/{seq}",
  summary: "One message in its current state",
  middleware,
  request: { params: messageParams },
  responses: answers(messageBody, "The message."),
});
const edit = route({
  method: "patch",
  path: "/v1/channels/{channel}/messages/{seq}",
  summary: "Edit a message of mine",
  middleware,
  request: { params: messageParams, ...json(editMessage) },
  responses: answers(appended, "Where the edit stands in the log."),
});
const remove = route({
  method: "delete",
  path: "/v1/channels/{channel}/messages/{seq}",
  summary: "Delete a message; deleting twice is the same as once",
  middleware,
  request: { params: messageParams, body: { content: { "application/json": { schema: changeMessage } } } },
  responses: answers(appended, "Where the deletion stands in the log."),
});
export const messages = newRouter()
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    return c.json(unwrap(await retry(async () => channelOf(c).page(c.get("caller"), asked))), 200);
  })
  .openapi(send, async (c) => {
    const { nonce, epoch, after, ...said } = c.req.valid("json");
    return c.json(await appendCommand(c, { type: "message.send", ...said }, { nonce, epoch, after }), 200);
  })
  .openapi(show, async (c) => {
    const { seq } = c.req.valid("param");
    return c.json(unwrap(await retry(async () => channelOf(c).message(c.get("caller"), seq))), 200);
  })
  .openapi(edit, async (c) => {
    const { text, ...named } = c.req.valid("json");
    return c.json(await appendCommand(c, { type: "message.edit", seq: c.req.valid("param").seq, text }, named), 200);
  })
  .openapi(remove, async (c) => {
    const named = c.req.valid("json");
    return c.json(await appendCommand(c, { type: "message.delete", seq: c.req.valid("param").seq }, named), 200);
  });
