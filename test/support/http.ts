// A client of the HTTP API, as a program is one: with a token and no cookie.
import { exports } from "cloudflare:workers";
import type { ChannelInfo, HistoryAccess, Role, SignedIn } from "../../src/protocol";

export const ORIGIN = "https://parley.test";

export interface Sent {
  method?: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

/** Sends one request. A `body` that is not a string is sent as JSON. */
export function request(path: string, { method = "GET", body, token, headers = {} }: Sent = {}): Promise<Response> {
  const init: RequestInit = { method, headers: { ...headers } };
  const allHeaders = new Headers(init.headers);
  if (body !== undefined) {
    if (!allHeaders.has("content-type")) allHeaders.set("content-type", "application/json");
    init.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  if (token !== undefined) allHeaders.set("authorization", `Bearer ${token}`);
  return exports.default.fetch(new Request(ORIGIN + path, { ...init, headers: allHeaders, redirect: "manual" }));
}

/** Sends a request that must succeed. Returns the body of its answer. */
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

/** Creates an account with a unique handle. */
export async function register(name: string): Promise<Person> {
  const handle = `${name}-${Date.now().toString(36)}-${registered++}`;
  const body = { handle, name, password: "correct horse battery", keep: "token" };
  const { me, token } = await call<SignedIn>("/v1/accounts", { method: "POST", body });
  if (token === undefined) throw new Error("the answer has no token");
  return { id: me.id, handle, token, session: me.session };
}

/** Opens the direct channel of two people. */
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

/** Creates a group with an owner and members. */
export async function openGroup(owner: Person, members: Person[], options: GroupOptions = {}): Promise<string> {
  const people = members.map(({ id }) => id);
  const body = { kind: "group", name: "Friends", nonce: crypto.randomUUID(), ...options, members: people };
  return (await call<ChannelInfo>("/v1/channels", { method: "POST", token: owner.token, body })).id;
}

/** Adds a member to a group, or changes their role. */
export const putMember = (by: Person, channel: string, who: Person, role: Role = "member"): Promise<Response> =>
  request(`/v1/channels/${channel}/members/${who.id}`, { method: "PUT", token: by.token, body: { role } });

/** Removes a member from a group. A person who removes themselves leaves. */
export const removeMember = (by: Person, channel: string, who: Person): Promise<Response> =>
  request(`/v1/channels/${channel}/members/${who.id}`, { method: "DELETE", token: by.token });
