// The messages of a channel over HTTP. The channel's object checks membership and permissions.
import { unwrap } from "../../domain/error";
import {
  appended,
  changeMessage,
  editMessage,
  limits,
  message as messageBody,
  page,
  pageQuery,
  sendMessage,
} from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import { channelObject } from "../http/context";
import {
  answers,
  channelParams,
  coerced,
  idempotencyKey,
  integerInText,
  json,
  messageParams,
  newRouter,
  route,
} from "../http/router";
import { appendCommand } from "../operations/append-command";

const middleware = provenCaller;
const query = coerced(
  {
    before: integerInText(1).optional(),
    after: integerInText(0).optional(),
    around: integerInText(1).optional(),
    thread: integerInText(1).optional(),
    limit: integerInText(1, limits.pageMax).optional(),
  },
  pageQuery,
);

const list = route({
  method: "get",
  path: "/v1/channels/{channel}/messages",
  operationId: "listMessages",
  summary: "List messages in ascending order",
  middleware,
  request: { params: channelParams, query },
  responses: answers(page, "A page of messages in their current state."),
});
const send = route({
  method: "post",
  path: "/v1/channels/{channel}/messages",
  operationId: "sendMessage",
  summary: "Send a message; a nonce with a cursor, or an Idempotency-Key, makes repeats safe",
  middleware,
  parameters: [idempotencyKey],
  request: { params: channelParams, ...json(sendMessage) },
  responses: answers(appended, "The position of the message in the log."),
});
const show = route({
  method: "get",
  path: "/v1/channels/{channel}/messages/{seq}",
  operationId: "getMessage",
  summary: "Get one message in its current state",
  middleware,
  request: { params: messageParams },
  responses: answers(messageBody, "The message."),
});
const edit = route({
  method: "patch",
  path: "/v1/channels/{channel}/messages/{seq}",
  operationId: "editMessage",
  summary: "Edit one of your messages",
  middleware,
  parameters: [idempotencyKey],
  request: { params: messageParams, ...json(editMessage) },
  responses: answers(appended, "The position of the edit in the log."),
});
const remove = route({
  method: "delete",
  path: "/v1/channels/{channel}/messages/{seq}",
  operationId: "deleteMessage",
  summary: "Delete a message; repeating it changes nothing",
  middleware,
  parameters: [idempotencyKey],
  request: { params: messageParams, body: { content: { "application/json": { schema: changeMessage } } } },
  responses: answers(appended, "The position of the deletion in the log."),
});

export const messages = newRouter()
  .openapi(list, async (c) => {
    const query = c.req.valid("query");
    return c.json(unwrap(await retry(async () => channelObject(c).page(c.get("caller"), query))), 200);
  })
  .openapi(send, async (c) => {
    const { nonce, epoch, after, ...content } = c.req.valid("json");
    return c.json(await appendCommand(c, { type: "message.send", ...content }, { nonce, epoch, after }), 200);
  })
  .openapi(show, async (c) => {
    const { seq } = c.req.valid("param");
    return c.json(unwrap(await retry(async () => channelObject(c).message(c.get("caller"), seq))), 200);
  })
  .openapi(edit, async (c) => {
    const { text, ...identity } = c.req.valid("json");
    return c.json(await appendCommand(c, { type: "message.edit", seq: c.req.valid("param").seq, text }, identity), 200);
  })
  .openapi(remove, async (c) => {
    const identity = c.req.valid("json");
    return c.json(await appendCommand(c, { type: "message.delete", seq: c.req.valid("param").seq }, identity), 200);
  });
