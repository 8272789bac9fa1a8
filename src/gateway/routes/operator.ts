// What the operator of a deployment does to it.
import { renewChannel } from "../../directory/memberships";
import { ChatError, unwrap } from "../../domain/error";
import { restoreChannel } from "../../protocol";
import { operator } from "../auth/operator";
import { channelOf } from "../commands";
import type { GatewayContext } from "../context";
import { deliverRoster } from "../outbox";
import { channelParams } from "../params";
import { json, newRouter, nothing, route } from "../routing";

const ATTEMPTS = 10;
const PAUSE_MS = 200;

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
  // Before the object goes back too: whatever ends this request, the outbox holds what makes the restored log another life.
  if (!(await renewChannel(db, channel, c.get("now")))) throw new ChatError("not_found");
  if (at !== null) {
    unwrap(await channelOf(c).restore(at));
    await renewChannel(db, channel, c.get("now"));
  }
  await deliverPatiently(c, channel);
  return c.body(null, 204);
});

/** The object answers `temporary` until it has woken in the earlier state. */
async function deliverPatiently(c: GatewayContext, channel: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await deliverRoster(c.env, c.get("db"), channel);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof ChatError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
