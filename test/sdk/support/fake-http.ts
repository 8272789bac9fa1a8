import { type Channel, type ErrorCode, errors, type Me, PROTOCOL_VERSION } from "../../../src/protocol";
import type { TurnedClock } from "./turned-clock";

/** What answering over HTTP takes of the fake server. */
export interface World {
  readonly clock: TurnedClock;
  readonly people: string[];
  readonly channels: Map<string, Channel>;
  isSignedOut: boolean;
  tokens: number;
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
});

function channelOf(world: World, creator: string, other: string): Channel {
  const members = [...new Set([creator, other])].map((person) => ({
    user: profileOf(person),
    role: "member" as const,
    joinedAt: world.clock.now(),
  }));
  const id = `c_${[creator, other].sort().join("")}`;
  const at = world.clock.now();
  return { id, kind: "direct", createdAt: at, createdBy: `u_${creator}`, members };
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
    const channel = channelOf(world, person, String(fields.user).replace("u_", ""));
    world.channels.set(channel.id, channel);
    return json(channel);
  }
  if (path === "/v1/channels") return listAnswer([...world.channels.values()], url);
  const channel = world.channels.get(path.replace("/v1/channels/", ""));
  return channel ? json(channel) : problemAnswer("not_found");
}

/** Two to a page, so that following `next` is always needed. */
function listAnswer(items: unknown[], url: URL): Response {
  const from = Number(url.searchParams.get("cursor") ?? "0");
  return json({ items: items.slice(from, from + 2), next: items.length > from + 2 ? String(from + 2) : null });
}
