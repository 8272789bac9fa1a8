// The devices that a person subscribed to push.
import * as z from "zod";
import {
  findSubscription,
  listSubscriptions,
  type PushSubscriptionRow,
  putSubscription,
  removeSubscription,
} from "../../directory/push-subscriptions";
import { ChatError } from "../../domain/error";
import { allowedEndpoint } from "../../domain/push-hosts";
import {
  type PushDevice,
  pushDevice,
  pushDeviceList,
  pushKey,
  type SubscribePush,
  subscribePush,
} from "../../protocol";
import { newId } from "../../runtime/ids";
import { retry } from "../../runtime/retry";
import { publicKeyOf } from "../../runtime/vapid-keys";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { readCursor, wholeListQuery } from "../http/list-page";
import { answers, json, newRouter, noContent, route } from "../http/router";

const middleware = signedIn;
const params = z.object({ id: z.string().min(1).max(64) });

const key = route({
  method: "get",
  path: "/v1/push",
  operationId: "getPushKey",
  summary: "Get the public key that a browser needs to subscribe to push",
  middleware,
  responses: answers(pushKey, "The public key."),
});
const list = route({
  method: "get",
  path: "/v1/push/subscriptions",
  operationId: "listPushSubscriptions",
  summary: "List your subscribed devices, newest first",
  middleware,
  request: { query: wholeListQuery },
  responses: answers(pushDeviceList, "All subscribed devices."),
});
const subscribe = route({
  method: "post",
  path: "/v1/push/subscriptions",
  operationId: "subscribePush",
  summary: "Subscribe a device or renew its subscription, which ends with this session",
  middleware,
  request: json(subscribePush),
  responses: answers(pushDevice, "The device."),
});
const unsubscribe = route({
  method: "delete",
  path: "/v1/push/subscriptions/{id}",
  operationId: "unsubscribePush",
  summary: "End the subscription of a device",
  middleware,
  request: { params },
  responses: noContent("The device gets no further notifications."),
});
const test = route({
  method: "post",
  path: "/v1/push/subscriptions/{id}/test",
  operationId: "testPushSubscription",
  summary: "Send a test notification to a device",
  middleware,
  request: { params },
  responses: noContent("The notification is queued."),
});

export const pushSubscriptions = newRouter()
  .openapi(key, (c) => c.json({ key: publicKeyOf(c.env.VAPID_KEYS) }, 200))
  .openapi(list, async (c) => {
    readCursor(c, c.req.valid("query").cursor);
    const { user, session } = c.get("caller");
    const rows = await listSubscriptions(c.get("db"), user);
    return c.json({ items: rows.map((row) => deviceOf(row, session)), next: null }, 200);
  })
  .openapi(subscribe, async (c) => {
    const { user, session } = c.get("caller");
    const { name = "", ...target } = c.req.valid("json");
    checkTarget(c, target);
    const { origin } = new URL(c.req.url);
    const id = newId("p", c.get("now"));
    const row = { id, user, session, target, name, origin, createdAt: c.get("now") };
    const stored = await putSubscription(c.get("db"), row);
    if (!stored) throw new ChatError("sign_in_required");
    // Channels stop notifying a member who has no device; they must learn that there is one.
    if (stored.id === id) await retry(() => c.env.USERS.getByName(user).wakeDirtyChannels(user));
    return c.json(deviceOf(stored, session), 200);
  })
  .openapi(unsubscribe, async (c) => {
    const { id } = c.req.valid("param");
    if (!(await removeSubscription(c.get("db"), c.get("caller").user, id))) throw new ChatError("not_found");
    return c.body(null, 204);
  })
  .openapi(test, async (c) => {
    const { id: subscription } = c.req.valid("param");
    const { user } = c.get("caller");
    if (!(await findSubscription(c.get("db"), user, subscription))) throw new ChatError("not_found");
    await c.env.PUSH.send({ kind: "test", id: `${subscription}.${c.get("now")}`, user, subscription });
    return c.body(null, 204);
  });

/** Throws `invalid` for an endpoint that belongs to no known push service. */
function checkTarget(c: GatewayContext, target: SubscribePush): void {
  if (target.kind === "web" && allowedEndpoint(target.endpoint, c.env.PUSH_HOSTS) === null)
    throw new ChatError("invalid", "endpoint: not an address of a known push service");
}

const deviceOf = (row: PushSubscriptionRow, currentSession: string): PushDevice => ({
  id: row.id,
  kind: row.target.kind,
  name: row.name,
  createdAt: row.createdAt,
  current: row.session === currentSession,
  session: row.session,
  failing: row.failing,
});
