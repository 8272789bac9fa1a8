// For networks that block sockets: the frames of both sockets over HTTP.
import * as z from "zod";
import { ChatError, unwrap } from "../../domain/error";
import type { PollAnswer } from "../../domain/ports";
import { type ChannelPoll, channelPoll, commandList, frameList, type InboxPoll, inboxPoll } from "../../protocol";
import { retry } from "../../runtime/retry";
import { provenCaller } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { channelParams } from "../http/params";
import { answers, coerced, json, newRouter, route } from "../http/routing";
import { channelOf } from "../operations/append-command";

const middleware = provenCaller;
const number = z.coerce.number().optional();
const unchanged = { 304: { description: "Nothing the poller does not know." } } as const;

const events = route({
  method: "get",
  path: "/v1/channels/{channel}/events",
  summary: "What follows a position of a channel's log; held for `wait` milliseconds while there is nothing",
  middleware,
  request: {
    params: channelParams,
    query: coerced(
      { id: z.string().optional(), epoch: z.string().optional(), after: number, wait: number },
      channelPoll,
    ),
  },
  responses: { ...answers(frameList, "Frames as the channel's socket would have brought them."), ...unchanged },
});
const inbox = route({
  method: "get",
  path: "/v1/inbox",
  summary: "What follows a version of my inbox; held for `wait` milliseconds while there is nothing",
  middleware,
  request: { query: coerced({ id: z.string().optional(), after: number, wait: number }, inboxPoll) },
  responses: { ...answers(frameList, "Frames as my socket would have brought them."), ...unchanged },
});
const commands = route({
  method: "post",
  path: "/v1/channels/{channel}/commands",
  summary: "Commands as on the channel's socket, in their order",
  middleware,
  request: { params: channelParams, ...json(commandList) },
  responses: answers(frameList, "One answer each, in that order."),
});

export const polls = newRouter()
  .openapi(events, (c) => {
    const query: ChannelPoll = c.req.valid("query");
    return answerPoll(c, async (known) => unwrap(await channelOf(c).poll(c.get("caller"), { query, known })));
  })
  .openapi(inbox, (c) => {
    const query: InboxPoll = c.req.valid("query");
    const caller = c.get("caller");
    return answerPoll(c, async (known) =>
      unwrap(await c.env.USERS.getByName(caller.user).poll(caller, { query, known })),
    );
  })
  .openapi(commands, async (c) => {
    const { commands } = c.req.valid("json");
    const frames = unwrap(await retry(async () => channelOf(c).runCommands(c.get("caller"), commands)));
    return c.json({ frames }, 200);
  });

async function answerPoll(c: GatewayContext, ask: (known: string | null) => Promise<PollAnswer | null>) {
  // What compresses answers on the way makes the tag a weak one.
  const known = c.req.header("if-none-match")?.replace(/^W\//, "") ?? null;
  const polled = await retry(() => ask(known));
  c.header("cache-control", "private, no-cache");
  if (polled === null) {
    if (known === null) throw new ChatError("internal", "a poll without a tag was left unanswered");
    return c.body(null, 304, { etag: known });
  }
  return c.json({ frames: polled.frames }, 200, { etag: polled.tag });
}
