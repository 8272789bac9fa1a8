import {
  type ChannelInfo,
  type ErrorCode,
  errors,
  type Me,
  notificationSettings,
  PROTOCOL_VERSION,
  type PresenceMode,
  type SearchPage,
  type ServerInfo,
} from "../../../src/protocol";
import { isOutdated, type Setting, settingOf } from "./fake-feed";
import { answerPush, type PushServer } from "./fake-push";
import type { ManualClock } from "./manual-clock";

/** The part of the fake server that answers HTTP requests. */
export interface HttpServer extends PushServer {
  readonly clock: ManualClock;
  readonly people: string[];
  presence: PresenceMode;
  readonly channels: Map<string, ChannelInfo>;
  isSignedOut: boolean;
  tokens: number;
  /** What the server can do; null for an earlier one, which does not say it. */
  features: string[] | null;
  /** Lists below a channel's path, by the rest of the path. */
  readonly lists: Map<string, unknown[]>;
  /** The bodies of searches, and the page that they return. */
  readonly searches: object[];
  searchResult: SearchPage;
  /** The stored settings, in order. */
  readonly settings: Setting[];
  /** Stores a setting of the person. */
  store(setting: Setting): void;
}

export const json = (body: unknown, status = 200) => Response.json(body, { status });

export function problemAnswer(code: ErrorCode, headers: Record<string, string> = {}): Response {
  const { status, temporary, sentence } = errors[code];
  return Response.json({ type: "about:blank", title: sentence, status, code, temporary }, { status, headers });
}

export const profileOf = (person: string) => ({ id: `u_${person}`, handle: person, name: person });

const meOf = (server: HttpServer, person: string): Me => ({
  ...profileOf(person),
  session: `s_${person}`,
  needsHandle: false,
  createdAt: server.clock.now(),
  receipts: true,
  presence: server.presence,
  openTo: "everyone",
  notifications: server.notifications,
});

export function channelOf(
  server: Pick<HttpServer, "clock">,
  fields: Partial<ChannelInfo> & { id: string },
  people: string[],
): ChannelInfo {
  const at = server.clock.now();
  const members = [...new Set(people)].map(
    (person) => ({ user: profileOf(person), role: "member", joinedAt: at }) as const,
  );
  const texts = { name: "", topic: "", history: "all" } as const;
  return { kind: "direct", ...texts, createdAt: at, createdBy: `u_${people[0]}`, members, ...fields };
}

const personOf = (user: unknown) => String(user).replace("u_", "");

function openedChannel(server: HttpServer, creator: string, fields: Record<string, unknown>): ChannelInfo {
  const { nonce, name, topic, members } = fields;
  if (fields.kind === "direct") {
    const other = personOf(fields.user);
    return channelOf(server, { id: `c_${[creator, other].sort().join("")}` }, [creator, other]);
  }
  // The same nonce creates the same group.
  const id = `c_${String(nonce).replaceAll("-", "")}`;
  const people = [creator, ...(Array.isArray(members) ? members.map(personOf) : [])];
  return channelOf(server, { id, kind: "group", name: String(name), topic: String(topic) }, people);
}

/** Changes the name or the members of a group. */
function changeGroup(server: HttpServer, channel: ChannelInfo, method: string, user: string, fields: object): Response {
  const others = channel.members.filter((member) => member.user.id !== user);
  if (method === "PATCH") server.channels.set(channel.id, { ...channel, ...fields });
  else if (method === "DELETE") server.channels.set(channel.id, { ...channel, members: others });
  else {
    const joined = {
      user: profileOf(personOf(user)),
      role: "member" as const,
      joinedAt: server.clock.now(),
      ...fields,
    };
    server.channels.set(channel.id, { ...channel, members: [...others, joined] });
  }
  return new Response(null, { status: 204 });
}

/** Answers a request. The Bearer token `s-alice` belongs to alice. */
export function answer(server: HttpServer, method: string, url: URL, bearer: string | null, body: unknown): Response {
  const path = url.pathname;
  const fields = typeof body === "object" && body !== null ? Object(body) : {};
  if (method === "POST" && (path === "/v1/accounts" || path === "/v1/sessions")) {
    server.isSignedOut = false;
    // The proof names the one that was sent, so that a test sees it.
    const deviceProof = `proof after ${fields.deviceProof ?? "none"}`;
    const token = fields.keep === "token" ? { token: `s-${fields.handle}`, deviceProof } : {};
    return json({ me: meOf(server, fields.handle), ...token }, 201);
  }
  const person = bearer?.replace("s-", "");
  if (!person || server.isSignedOut) return problemAnswer("sign_in_required");
  if (path === "/v1/me/export") return json({ account: profileOf(person) });
  if (path === "/v1/me/notifications" && method === "PUT")
    server.store({ notifications: notificationSettings.parse(fields) });
  if (path.startsWith("/v1/push") || path === "/v1/me/notifications")
    return answerPush(server, method, path, fields) ?? problemAnswer("not_found");
  if (path === "/v1/search") {
    server.searches.push(fields);
    return json(server.searchResult);
  }
  if (path === "/v1/me" && method === "DELETE") {
    if (fields.password !== "correct horse") return problemAnswer("wrong_password");
    server.isSignedOut = true;
    return new Response(null, { status: 204 });
  }
  if (path === "/v1/me" && method === "PATCH" && fields.presence !== undefined) {
    server.presence = fields.presence;
    server.store({ presence: server.presence });
  }
  if (path === "/v1/me") return json(meOf(server, person));
  if (path === "/v1/sessions/current") {
    server.isSignedOut = true;
    return new Response(null, { status: 204 });
  }
  if (path === "/v1/gateway") {
    const token = `a${++server.tokens}-${person}`;
    const expiresAt = server.clock.now() + 300_000;
    return json({
      token,
      expiresAt,
      protocol: PROTOCOL_VERSION,
      heartbeatMs: 30_000,
      user: `u_${person}`,
      ...infoOf(server),
    });
  }
  if (path === "/v1/users") {
    const handle = url.searchParams.get("handle") ?? "";
    return json({ items: server.people.includes(handle) ? [profileOf(handle)] : [], next: null });
  }
  if (path === "/v1/channels" && method === "POST") {
    const channel = openedChannel(server, person, fields);
    server.channels.set(channel.id, channel);
    return json(channel);
  }
  const mine = [...server.channels.values()].filter(({ members }) =>
    members.some(({ user }) => user.handle === person),
  );
  if (path === "/v1/channels") return listAnswer(mine, url);
  const [, id, , detail = ""] = /^\/v1\/channels\/(\w+)(\/members)?(?:\/(.*))?$/.exec(path) ?? [];
  const channel = mine.find((one) => one.id === id);
  if (!channel) return problemAnswer("not_found");
  if (method === "PUT" && ["draft", "mute", "level"].includes(detail)) {
    const setting = settingOf(channel.id, detail, server.clock.now(), fields);
    if (isOutdated(setting, server.settings, fields)) return problemAnswer("draft_outdated");
    server.store(setting);
    return "mute" in setting && !("until" in fields) ? json(setting.mute) : new Response(null, { status: 204 });
  }
  if (method !== "GET") return changeGroup(server, channel, method, detail, fields);
  const list = server.lists.get(detail);
  return detail === "" ? json(channel) : list ? listAnswer(list, url) : problemAnswer("not_found");
}

/** Pages of two items, so that clients have to follow `next`. */
function listAnswer(items: unknown[], url: URL): Response {
  const from = Number(url.searchParams.get("cursor") ?? "0");
  return json({ items: items.slice(from, from + 2), next: items.length > from + 2 ? String(from + 2) : null });
}

/** What a server says of itself. */
function infoOf({ features }: HttpServer): { server?: ServerInfo } {
  if (features === null) return {};
  const base = "https://parley.test";
  const addresses = { api: base, userSocket: base, channelSocket: base, invite: base };
  const region = { servedFrom: null, hint: null, hints: [] };
  return { server: { addresses, region, limits: {}, rates: {}, features, push: { web: false, apps: false } } };
}
