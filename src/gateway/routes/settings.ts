// What follows a person from device to device.
import { putLoudness } from "../../directory/push-subscriptions";
import { unwrap } from "../../domain/error";
import { putDraft, putMute } from "../../protocol";
import { retry } from "../../runtime/retry";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { channelParams } from "../http/params";
import { json, newRouter, nothing, route } from "../http/routing";
import { myChannel } from "../operations/my-channel";

const middleware = signedIn;

const draft = route({
  method: "put",
  path: "/v1/channels/{channel}/draft",
  summary: "Keep what I began to write; an empty text keeps nothing",
  middleware,
  request: { params: channelParams, ...json(putDraft) },
  responses: nothing("It is kept, and told to my devices."),
});
const mute = route({
  method: "put",
  path: "/v1/channels/{channel}/mute",
  summary: "Silence a channel until a time; 0 ends it",
  middleware,
  request: { params: channelParams, ...json(putMute) },
  responses: nothing("It is kept, and told to my devices."),
});

const mine = (c: GatewayContext) => c.env.USERS.getByName(c.get("account").id);

export const settings = newRouter()
  .openapi(draft, async (c) => {
    const { id: channel } = await myChannel(c, c.req.valid("param").channel);
    const draft = { channel, ...c.req.valid("json"), at: c.get("now") };
    unwrap(await retry(async () => mine(c).saveSetting({ kind: "draft", draft })));
    return c.body(null, 204);
  })
  .openapi(mute, async (c) => {
    const { id: channel } = await myChannel(c, c.req.valid("param").channel);
    const { until } = c.req.valid("json");
    await putLoudness(c.get("db"), c.get("account").id, channel, { mutedUntil: until });
    unwrap(await retry(async () => mine(c).saveSetting({ kind: "mute", mute: { channel, until } })));
    return c.body(null, 204);
  });
