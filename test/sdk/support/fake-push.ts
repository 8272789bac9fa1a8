// The devices that are told what somebody misses.
import { type NotificationSettings, notificationSettings, type PushDevice, subscribePush } from "../../../src/protocol";

export interface PushWorld {
  devices: PushDevice[];
  /** Devices that were tried out. */
  readonly tests: string[];
  notifications: NotificationSettings;
}

const done = () => new Response(null, { status: 204 });

/** Null for what there is not. */
export function answerPush(world: PushWorld, method: string, path: string, fields: object): Response | null {
  if (path === "/v1/push") return Response.json({ key: "BKey" });
  if (path === "/v1/me/notifications") {
    if (method === "GET") return Response.json(world.notifications);
    world.notifications = notificationSettings.parse(fields);
    return done();
  }
  const [, id, detail] = /^\/v1\/push\/subscriptions(?:\/([^/]+))?(\/test)?$/.exec(path) ?? [];
  if (id === undefined) {
    if (method === "POST") return Response.json(subscribed(world, fields), { status: 201 });
    return Response.json({ items: world.devices, next: null });
  }
  if (!world.devices.some((device) => device.id === id)) return null;
  if (detail !== undefined) world.tests.push(id);
  else world.devices = world.devices.filter((device) => device.id !== id);
  return done();
}

/** The same endpoint is the same device. */
function subscribed(world: PushWorld, fields: object): PushDevice {
  const asked = subscribePush.parse(fields);
  const id = asked.kind === "web" ? asked.endpoint.replace(/\W/g, "") : asked.token;
  const { kind, name = "" } = asked;
  const device = { id, kind, name, createdAt: 1, current: true, session: "s_alice", failing: null };
  world.devices = [...world.devices.filter((other) => other.id !== id), device];
  return device;
}
