// The settings of a person. They are stored in the user object, which sends them to every device
// and writes settings of notifications to the directory, where the push consumer reads them.
import { unwrap } from "../../domain/error";
import { endOfMute } from "../../domain/mute";
import type { Setting } from "../../domain/ports";
import {
  mute as muteBody,
  notificationSettings,
  putNotificationSettings as notificationSettingsBody,
  putDraft,
  putLevel,
  putMute,
} from "../../protocol";
import { retry } from "../../runtime/retry";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { answers, channelParams, json, newRouter, noContent, route } from "../http/router";
import { myChannel } from "../operations/member-channel";

const middleware = signedIn;

const draft = route({
  method: "put",
  path: "/v1/channels/{channel}/draft",
  operationId: "putDraft",
  summary: "Save a draft; an empty text deletes it",
  middleware,
  request: { params: channelParams, ...json(putDraft) },
  responses: noContent("The draft is saved and sent to your devices."),
});
const mute = route({
  method: "put",
  path: "/v1/channels/{channel}/mute",
  operationId: "putMute",
  summary: "Mute a channel until a time, for some time or until tomorrow; `until: 0` ends the mute",
  middleware,
  request: { params: channelParams, ...json(putMute) },
  responses: {
    ...answers(muteBody, "The mute is saved and sent to your devices; its end, if the server computed it."),
    ...noContent("The mute with `until` is saved and sent to your devices."),
  },
});
const level = route({
  method: "put",
  path: "/v1/channels/{channel}/level",
  operationId: "putLevel",
  summary: "Set which messages of a channel notify you",
  middleware,
  request: { params: channelParams, ...json(putLevel) },
  responses: noContent("The level is saved and sent to your devices."),
});
const showNotifications = route({
  method: "get",
  path: "/v1/me/notifications",
  operationId: "getNotificationSettings",
  summary: "Get your notification settings",
  middleware,
  responses: answers(notificationSettings, "The settings."),
});
const changeNotifications = route({
  method: "put",
  path: "/v1/me/notifications",
  operationId: "putNotificationSettings",
  summary: "Set your notification settings",
  middleware,
  request: json(notificationSettingsBody),
  responses: noContent("The settings are saved and sent to your devices."),
});

async function saveSetting(c: GatewayContext, setting: Setting): Promise<void> {
  const { id } = c.get("account");
  unwrap(await retry(async () => c.env.USERS.getByName(id).saveSetting(id, setting)));
}

export const settings = newRouter()
  .openapi(draft, async (c) => {
    const { id: channel } = await myChannel(c, c.req.valid("param").channel);
    const { ageMs, ...body } = c.req.valid("json");
    const draft = { channel, ...body, at: c.get("now") };
    await saveSetting(c, { kind: "draft", draft, ...(ageMs !== undefined && { ageMs }) });
    return c.body(null, 204);
  })
  .openapi(mute, async (c) => {
    const { id: channel } = await myChannel(c, c.req.valid("param").channel);
    const body = c.req.valid("json");
    const until = endOfMute(body, c.get("now"));
    await saveSetting(c, { kind: "mute", mute: { channel, until } });
    return body.until !== undefined ? c.body(null, 204) : c.json({ channel, until }, 200);
  })
  .openapi(level, async (c) => {
    const { id: channel } = await myChannel(c, c.req.valid("param").channel);
    const body = c.req.valid("json");
    await saveSetting(c, { kind: "level", level: { channel, ...body } });
    return c.body(null, 204);
  })
  .openapi(showNotifications, (c) => {
    const { previews, quiet } = c.get("account");
    return c.json({ previews, quiet }, 200);
  })
  .openapi(changeNotifications, async (c) => {
    const notifications = c.req.valid("json");
    await saveSetting(c, { kind: "notifications", notifications });
    return c.body(null, 204);
  });
