// Polling, for networks that block sockets: the same frames over HTTP.
import { ChatError, unwrap } from "../../domain/error";
import type { PollAnswer } from "../../domain/ports";
import {
  type ChannelPoll,
  channelPoll,
  commandList,
  frameList,
  type GuildPoll,
  guildPoll,
  type InboxPoll,
  inboxPoll,
  limits,
} from "../../protocol";
import { retry } from "../../runtime/retry";
import { inboxOwner, provenCaller, requireAccepted } from "../auth/authenticate";
import { channelObject, type GatewayContext, headerOf } from "../http/context";
import {
  answers,
  channelParams,
  coerced,
  flagInText,
  guildParams,
  ifNoneMatch,
  integerInText,
  json,
  newRouter,
  pollAnswers,
  route,
  textInQuery,
} from "../http/router";

const middleware = provenCaller;
const text = textInQuery.optional();
const after = integerInText(0).optional();
const wait = integerInText(0, limits.longPollMs).optional();

const events = route({
  method: "get",
  path: "/v1/channels/{channel}/events",
  operationId: "pollChannel",
  summary: "Get what follows a position in a channel's log; waits up to `wait` milliseconds for it",
  middleware,
  parameters: [ifNoneMatch],
  request: {
    params: channelParams,
    query: coerced({ id: text, epoch: text, after, wait, purges: flagInText.optional() }, channelPoll),
  },
  responses: pollAnswers(frameList, "The frames that the channel's socket would have sent."),
});
const heads = route({
  method: "get",
  path: "/v1/guilds/{guild}/events",
  operationId: "pollGuild",
  summary: "Get the heads of the large channels of a guild; waits up to `wait` milliseconds for a change",
  middleware,
  parameters: [ifNoneMatch],
  request: { params: guildParams, query: coerced({ id: text, wait }, guildPoll) },
  responses: pollAnswers(frameList, "The frames that the guild's socket would have sent."),
});
const inbox = route({
  method: "get",
  path: "/v1/inbox",
  operationId: "pollInbox",
  summary: "Get what follows a version of your inbox; waits up to `wait` milliseconds for it",
  middleware: inboxOwner,
  parameters: [ifNoneMatch],
  request: { query: coerced({ id: text, after, wait }, inboxPoll) },
  responses: pollAnswers(frameList, "The frames that your socket would have sent."),
});
const commands = route({
  method: "post",
  path: "/v1/channels/{channel}/commands",
  operationId: "runCommands",
  summary: "Run commands as on the channel's socket, in the given order",
  middleware,
  request: { params: channelParams, ...json(commandList) },
  responses: answers(frameList, "One answer for each command, in that order."),
});

export const polls = newRouter()
  .openapi(events, (c) => {
    const query: ChannelPoll = c.req.valid("query");
    return answerPoll(c, async (knownTag) => unwrap(await channelObject(c).poll(c.get("caller"), { query, knownTag })));
  })
  .openapi(heads, (c) => {
    const query: GuildPoll = c.req.valid("query");
    const [{ guild }, caller] = [c.req.valid("param"), c.get("caller")];
    return answerPoll(c, async (knownTag) => {
      // The guild object learns of an ended session later than the user object.
      await requireAccepted(c.env, caller);
      return unwrap(await c.env.GUILDS.getByName(guild).poll(guild, caller, { query, knownTag }));
    });
  })
  .openapi(inbox, (c) => {
    const query: InboxPoll = c.req.valid("query");
    const caller = c.get("caller");
    return answerPoll(c, async (knownTag) =>
      unwrap(await c.env.USERS.getByName(caller.user).poll(caller, { query, knownTag })),
    );
  })
  .openapi(commands, async (c) => {
    const { commands } = c.req.valid("json");
    const frames = unwrap(await retry(async () => channelObject(c).runCommands(c.get("caller"), commands)));
    return c.json({ frames }, 200);
  });

async function answerPoll(c: GatewayContext, poll: (knownTag: string | null) => Promise<PollAnswer | null>) {
  // A proxy that compresses answers makes the tag weak.
  const known = headerOf(c, "if-none-match")?.replace(/^W\//, "") ?? null;
  const answer = await retry(() => poll(known));
  if (answer === null) {
    if (known === null) throw new ChatError("internal", "a poll without a tag got no answer");
    return c.body(null, 304, { etag: known });
  }
  return c.json({ frames: answer.frames }, 200, { etag: answer.tag });
}
