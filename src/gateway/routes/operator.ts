// What the operator of a deployment does to it.
import { renewChannel } from "../../directory/memberships";
import { ChatError, unwrap } from "../../domain/error";
import { restoreChannel } from "../../protocol";
import { operator } from "../auth/operator";
import { channelOf } from "../commands";
import { deliverRoster } from "../outbox";
import { channelParams } from "../params";
import { json, newRouter, nothing, route } from "../routing";

const restore = route({
  method: "post",
  path: "/v1/operator/channels/{channel}/restore",
  summary: "Put a channel back to an earlier state; repeat it until it is done",
  middleware: operator,
  request: { params: channelParams, ...json(restoreChannel) },
  responses: nothing("The channel is back, in another life of its log."),
});

export const operators = newRouter().openapi(restore, async (c) => {
  const { channel } = c.req.valid("param");
  const { at } = c.req.valid("json");
  const db = c.get("db");
  if (at !== null) unwrap(await channelOf(c).restore(at));
  if (!(await renewChannel(db, channel, c.get("now")))) throw new ChatError("not_found");
  await deliverRoster(c.env, db, channel);
  return c.body(null, 204);
});
