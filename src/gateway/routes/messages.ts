import * as z from "zod";
import { ChatError, unwrap } from "../../domain/error";
import type { Uncursored } from "../../domain/log";
import type { Named } from "../../domain/ports";
import {
  appended,
  deleteMessage,
  editMessage,
  marked,
  markRead,
  message as messageBody,
  page,
  pageQuery,
  position,
  sendMessage,
} from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import type { GatewayContext } from "../context";
import { channelParams, messageParams } from "../params";
import { answers, json, newRouter, route } from "../routing";

const middleware = provenCaller;
const number = z.coerce.number().pipe(position).optional();
const query = z
  .object({ before: number, after: number, around: number, limit: z.coerce.number().optional() })
  .transform((raw, ctx) => {
    const parsed = pageQuery.safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) ctx.addIssue({ code: "custom", message: issue.message, path: issue.path });
    return z.NEVER;
  });

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
  request: { params: messageParams, body: { content: { "application/json": { schema: deleteMessage } } } },
  responses: answers(appended, "Where the deletion stands in the log."),
});
const mark = route({
  method: "put",
  path: "/v1/channels/{channel}/read",
  summary: "I have read up to here; marks never go back",
  middleware,
  request: { params: channelParams, ...json(markRead) },
  responses: answers(marked, "Where the mark stands."),
});

export const messages = newRouter()
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    return c.json(unwrap(await retry(async () => channelOf(c).page(c.get("caller"), asked))), 200);
  })
  .openapi(send, async (c) => {
    const { text, ...named } = c.req.valid("json");
    return c.json(await append(c, { type: "message.send", text }, named), 200);
  })
  .openapi(show, async (c) => {
    const { seq } = c.req.valid("param");
    return c.json(unwrap(await retry(async () => channelOf(c).message(c.get("caller"), seq))), 200);
  })
  .openapi(edit, async (c) => {
    const { text, ...named } = c.req.valid("json");
    return c.json(await append(c, { type: "message.edit", seq: c.req.valid("param").seq, text }, named), 200);
  })
  .openapi(remove, async (c) => {
    const named = c.req.valid("json");
    return c.json(await append(c, { type: "message.delete", seq: c.req.valid("param").seq }, named), 200);
  })
  .openapi(mark, async (c) => {
    const { seq } = c.req.valid("json");
    const stands = unwrap(await retry(async () => channelOf(c).markRead(c.get("caller"), seq)));
    return c.json({ seq: stands }, 200);
  });

const channelOf = (c: GatewayContext) => c.env.CHANNELS.getByName(c.req.param("channel") ?? "");

type Cursor = z.infer<typeof deleteMessage>;

async function append(c: GatewayContext, command: Uncursored, cursor: Cursor) {
  const named = nameCommand(c, command, cursor);
  // Repeating is harmless: the channel knows the command by its nonce or key.
  return unwrap(await retry(async () => channelOf(c).append(c.get("caller"), named)));
}

/** Throws `idempotency_key_required` where a repeat could not be told from a second command. */
function nameCommand(c: GatewayContext, command: Uncursored, { nonce, epoch, after }: Cursor): Named {
  if (nonce !== undefined && epoch !== undefined && after !== undefined) {
    return { by: "nonce", command: { ...command, nonce, epoch, after } };
  }
  const key = c.req.header("idempotency-key");
  if (key !== undefined) {
    if (key.length < 1 || key.length > 255) throw new ChatError("invalid", "Idempotency-Key: 1 to 255 characters");
    return { by: "key", key, command };
  }
  // A deletion repeats itself: the second one finds nothing left to do.
  if (command.type === "message.delete") return { by: "key", key: `delete ${crypto.randomUUID()}`, command };
  throw new ChatError("idempotency_key_required");
}
