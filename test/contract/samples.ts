// A valid request for every route, for the test of the access table.
import type { Invite, SignedIn } from "../../src/protocol";
import { call, type Person, register, request, type Sent } from "../support/http";
import { fileSamples } from "./file-samples";
import { guildSamples } from "./guild-samples";

export const PASSWORD = "correct horse battery";

/**
 * Alice and bob are members of `channel`, where alice sent the message `seq`. Carol is in no
 * channel.
 */
export interface World {
  alice: Person;
  bob: Person;
  carol: Person;
  channel: string;
  seq: number;
}

export interface Sample extends Sent {
  path: string;
}

const cursor = () => ({ "idempotency-key": crypto.randomUUID() });

/** Signs in once more. Returns the token and the id of the session. */
export async function signIn(
  { handle }: Person,
  keep: "cookie" | "token" = "token",
  password = PASSWORD,
): Promise<Person> {
  const body = { handle, password, keep };
  const { me, token = "" } = await call<SignedIn>("/v1/sessions", { method: "POST", body });
  return { id: me.id, handle, token, session: me.session };
}

/** Sends a message of alice. Returns its seq. */
export async function say({ alice, channel }: Pick<World, "alice" | "channel">, text = "hello"): Promise<number> {
  const sent = { method: "POST", token: alice.token, body: { text }, headers: cursor() };
  return (await call<{ seq: number }>(`/v1/channels/${channel}/messages`, sent)).seq;
}

/** Returns the subscription of a browser, with the point of RFC 8291, appendix A. */
export const browser = (endpoint = `http://127.0.0.1:9/${crypto.randomUUID()}`) => ({
  kind: "web",
  endpoint,
  keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg",
  },
});

/** Subscribes a device and returns its id. A caller who is not signed in has no device. */
async function subscribe({ token }: Person): Promise<string> {
  const response = await request("/v1/push/subscriptions", { method: "POST", token, body: browser() });
  return response.ok ? (await response.json<{ id: string }>()).id : "p_none";
}

/** Returns the code of a new invite to a chat with a person; a wrong one while requests fail. */
async function inviteOf(person: Person | null): Promise<string> {
  if (person === null) return "none";
  const response = await request("/v1/me/invites", { method: "POST", token: person.token, body: {} });
  return response.ok ? (await response.json<Invite>()).code : "none";
}

const inviteOfStranger = async (): Promise<string> => inviteOf(await register("inviting").catch(() => null));

/** A person whom no other sample names. */
const newPerson = async (): Promise<string> => (await register("another").catch(() => null))?.id ?? "u_none";

const upgrade = { headers: { upgrade: "websocket", "sec-websocket-protocol": "parley.v1" } };

const messageAt = ({ channel, seq }: World) => `/v1/channels/${channel}/messages/${seq}`;
const thumb = encodeURIComponent("👍");

/** Makes the request of `who`, by "METHOD /path". */
export const samples: Record<string, (world: World, who: Person) => Sample | Promise<Sample>> = {
  ...guildSamples,
  ...fileSamples,
  "GET /healthz": () => ({ path: "/healthz" }),
  "GET /openapi.json": () => ({ path: "/openapi.json" }),
  "GET /docs": () => ({ path: "/docs" }),
  "POST /v1/accounts": () => {
    const handle = `new-${crypto.randomUUID().slice(0, 8)}`;
    return { path: "/v1/accounts", body: { handle, name: "Somebody", password: PASSWORD } };
  },
  "GET /v1/registration": () => ({ path: "/v1/registration" }),
  "POST /v1/sessions": (_, who) => ({ path: "/v1/sessions", body: { handle: who.handle, password: PASSWORD } }),
  "GET /v1/sessions": () => ({ path: "/v1/sessions" }),
  "DELETE /v1/sessions/{id}": async (_, who) => ({ path: `/v1/sessions/${(await signIn(who)).session}` }),
  "GET /v1/me": () => ({ path: "/v1/me" }),
  "PATCH /v1/me": () => ({ path: "/v1/me", body: { name: "Another" } }),
  "PUT /v1/me/password": () => ({ path: "/v1/me/password", body: { current: "not the password", next: PASSWORD } }),
  "DELETE /v1/me": () => ({ path: "/v1/me", body: { password: "not the password" } }),
  "GET /v1/me/export": () => ({ path: "/v1/me/export" }),
  "GET /v1/me/blocks": () => ({ path: "/v1/me/blocks" }),
  "PUT /v1/me/blocks/{user}": async () => ({ path: `/v1/me/blocks/${await newPerson()}` }),
  "DELETE /v1/me/blocks/{user}": async () => ({ path: `/v1/me/blocks/${await newPerson()}` }),
  "POST /v1/reports": async () => ({
    path: "/v1/reports",
    body: { target: { kind: "user", user: await newPerson() }, category: "spam", text: "Sells watches" },
  }),
  "GET /v1/push": () => ({ path: "/v1/push" }),
  "GET /v1/push/subscriptions": () => ({ path: "/v1/push/subscriptions" }),
  "POST /v1/push/subscriptions": () => ({ path: "/v1/push/subscriptions", body: browser() }),
  "DELETE /v1/push/subscriptions/{id}": async (_, who) => ({ path: `/v1/push/subscriptions/${await subscribe(who)}` }),
  "POST /v1/push/subscriptions/{id}/test": async (_, who) => ({
    path: `/v1/push/subscriptions/${await subscribe(who)}/test`,
  }),
  "GET /v1/me/notifications": () => ({ path: "/v1/me/notifications" }),
  "PUT /v1/me/notifications": () => ({
    path: "/v1/me/notifications",
    body: { previews: false, quiet: { from: 1320, to: 420, zone: "Asia/Seoul" } },
  }),
  "PUT /v1/channels/{channel}/level": ({ channel }) => ({
    path: `/v1/channels/${channel}/level`,
    body: { level: "mentions" },
  }),
  "POST /v1/search": () => ({ path: "/v1/search", body: { q: "hello" } }),
  "GET /v1/channels/{channel}/invites": ({ channel }) => ({ path: `/v1/channels/${channel}/invites` }),
  "POST /v1/channels/{channel}/invites": ({ channel }) => ({ path: `/v1/channels/${channel}/invites`, body: {} }),
  "GET /v1/me/invites": () => ({ path: "/v1/me/invites" }),
  "POST /v1/me/invites": () => ({ path: "/v1/me/invites", body: {} }),
  "GET /v1/invites/{code}": async () => ({ path: `/v1/invites/${await inviteOfStranger()}` }),
  "POST /v1/invites/{code}": async () => ({ path: `/v1/invites/${await inviteOfStranger()}` }),
  "DELETE /v1/invites/{code}": async (_, who) => ({ path: `/v1/invites/${await inviteOf(who)}` }),
  "GET /v1/requests": () => ({ path: "/v1/requests" }),
  "PUT /v1/requests/{channel}": ({ channel }) => ({ path: `/v1/requests/${channel}` }),
  "DELETE /v1/requests/{channel}": ({ channel }) => ({ path: `/v1/requests/${channel}` }),
  "GET /v1/search": () => ({ path: "/v1/search?q=hello" }),
  "GET /v1/users": ({ alice }) => ({ path: `/v1/users?handle=${alice.handle}` }),
  "GET /v1/gateway": () => ({ path: "/v1/gateway" }),
  "GET /v1/socket": () => ({ path: "/v1/socket", ...upgrade }),
  "GET /v1/channels/{channel}/socket": ({ channel }) => ({ path: `/v1/channels/${channel}/socket`, ...upgrade }),
  "GET /v1/inbox": () => ({ path: "/v1/inbox" }),
  "GET /v1/channels/{channel}/events": ({ channel }) => ({ path: `/v1/channels/${channel}/events` }),
  "POST /v1/channels/{channel}/commands": ({ channel }) => ({
    path: `/v1/channels/${channel}/commands`,
    body: { commands: [{ id: "1", type: "history.page", query: {} }] },
  }),
  "POST /v1/channels": (_, who) => ({ path: "/v1/channels", body: { kind: "direct", user: who.id } }),
  "GET /v1/channels": () => ({ path: "/v1/channels" }),
  "GET /v1/channels/{channel}": ({ channel }) => ({ path: `/v1/channels/${channel}` }),
  "PATCH /v1/channels/{channel}": ({ channel }) => ({ path: `/v1/channels/${channel}`, body: { name: "Friends" } }),
  "DELETE /v1/channels/{channel}": ({ channel }) => ({ path: `/v1/channels/${channel}` }),
  "PUT /v1/channels/{channel}/members/{user}": ({ channel, carol }) => ({
    path: `/v1/channels/${channel}/members/${carol.id}`,
    body: { role: "member" },
  }),
  "DELETE /v1/channels/{channel}/members/{user}": ({ channel, bob }) => ({
    path: `/v1/channels/${channel}/members/${bob.id}`,
  }),
  "GET /v1/channels/{channel}/messages": ({ channel }) => ({ path: `/v1/channels/${channel}/messages?limit=2` }),
  "POST /v1/channels/{channel}/messages": ({ channel }) => ({
    path: `/v1/channels/${channel}/messages`,
    body: { text: "hello" },
    headers: cursor(),
  }),
  "GET /v1/channels/{channel}/messages/{seq}": ({ channel, seq }) => ({
    path: `/v1/channels/${channel}/messages/${seq}`,
  }),
  "PATCH /v1/channels/{channel}/messages/{seq}": ({ channel, seq }) => ({
    path: `/v1/channels/${channel}/messages/${seq}`,
    body: { text: "hello, bob" },
    headers: cursor(),
  }),
  "DELETE /v1/channels/{channel}/messages/{seq}": ({ channel, seq }) => ({
    path: `/v1/channels/${channel}/messages/${seq}`,
  }),
  "PUT /v1/channels/{channel}/messages/{seq}/reactions/{emoji}": (world) => ({
    path: `${messageAt(world)}/reactions/${thumb}`,
  }),
  "DELETE /v1/channels/{channel}/messages/{seq}/reactions/{emoji}": (world) => ({
    path: `${messageAt(world)}/reactions/${thumb}`,
  }),
  "PUT /v1/channels/{channel}/messages/{seq}/pin": (world) => ({ path: `${messageAt(world)}/pin` }),
  "DELETE /v1/channels/{channel}/messages/{seq}/pin": (world) => ({ path: `${messageAt(world)}/pin` }),
  "PUT /v1/channels/{channel}/messages/{seq}/follow": (world) => ({ path: `${messageAt(world)}/follow` }),
  "DELETE /v1/channels/{channel}/messages/{seq}/follow": (world) => ({ path: `${messageAt(world)}/follow` }),
  "GET /v1/channels/{channel}/messages/{seq}/versions": (world) => ({ path: `${messageAt(world)}/versions` }),
  "GET /v1/channels/{channel}/pins": ({ channel }) => ({ path: `/v1/channels/${channel}/pins` }),
  "PUT /v1/channels/{channel}/read": ({ channel, seq }) => ({ path: `/v1/channels/${channel}/read`, body: { seq } }),
  "PUT /v1/channels/{channel}/draft": ({ channel }) => ({
    path: `/v1/channels/${channel}/draft`,
    body: { text: "hel" },
  }),
  "PUT /v1/channels/{channel}/mute": ({ channel }) => ({
    path: `/v1/channels/${channel}/mute`,
    body: { until: 4_000_000_000_000 },
  }),
  "GET /v1/operator/push": () => ({ path: "/v1/operator/push" }),
  "GET /v1/operator/storage": () => ({ path: "/v1/operator/storage" }),
  "GET /v1/operator/reports": () => ({ path: "/v1/operator/reports" }),
  "PUT /v1/operator/reports/{report}": () => ({
    path: "/v1/operator/reports/x_nowhere",
    body: { outcome: "dismissed" },
  }),
  "GET /v1/operator/suspensions": () => ({ path: "/v1/operator/suspensions" }),
  "PUT /v1/operator/suspensions/{user}": ({ carol }) => ({
    path: `/v1/operator/suspensions/${carol.id}`,
    body: { reason: "spam" },
  }),
  "DELETE /v1/operator/suspensions/{user}": ({ carol }) => ({ path: `/v1/operator/suspensions/${carol.id}` }),
  "GET /v1/operator/log": () => ({ path: "/v1/operator/log" }),
  "GET /v1/operator/channels": () => ({ path: "/v1/operator/channels" }),
  "POST /v1/operator/channels/{channel}/archive": ({ channel }) => ({
    path: `/v1/operator/channels/${channel}/archive`,
    body: { do: "rebuild" },
  }),
  "POST /v1/operator/channels/{channel}/restore": ({ channel }) => ({
    path: `/v1/operator/channels/${channel}/restore`,
    body: { at: null },
  }),
  "PUT /v1/channels/{channel}/unread": ({ channel, seq }) => ({
    path: `/v1/channels/${channel}/unread`,
    body: { seq },
  }),
};

/** Sends the sample request of a route with the caller's `token`. */
export async function play(key: string, world: World, who: Person, token: string | undefined): Promise<Response> {
  const sample = samples[key];
  if (!sample) throw new Error(`no sample of ${key}`);
  const { path, ...sent } = await sample(world, who);
  return await request(path, { method: key.split(" ")[0] ?? "", ...sent, ...(token === undefined ? {} : { token }) });
}
