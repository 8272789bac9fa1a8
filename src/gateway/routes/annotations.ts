// What gathers around a message: reactions, pins, followers of its thread, what it said before.
import { unwrap } from "../../domain/error";
import { appended, emoji, pinList, versionList } from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import { channelParams, messageParams } from "../http/params";
import { answers, newRouter, route } from "../http/routing";
import { appendCommand, channelOf } from "../operations/append-command";

const message = "/v1/channels/{channel}/messages/{seq}";
const reactionParams = messageParams.extend({ emoji });
const middleware = provenCaller;

const change = <const M extends "put" | "delete", const P extends string, R extends typeof messageParams>(
  method: M,
  path: P,
  summary: string,
  params: R,
) =>
  route({
    method,
    path,
    summary,
    middleware,
    request: { params },
    responses: answers(appended, "Where it stands in the log."),
  });

const react = change("put", `${message}/reactions/{emoji}`, "React", reactionParams);
const unreact = change("delete", `${message}/reactions/{emoji}`, "Take a reaction back", reactionParams);
const pin = change("put", `${message}/pin`, "Pin a message", messageParams);
const unpin = change("delete", `${message}/pin`, "Unpin a message", messageParams);
const follow = change("put", `${message}/follow`, "Hear of replies in its thread", messageParams);
const unfollow = change("delete", `${message}/follow`, "Hear no more of its thread", messageParams);

const versions = route({
  method: "get",
  path: `${message}/versions`,
  summary: "What a message said before it was edited, oldest first",
  middleware,
  request: { params: messageParams },
  responses: answers(versionList, "Its earlier texts."),
});
const pins = route({
  method: "get",
  path: "/v1/channels/{channel}/pins",
  summary: "Pinned messages, in the order they were pinned",
  middleware,
  request: { params: channelParams },
  responses: answers(pinList, "Messages in their current state."),
});

export const annotations = newRouter()
  .openapi(react, async (c) =>
    c.json(await appendCommand(c, { type: "reaction.add", ...onReaction(c.req.valid("param")) }, {}), 200),
  )
  .openapi(unreact, async (c) =>
    c.json(await appendCommand(c, { type: "reaction.remove", ...onReaction(c.req.valid("param")) }, {}), 200),
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
    const items = unwrap(await retry(async () => channelOf(c).versions(c.get("caller"), seq)));
    return c.json({ items, next: null }, 200);
  })
  .openapi(pins, async (c) => {
    const items = unwrap(await retry(async () => channelOf(c).pins(c.get("caller"))));
    return c.json({ items, next: null }, 200);
  });

const onReaction = ({ seq, emoji: shown }: { seq: number; emoji: string }) => ({ seq, emoji: shown });
