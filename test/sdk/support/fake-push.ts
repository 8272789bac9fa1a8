// Push devices and notification settings.
import { type NotificationSettings, notificationSettings, type PushDevice, subscribePush } from "../../../src/protocol";

export interface PushServer {
  devices: PushDevice[];
  /** The ids of devices that received a test notification. */
  readonly tests: string[];
  notifications: NotificationSettings;
}

const done = () => new Response(null, { status: 204 });

/** Answers a request; null for unknown paths and devices. */
export function answerPush(server: PushServer, method: string, path: string, fields: object): Response | null {
  if (path === "/v1/push") return Response.json({ key: "BKey" });
  if (path === "/v1/me/notifications") {
    if (method === "GET") return Response.json(server.notifications);
    server.notifications = notificationSettings.parse(fields);
    return done();
  }
  const [, id, detail] = /^\/v1\/push\/subscriptions(?:\/([^/]+))?(\/test)?$/.exec(path) ?? [];
  if (id === undefined) {
    if (method === "POST") return Response.json(subscribed(server, fields), { status: 201 });
    return Response.json({ items: server.devices, next: null });
  }
  if (!server.devices.some((device) => device.id === id)) return null;
  if (detail !== undefined) server.tests.push(id);
  else server.devices = server.devices.filter((device) => device.id !== id);
  return done();
}

/** Subscribes a device. The same endpoint always is the same device. */
function subscribed(server: PushServer, fields: object): PushDevice {
  const requested = subscribePush.parse(fields);
  const id = requested.kind === "web" ? requested.endpoint.replace(/\W/g, "") : requested.token;
  const { kind, name = "" } = requested;
  const device = { id, kind, name, createdAt: 1, current: true, session: "s_alice", failing: null };
  server.devices = [...server.devices.filter((other) => other.id !== id), device];
  return device;
}
