// The annotations of a message (reactions, pin, followers of its thread) and its earlier versions.
import { unwrap } from "../../domain/error";
import { appended, emoji, pinList, versionList } from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import { channelObject } from "../http/context";
import { listQuery, readCursor, readPosition, writeCursor } from "../http/list-page";
import { answers, channelParams, idempotencyKey, messageParams, newRouter, route } from "../http/router";
import { appendCommand } from "../operations/append-command";

const message = "/v1/channels/{channel}/messages/{seq}";
const reactionParams = messageParams.extend({ emoji });
const middleware = provenCaller;

const change = <const M extends "put" | "delete", const P extends string, R extends typeof messageParams>(
  method: M,
  path: P,
  operationId: string,
  summary: string,
  params: R,
) =>
  route({
    method,
    path,
    operationId,
    summary,
    middleware,
    parameters: [idempotencyKey],
    request: { params },
    responses: answers(appended, "The position of the entry in the log."),
  });

const react = change("put", `${message}/reactions/{emoji}`, "addReaction", "Add a reaction", reactionParams);
const unreact = change(
  "delete",
  `${message}/reactions/{emoji}`,
  "removeReaction",
  "Remove your reaction",
  reactionParams,
);
const pin = change("put", `${message}/pin`, "pinMessage", "Pin a message", messageParams);
const unpin = change("delete", `${message}/pin`, "unpinMessage", "Unpin a message", messageParams);
const follow = change("put", `${message}/follow`, "followThread", "Follow the thread of a message", messageParams);
const unfollow = change(
  "delete",
  `${message}/follow`,
  "unfollowThread",
  "Unfollow the thread of a message",
  messageParams,
);

const versions = route({
  method: "get",
  path: `${message}/versions`,
  operationId: "listVersions",
  summary: "List the earlier versions of a message, oldest first",
  middleware,
  request: { params: messageParams, query: listQuery },
  responses: answers(versionList, "A page of the texts before each edit. The newest are kept."),
});
const pins = route({
  method: "get",
  path: "/v1/channels/{channel}/pins",
  operationId: "listPins",
  summary: "List the pinned messages, oldest pin first",
  middleware,
  request: { params: channelParams, query: listQuery },
  responses: answers(pinList, "A page of the messages in their current state."),
});

export const annotations = newRouter()
  .openapi(react, async (c) =>
    c.json(await appendCommand(c, { type: "reaction.add", ...reactionOf(c.req.valid("param")) }, {}), 200),
  )
  .openapi(unreact, async (c) =>
    c.json(await appendCommand(c, { type: "reaction.remove", ...reactionOf(c.req.valid("param")) }, {}), 200),
  )
  .openapi(pin, async (c) =>
    c.json(await appendCommand(c, { type: "message.pin", seq: c.req.valid("param").seq }, {}), 200),
  )
  .openapi(unpin, async (c) =>
    c.json(await appendCommand(c, { type: "message.unpin", seq: c.req.valid("param").seq }, {}), 200),
  )
  .openapi(follow, async (c) =>
    c.json(await appendCommand(c, { type: "thread.follow", seq: c.req.valid("param").seq }, {}), 200),
  )
  .openapi(unfollow, async (c) =>
    c.json(await appendCommand(c, { type: "thread.unfollow", seq: c.req.valid("param").seq }, {}), 200),
  )
  .openapi(versions, async (c) => {
    const { seq } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const from = Number(readCursor(c, cursor) ?? 0);
    const { items, after } = unwrap(
      await retry(async () => channelObject(c).versions(c.get("caller"), seq, from, limit)),
    );
    return c.json({ items, next: after === null ? null : writeCursor(c, String(after)) }, 200);
  })
  .openapi(pins, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const position = readPosition(c, cursor);
    const from = position ? { at: position.at, seq: Number(position.id) } : null;
    const { items, next } = unwrap(await retry(async () => channelObject(c).pins(c.get("caller"), from, limit)));
    return c.json({ items, next: next && writeCursor(c, `${next.at}~${next.seq}`) }, 200);
  });

/** Picks the fields of a command, which has no `channel`. */
const reactionOf = (params: { seq: number; emoji: string }) => ({ seq: params.seq, emoji: params.emoji });
