// A caller of the HTTP surface, as a program would be: no cookie, a token.
import { exports } from "cloudflare:workers";
import type { Channel, HistoryAccess, Role, SignedIn } from "../../src/protocol";

export const ORIGIN = "https://parley.test";

export interface Sent {
  method?: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

/** One request; a `body` that is not a string is sent as JSON. */
export function request(path: string, { method = "GET", body, token, headers = {} }: Sent = {}): Promise<Response> {
  const init: RequestInit = { method, headers: { ...headers } };
  const sent = new Headers(init.headers);
  if (body !== undefined) {
    if (!sent.has("content-type")) sent.set("content-type", "application/json");
    init.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  if (token !== undefined) sent.set("authorization", `Bearer ${token}`);
  return exports.default.fetch(new Request(ORIGIN + path, { ...init, headers: sent, redirect: "manual" }));
}

/** The body of a request that must have succeeded. */
export async function call<T>(path: string, sent?: Sent): Promise<T> {
  const response = await request(path, sent);
  if (!response.ok) throw new Error(`${sent?.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

let registered = 0;

export interface Person {
  id: string;
  handle: string;
  token: string;
  session: string;
}

/** A new account with a handle of its own. */
export async function register(name: string): Promise<Person> {
  const handle = `${name}-${Date.now().toString(36)}-${registered++}`;
  const body = { handle, name, password: "correct horse battery", keep: "token" };
  const { me, token } = await call<SignedIn>("/v1/accounts", { method: "POST", body });
  if (token === undefined) throw new Error("no token was given");
  return { id: me.id, handle, token, session: me.session };
}

/** The direct channel of two people. */
export async function openDirect(from: Person, to: Person): Promise<string> {
  const body = { kind: "direct", user: to.id };
  return (await call<{ id: string }>("/v1/channels", { method: "POST", token: from.token, body })).id;
}

export interface GroupOptions {
  name?: string;
  topic?: string;
  history?: HistoryAccess;
  nonce?: string;
}

/** A group of `owner` with these people in it. */
export async function openGroup(owner: Person, members: Person[], options: GroupOptions = {}): Promise<string> {
  const people = members.map(({ id }) => id);
  const body = { kind: "group", name: "Friends", nonce: crypto.randomUUID(), ...options, members: people };
  return (await call<Channel>("/v1/channels", { method: "POST", token: owner.token, body })).id;
}

/** Makes somebody a member of a group, or gives them a role. */
export const putMember = (by: Person, channel: string, who: Person, role: Role = "member"): Promise<Response> =>
  request(`/v1/channels/${channel}/members/${who.id}`, { method: "PUT", token: by.token, body: { role } });

/** Takes somebody out of a group; oneself leaves. */
export const removeMember = (by: Person, channel: string, who: Person): Promise<Response> =>
  request(`/v1/channels/${channel}/members/${who.id}`, { method: "DELETE", token: by.token });
