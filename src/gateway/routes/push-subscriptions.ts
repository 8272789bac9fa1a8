// Which devices are told by push, and how loudly.
import * as z from "zod";
import {
  findSubscription,
  listSubscriptions,
  type PushSubscriptionRow,
  putLoudness,
  putNotifications,
  putSubscription,
  removeSubscription,
} from "../../directory/push-subscriptions";
import { ChatError, unwrap } from "../../domain/error";
import { allowedEndpoint } from "../../domain/push-hosts";
import {
  notificationSettings,
  type PushDevice,
  pushDevice,
  pushDeviceList,
  pushKey,
  putLevel,
  putNotificationSettings,
  type SubscribePush,
  subscribePush,
} from "../../protocol";
import { newId } from "../../runtime/ids";
import { retry } from "../../runtime/retry";
import { publicKeyOf } from "../../runtime/vapid";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { channelParams } from "../http/params";
import { spend } from "../http/rate-limit";
import { answers, json, newRouter, nothing, route } from "../http/routing";
import { myChannel } from "../operations/my-channel";

const middleware = signedIn;
const params = z.object({ id: z.string().min(1).max(64) });

const key = route({
  method: "get",
  path: "/v1/push",
  summary: "What a browser needs to subscribe to push messages of this server",
  middleware,
  responses: answers(pushKey, "The public key."),
});
const list = route({
  method: "get",
  path: "/v1/push/subscriptions",
  summary: "My devices that are told by push, newest first",
  middleware,
  responses: answers(pushDeviceList, "All of them."),
});
const subscribe = route({
  method: "post",
  path: "/v1/push/subscriptions",
  summary: "Add a device, or renew it; it ends with this session",
  middleware,
  request: json(subscribePush),
  responses: answers(pushDevice, "The device."),
});
const revoke = route({
  method: "delete",
  path: "/v1/push/subscriptions/{id}",
  summary: "Tell a device no more",
  middleware,
  request: { params },
  responses: nothing("It is told no more."),
});
const tryOut = route({
  method: "post",
  path: "/v1/push/subscriptions/{id}/test",
  summary: "Send a device a notification that says that it works",
  middleware,
  request: { params },
  responses: nothing("It is on its way."),
});
const show = route({
  method: "get",
  path: "/v1/me/notifications",
  summary: "How I am told",
  middleware,
  responses: answers(notificationSettings, "As it is."),
});
const change = route({
  method: "put",
  path: "/v1/me/notifications",
  summary: "Say how I want to be told",
  middleware,
  request: json(putNotificationSettings),
  responses: nothing("It is kept, and told to my devices."),
});
const level = route({
  method: "put",
  path: "/v1/channels/{channel}/level",
  summary: "Say what of a channel I want to be told of",
  middleware,
  request: { params: channelParams, ...json(putLevel) },
  responses: nothing("It is kept, and told to my devices."),
});

export const push = newRouter()
  .openapi(key, (c) => c.json({ key: publicKeyOf(c.env.VAPID_KEYS) }, 200))
  .openapi(list, async (c) => {
    const { user, session } = c.get("caller");
    const rows = await listSubscriptions(c.get("db"), user);
    return c.json({ items: rows.map((row) => deviceOf(row, session)), next: null }, 200);
  })
  .openapi(subscribe, async (c) => {
    const { user, session } = c.get("caller");
    const { name = "", ...target } = c.req.valid("json");
    await spend(c, "push", `push ${user}`);
    checkTarget(c, target);
    const { origin } = new URL(c.req.url);
    const id = newId("p", c.get("now"));
    const row = { id, user, session, target, name, origin, createdAt: c.get("now") };
    const stored = await putSubscription(c.get("db"), row);
    if (!stored) throw new ChatError("sign_in_required");
    // Channels that have given up on somebody without a device have to hear that there is one.
    if (stored.id === id) await retry(() => c.env.USERS.getByName(user).askDirtyChannels(user));
    return c.json(deviceOf(stored, session), 200);
  })
  .openapi(revoke, async (c) => {
    const { id } = c.req.valid("param");
    if (!(await removeSubscription(c.get("db"), c.get("caller").user, id))) throw new ChatError("not_found");
    return c.body(null, 204);
  })
  .openapi(tryOut, async (c) => {
    const { id: subscription } = c.req.valid("param");
    const { user } = c.get("caller");
    await spend(c, "push", `push ${user}`);
    if (!(await findSubscription(c.get("db"), user, subscription))) throw new ChatError("not_found");
    await c.env.PUSH.send({ kind: "test", id: `${subscription}.${c.get("now")}`, user, subscription });
    return c.body(null, 204);
  })
  .openapi(show, (c) => {
    const { previews, quiet } = c.get("account");
    return c.json({ previews, quiet }, 200);
  })
  .openapi(change, async (c) => {
    const { id: user } = c.get("account");
    const notifications = c.req.valid("json");
    await putNotifications(c.get("db"), user, notifications);
    unwrap(await retry(async () => c.env.USERS.getByName(user).saveSetting({ kind: "notifications", notifications })));
    return c.body(null, 204);
  })
  .openapi(level, async (c) => {
    const { id: channel } = await myChannel(c, c.req.valid("param").channel);
    const { id: user } = c.get("account");
    const wanted = c.req.valid("json");
    await putLoudness(c.get("db"), user, channel, wanted);
    const kept = { kind: "level", level: { channel, ...wanted } } as const;
    unwrap(await retry(async () => c.env.USERS.getByName(user).saveSetting(kept)));
    return c.body(null, 204);
  });

/** Throws `invalid` for an address that no push service we know has. */
function checkTarget(c: GatewayContext, target: SubscribePush): void {
  if (target.kind === "web" && allowedEndpoint(target.endpoint, c.env.PUSH_HOSTS) === null)
    throw new ChatError("invalid", "endpoint: not an address of a known push service");
}

const deviceOf = (row: PushSubscriptionRow, current: string): PushDevice => ({
  id: row.id,
  kind: row.target.kind,
  name: row.name,
  createdAt: row.createdAt,
  current: row.session === current,
  session: row.session,
  failing: row.failing,
});
