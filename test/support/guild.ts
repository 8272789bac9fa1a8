// Guilds over HTTP, for tests.
import type { ErrorCode, GuildPermission, GuildRole, GuildView } from "../../src/protocol";
import { call, type Person, register, request } from "./http";

/** Creates a guild and adds members, who need no request of the owner. */
export async function openGuild(owner: Person, members: Person[] = [], body: object = {}): Promise<GuildView> {
  const whole = { nonce: crypto.randomUUID(), name: "The team", ...body };
  const guild = await call<GuildView>("/v1/guilds", { method: "POST", token: owner.token, body: whole });
  for (const member of members) await change(owner, guild.id, "PUT", `members/${member.id}`);
  return guild;
}

/** Creates a guild of three people, who are new. `channel` is the welcome channel. */
export async function openTeam() {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const guild = await openGuild(alice, [bob, carol]);
  return { alice, bob, carol, guild, channel: guild.channels[0]?.id ?? "" };
}

/** Requests a change of a guild that must be made. Returns the answer; null without one. */
export async function change<T>(by: Person, guild: string, method: string, path: string, body?: object): Promise<T> {
  const response = await attempt(by, guild, method, path, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Requests a change of a guild. */
export const attempt = (by: Person, guild: string, method: string, path: string, body?: object): Promise<Response> =>
  request(`/v1/guilds/${guild}${path && `/${path}`}`, { method, token: by.token, ...(body && { body }) });

/** Returns the stable code with which a change is refused; null if it is made. */
export async function refusal(...which: Parameters<typeof attempt>): Promise<ErrorCode | null> {
  const response = await attempt(...which);
  return response.ok ? null : (await response.json<{ code: ErrorCode }>()).code;
}

/** Creates a role with these permissions and gives it to members. */
export async function giveNewRole(
  owner: Person,
  guild: string,
  permissions: GuildPermission[],
  ...members: Person[]
): Promise<GuildRole> {
  const body = { name: "A role", permissions };
  const role = await change<GuildRole>(owner, guild, "POST", "roles", body);
  for (const member of members) await change(owner, guild, "PUT", `members/${member.id}/roles/${role.id}`);
  return role;
}

export const viewGuild = (by: Person, guild: string): Promise<GuildView> =>
  call(`/v1/guilds/${guild}`, { token: by.token });

/** Creates a channel. Returns its id. */
export async function openGuildChannel(by: Person, guild: string, body: object = {}): Promise<string> {
  const before = new Set((await viewGuild(by, guild)).channels.map(({ id }) => id));
  const whole = { nonce: crypto.randomUUID(), name: "a channel", ...body };
  const { channels } = await change<GuildView>(by, guild, "POST", "channels", whole);
  return channels.find(({ id }) => !before.has(id))?.id ?? "";
}
