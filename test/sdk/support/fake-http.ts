import {
  type Channel,
  type ErrorCode,
  errors,
  type Me,
  notificationSettings,
  PROTOCOL_VERSION,
  type PresenceMode,
  type SearchPage,
} from "../../../src/protocol";
import { type Setting, settingOf } from "./fake-feed";
import { answerPush, type PushWorld } from "./fake-push";
import type { TurnedClock } from "./turned-clock";

/** What answering over HTTP takes of the fake server. */
export interface World extends PushWorld {
  readonly clock: TurnedClock;
  readonly people: string[];
  presence: PresenceMode;
  readonly channels: Map<string, Channel>;
  isSignedOut: boolean;
  tokens: number;
  /** What stands below a channel's address, by the rest of the path. */
  readonly lists: Map<string, unknown[]>;
  /** What was searched for, and the page that was found. */
  readonly searches: string[];
  found: SearchPage;
  /** The person stored a draft or a mute. */
  store(setting: Setting): void;
}

const json = (body: unknown, status = 200) => Response.json(body, { status });

export function problemAnswer(code: ErrorCode, headers: Record<string, string> = {}): Response {
  const { status, temporary, sentence } = errors[code];
  return Response.json({ type: "about:blank", title: sentence, status, code, temporary }, { status, headers });
}

export const profileOf = (person: string) => ({ id: `u_${person}`, handle: person, name: person });

const meOf = (world: World, person: string): Me => ({
  ...profileOf(person),
  session: `s_${person}`,
  createdAt: world.clock.now(),
  receipts: true,
  presence: world.presence,
  notifications: world.notifications,
});

export function channelOf(world: World, fields: Partial<Channel> & { id: string }, people: string[]): Channel {
  const at = world.clock.now();
  const members = [...new Set(people)].map(
    (person) => ({ user: profileOf(person), role: "member", joinedAt: at }) as const,
  );
  const named = { name: "", topic: "", history: "all" } as const;
  return { kind: "direct", ...named, createdAt: at, createdBy: `u_${people[0]}`, members, ...fields };
}

const personOf = (user: unknown) => String(user).replace("u_", "");

function opened(world: World, creator: string, fields: Record<string, unknown>): Channel {
  const { nonce, name, topic, members } = fields;
  if (fields.kind === "direct") {
    const other = personOf(fields.user);
    return channelOf(world, { id: `c_${[creator, other].sort().join("")}` }, [creator, other]);
  }
  // The same nonce is the same group.
  const id = `c_${String(nonce).replaceAll("-", "")}`;
  const people = [creator, ...(Array.isArray(members) ? members.map(personOf) : [])];
  return channelOf(world, { id, kind: "group", name: String(name), topic: String(topic) }, people);
}

/** Changing a group: its name and its people. */
function changed(world: World, channel: Channel, method: string, user: string, fields: object): Response {
  const others = channel.members.filter((member) => member.user.id !== user);
  if (method === "PATCH") world.channels.set(channel.id, { ...channel, ...fields });
  else if (method === "DELETE") world.channels.set(channel.id, { ...channel, members: others });
  else {
    const joined = { user: profileOf(personOf(user)), role: "member" as const, joinedAt: world.clock.now(), ...fields };
    world.channels.set(channel.id, { ...channel, members: [...others, joined] });
  }
  return new Response(null, { status: 204 });
}

/** Bearer `s-alice` is alice. */
export function answer(world: World, method: string, url: URL, bearer: string | null, body: unknown): Response {
  const path = url.pathname;
  const fields = typeof body === "object" && body !== null ? Object(body) : {};
  if (method === "POST" && (path === "/v1/accounts" || path === "/v1/sessions")) {
    world.isSignedOut = false;
    const token = fields.keep === "token" ? { token: `s-${fields.handle}` } : {};
    return json({ me: meOf(world, fields.handle), ...token }, 201);
  }
  const person = bearer?.replace("s-", "");
  if (!person || world.isSignedOut) return problemAnswer("sign_in_required");
  if (path === "/v1/me/export") return json({ account: profileOf(person) });
  if (path === "/v1/me/notifications" && method === "PUT")
    world.store({ notifications: notificationSettings.parse(fields) });
  if (path.startsWith("/v1/push") || path === "/v1/me/notifications")
    return answerPush(world, method, path, fields) ?? problemAnswer("not_found");
  if (path === "/v1/search") {
    world.searches.push(url.search);
    return json(world.found);
  }
  if (path === "/v1/me" && method === "DELETE") {
    if (fields.password !== "correct horse") return problemAnswer("wrong_password");
    world.isSignedOut = true;
    return new Response(null, { status: 204 });
  }
  if (path === "/v1/me" && method === "PATCH" && fields.presence !== undefined) {
    world.presence = fields.presence;
    world.store({ presence: world.presence });
  }
  if (path === "/v1/me") return json(meOf(world, person));
  if (path === "/v1/sessions/current") {
    world.isSignedOut = true;
    return new Response(null, { status: 204 });
  }
  if (path === "/v1/gateway") {
    const token = `a${++world.tokens}-${person}`;
    const expiresAt = world.clock.now() + 300_000;
    return json({ token, expiresAt, protocol: PROTOCOL_VERSION, heartbeatMs: 30_000, user: `u_${person}` });
  }
  if (path === "/v1/users") {
    const handle = url.searchParams.get("handle") ?? "";
    return json({ items: world.people.includes(handle) ? [profileOf(handle)] : [], next: null });
  }
  if (path === "/v1/channels" && method === "POST") {
    const channel = opened(world, person, fields);
    world.channels.set(channel.id, channel);
    return json(channel);
  }
  const mine = [...world.channels.values()].filter(({ members }) => members.some(({ user }) => user.handle === person));
  if (path === "/v1/channels") return listAnswer(mine, url);
  const [, id, , detail = ""] = /^\/v1\/channels\/(\w+)(\/members)?(?:\/(.*))?$/.exec(path) ?? [];
  const channel = mine.find((one) => one.id === id);
  if (!channel) return problemAnswer("not_found");
  if (method === "PUT" && ["draft", "mute", "level"].includes(detail)) {
    world.store(settingOf(channel.id, detail, world.clock.now(), fields));
    return new Response(null, { status: 204 });
  }
  if (method !== "GET") return changed(world, channel, method, detail, fields);
  const list = world.lists.get(detail);
  return detail === "" ? json(channel) : list ? listAnswer(list, url) : problemAnswer("not_found");
}

/** Two to a page, so that following `next` is always needed. */
function listAnswer(items: unknown[], url: URL): Response {
  const from = Number(url.searchParams.get("cursor") ?? "0");
  return json({ items: items.slice(from, from + 2), next: items.length > from + 2 ? String(from + 2) : null });
}
