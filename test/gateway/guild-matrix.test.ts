// Every route of a guild, called by an outsider, by a person who was removed, by members with one
// permission each, by an administrator and by the owner.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { access } from "../../src/gateway/access";
import { type GuildPermission, guildPermission } from "../../src/protocol";
import { guildSamples } from "../contract/guild-samples";
import { change, giveNewRole, viewGuild } from "../support/guild";
import { type Person, register, request } from "../support/http";
import { isLongRun } from "../support/runs";

/** Who may call a route: every member, the owner, or members with a permission. */
const needs: Record<string, "member" | "owner" | GuildPermission> = {
  "GET /v1/guilds/{guild}": "member",
  "PATCH /v1/guilds/{guild}": "manage_guild",
  "PUT /v1/guilds/{guild}/deletion": "owner",
  "DELETE /v1/guilds/{guild}/deletion": "owner",
  "PUT /v1/guilds/{guild}/owner": "owner",
  "GET /v1/guilds/{guild}/members": "member",
  // Everyone may invite in a new guild.
  "PUT /v1/guilds/{guild}/members/{user}": "member",
  "DELETE /v1/guilds/{guild}/members/{user}": "kick",
  "PUT /v1/guilds/{guild}/members/{user}/roles/{role}": "manage_roles",
  "DELETE /v1/guilds/{guild}/members/{user}/roles/{role}": "manage_roles",
  "POST /v1/guilds/{guild}/roles": "manage_roles",
  "POST /v1/guilds/{guild}/roles/{role}/copies": "manage_roles",
  "GET /v1/guilds/{guild}/roles/{role}/view": "manage_roles",
  "PATCH /v1/guilds/{guild}/roles/{role}": "manage_roles",
  "DELETE /v1/guilds/{guild}/roles/{role}": "manage_roles",
  "PUT /v1/guilds/{guild}/role-order": "manage_roles",
  "POST /v1/guilds/{guild}/channels": "manage_channels",
  "PATCH /v1/guilds/{guild}/channels/{channel}": "manage_channels",
  "DELETE /v1/guilds/{guild}/channels/{channel}": "manage_channels",
  "POST /v1/guilds/{guild}/categories": "manage_channels",
  "PATCH /v1/guilds/{guild}/categories/{category}": "manage_channels",
  "DELETE /v1/guilds/{guild}/categories/{category}": "manage_channels",
  "GET /v1/guilds/{guild}/channels/{channel}/overrides": "manage_roles",
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides/{target}": "manage_roles",
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides": "manage_roles",
  "GET /v1/guilds/{guild}/categories/{category}/overrides": "manage_roles",
  "PUT /v1/guilds/{guild}/categories/{category}/overrides/{target}": "manage_roles",
};
const callers = ["outsider", "removed", "member", "owner", ...guildPermission.options] as const;
type GuildCaller = (typeof callers)[number];

/**
 * Who calls a route. In `npm test` only one of the permissions that do not matter, another one for
 * each route.
 */
function callersOf(key: string, index: number): readonly GuildCaller[] {
  if (isLongRun) return callers;
  const others = guildPermission.options.filter((name) => name !== "administrator" && name !== needs[key]);
  const named = new Set<string>(["outsider", "removed", "member", "owner", "administrator", needs[key] ?? ""]);
  return [...callers.filter((caller) => named.has(caller)), ...others.slice(index % others.length).slice(0, 1)];
}

let people: Record<"alice" | "bob" | "carol" | "dave", Person>;
beforeAll(async () => {
  const [alice, bob, carol, dave] = await Promise.all(["alice", "bob", "carol", "dave"].map(register));
  if (!alice || !bob || !carol || !dave) throw new Error("somebody is missing");
  people = { alice, bob, carol, dave };
});

/** Makes dave the caller in a guild of alice. Returns who calls. */
async function callerIn(guild: string, caller: GuildCaller): Promise<Person> {
  const { alice, dave } = people;
  if (caller === "owner") return alice;
  await env.DIRECTORY.prepare("DELETE FROM guild_members WHERE user = ?").bind(dave.id).run();
  if (caller === "outsider") return dave;
  await change(alice, guild, "PUT", `members/${dave.id}`);
  if (caller === "removed") await change(alice, guild, "DELETE", `members/${dave.id}`);
  if (caller === "removed" || caller === "member") return dave;
  const { id } = await giveNewRole(alice, guild, [caller], dave);
  const { roles, everyone } = await viewGuild(alice, guild);
  const others = roles.map((role) => role.id).filter((role) => role !== everyone && role !== id);
  await change(alice, guild, "PUT", "role-order", { roles: [...others.reverse(), id] });
  return dave;
}

/** Returns the roles of a guild except that of everyone, the lowest first. */
async function orderIn(guild: string): Promise<string[]> {
  const { roles, everyone } = await viewGuild(people.alice, guild);
  return roles
    .map(({ id }) => id)
    .filter((id) => id !== everyone)
    .reverse();
}

function expected(key: string, caller: GuildCaller): number {
  const need = needs[key];
  const made = access[key]?.author ?? expect.fail(`no row of ${key}`);
  if (caller === "outsider" || caller === "removed") return 404;
  if (need === "member" || caller === "owner") return made;
  if (need === "owner") return 403;
  return caller === need || caller === "administrator" ? made : 403;
}

test("the matrix has every route of a guild", () => {
  expect(Object.keys(needs).sort()).toEqual(
    Object.keys(access)
      .filter((key) => key.includes("/v1/guilds/{guild}"))
      .sort(),
  );
});

describe.each(Object.keys(needs).map((key, index) => ({ key, index })))("$key", ({ key, index }) => {
  test.each(callersOf(key, index))("answers %s as its permission says", async (caller) => {
    const { path, ...sent } = (await guildSamples[key]?.(people)) ?? expect.fail("no sample");
    const guild = path.split("/")[3] ?? "";
    const who = await callerIn(guild, caller);
    // The order has to name the role of the caller too.
    const order = key.endsWith("role-order") && { body: { roles: await orderIn(guild) } };
    const response = await request(path, { method: key.split(" ")[0] ?? "", ...sent, ...order, token: who.token });
    expect(response.status, await response.clone().text()).toBe(expected(key, caller));
    if (response.status >= 400)
      expect(response.headers.get("content-type")?.startsWith("application/problem+json")).toBe(true);
  });
});
