// A valid request for every route of guilds. Each has a guild of its own, which alice owns and bob
// is a member of.
import { env } from "cloudflare:workers";
import type { GuildCategory, GuildRole, GuildView } from "../../src/protocol";
import { change, openGuild } from "../support/guild";
import { call, type Person, type Sent } from "../support/http";

interface People {
  alice: Person;
  bob: Person;
  carol: Person;
}

type GuildSample = (people: People) => Promise<Sent & { path: string }>;

/** What a sample may name. */
interface Scene {
  path: string;
  guild: GuildView;
  channel: string;
}

/** Takes people out of the guilds of earlier samples: an account is in a limited number. */
async function leaveOlder(...people: Person[]): Promise<void> {
  const users = JSON.stringify(people.map(({ id }) => id));
  const sql = "DELETE FROM guild_members WHERE user IN (SELECT value FROM json_each(?))";
  await env.DIRECTORY.prepare(sql).bind(users).run();
}

const inGuild =
  (
    build: (scene: Scene, people: People) => Promise<Sent & { path: string }> | (Sent & { path: string }),
  ): GuildSample =>
  async (people) => {
    await leaveOlder(people.alice, people.bob, people.carol);
    const guild = await openGuild(people.alice, [people.bob]);
    const path = `/v1/guilds/${guild.id}`;
    return await build({ path, guild, channel: `${path}/channels/${guild.channels[0]?.id}` }, people);
  };

const newRole = ({ alice }: People, { guild }: Scene): Promise<GuildRole> =>
  change<GuildRole>(alice, guild.id, "POST", "roles", { name: "A role" });
const newCategory = ({ alice }: People, { guild }: Scene): Promise<GuildCategory> =>
  change<GuildCategory>(alice, guild.id, "POST", "categories", { name: "A category" });

/** A channel in a category, whose overrides it can take over. */
async function inCategory(people: People, scene: Scene): Promise<string> {
  const { id } = await newCategory(people, scene);
  await change(people.alice, scene.guild.id, "PATCH", `channels/${scene.guild.channels[0]?.id}`, { category: id });
  return scene.channel;
}

export const guildSamples: Record<string, GuildSample> = {
  "POST /v1/guilds": async () => ({ path: "/v1/guilds", body: { nonce: crypto.randomUUID(), name: "The team" } }),
  "GET /v1/guilds": async () => ({ path: "/v1/guilds" }),
  "GET /v1/guilds/{guild}": inGuild(({ path }) => ({ path })),
  "GET /v1/guilds/{guild}/socket": inGuild(({ path }) => ({
    path: `${path}/socket`,
    headers: { upgrade: "websocket", "sec-websocket-protocol": "parley.v1" },
  })),
  "GET /v1/guilds/{guild}/events": inGuild(({ path }) => ({ path: `${path}/events` })),
  "PATCH /v1/guilds/{guild}": inGuild(({ path }) => ({ path, body: { name: "Another team" } })),
  "PUT /v1/guilds/{guild}/deletion": inGuild(({ path }) => ({ path: `${path}/deletion` })),
  "DELETE /v1/guilds/{guild}/deletion": inGuild(({ path }) => ({ path: `${path}/deletion` })),
  "GET /v1/guilds/{guild}/invites": inGuild(({ path }) => ({ path: `${path}/invites` })),
  "POST /v1/guilds/{guild}/invites": inGuild(({ path }) => ({ path: `${path}/invites`, body: {} })),
  "PUT /v1/guilds/{guild}/owner": inGuild(({ path }, { bob }) => ({ path: `${path}/owner`, body: { user: bob.id } })),
  "GET /v1/guilds/{guild}/members": inGuild(({ path }) => ({ path: `${path}/members` })),
  "PUT /v1/guilds/{guild}/members/{user}": inGuild(({ path }, { carol }) => ({ path: `${path}/members/${carol.id}` })),
  "DELETE /v1/guilds/{guild}/members/{user}": inGuild(({ path }) => ({ path: `${path}/members/u_nobody` })),
  "PUT /v1/guilds/{guild}/members/{user}/roles/{role}": inGuild(async (scene, people) => ({
    path: `${scene.path}/members/${people.bob.id}/roles/${(await newRole(people, scene)).id}`,
  })),
  "DELETE /v1/guilds/{guild}/members/{user}/roles/{role}": inGuild(async (scene, people) => ({
    path: `${scene.path}/members/${people.bob.id}/roles/${(await newRole(people, scene)).id}`,
  })),
  "POST /v1/guilds/{guild}/roles": inGuild(({ path }) => ({ path: `${path}/roles`, body: { name: "Helpers" } })),
  "POST /v1/guilds/{guild}/roles/{role}/copies": inGuild(async (scene, people) => ({
    path: `${scene.path}/roles/${(await newRole(people, scene)).id}/copies`,
  })),
  "GET /v1/guilds/{guild}/roles/{role}/view": inGuild(async (scene, people) => ({
    path: `${scene.path}/roles/${(await newRole(people, scene)).id}/view`,
  })),
  "PATCH /v1/guilds/{guild}/roles/{role}": inGuild(async (scene, people) => ({
    path: `${scene.path}/roles/${(await newRole(people, scene)).id}`,
    body: { permissions: ["invite"] },
  })),
  "DELETE /v1/guilds/{guild}/roles/{role}": inGuild(async (scene, people) => ({
    path: `${scene.path}/roles/${(await newRole(people, scene)).id}`,
  })),
  "PUT /v1/guilds/{guild}/role-order": inGuild(async (scene, people) => {
    const roles = [(await newRole(people, scene)).id, (await newRole(people, scene)).id];
    return { path: `${scene.path}/role-order`, body: { roles } };
  }),
  "POST /v1/guilds/{guild}/channels": inGuild(({ path }) => ({
    path: `${path}/channels`,
    body: { nonce: crypto.randomUUID(), name: "help" },
  })),
  "PATCH /v1/guilds/{guild}/channels/{channel}": inGuild(({ channel }) => ({
    path: channel,
    body: { name: "help", topic: "Ask here", position: 0 },
  })),
  "DELETE /v1/guilds/{guild}/channels/{channel}": inGuild(({ channel }) => ({ path: channel })),
  "POST /v1/guilds/{guild}/categories": inGuild(({ path }) => ({ path: `${path}/categories`, body: { name: "Work" } })),
  "PATCH /v1/guilds/{guild}/categories/{category}": inGuild(async (scene, people) => ({
    path: `${scene.path}/categories/${(await newCategory(people, scene)).id}`,
    body: { name: "Work", position: 0 },
  })),
  "DELETE /v1/guilds/{guild}/categories/{category}": inGuild(async (scene, people) => ({
    path: `${scene.path}/categories/${(await newCategory(people, scene)).id}`,
  })),
  "GET /v1/guilds/{guild}/channels/{channel}/overrides": inGuild(({ channel }) => ({ path: `${channel}/overrides` })),
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides/{target}": inGuild(({ channel }, { bob }) => ({
    path: `${channel}/overrides/${bob.id}`,
    body: { allow: ["pin"], deny: ["send"] },
  })),
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides": inGuild(async (scene, people) => ({
    path: `${await inCategory(people, scene)}/overrides`,
  })),
  "GET /v1/guilds/{guild}/categories/{category}/overrides": inGuild(async (scene, people) => ({
    path: `${scene.path}/categories/${(await newCategory(people, scene)).id}/overrides`,
  })),
  "PUT /v1/guilds/{guild}/categories/{category}/overrides/{target}": inGuild(async (scene, people) => ({
    path: `${scene.path}/categories/${(await newCategory(people, scene)).id}/overrides/${scene.guild.everyone}`,
    body: { allow: [], deny: ["view"] },
  })),
  "GET /v1/guilds/{guild}/reports": inGuild(({ path }) => ({ path: `${path}/reports` })),
  "PUT /v1/guilds/{guild}/reports/{report}": inGuild(async ({ path, guild }, { alice, carol }) => {
    const target = { kind: "user", user: carol.id, guild: guild.id };
    const body = { target, category: "spam" };
    const { id } = await call<{ id: string }>("/v1/reports", { method: "POST", token: alice.token, body });
    return { path: `${path}/reports/${id}`, body: { outcome: "dismissed" } };
  }),
  "GET /v1/guilds/{guild}/audit-log": inGuild(({ path }) => ({ path: `${path}/audit-log?kind=member.added` })),
  "PUT /v1/guilds/{guild}/channels/{channel}/lock": inGuild(({ channel }) => ({ path: `${channel}/lock` })),
  "DELETE /v1/guilds/{guild}/channels/{channel}/lock": inGuild(({ channel }) => ({ path: `${channel}/lock` })),
  "GET /v1/guilds/{guild}/bans": inGuild(({ path }) => ({ path: `${path}/bans` })),
  "PUT /v1/guilds/{guild}/bans/{user}": inGuild(({ path }, { carol }) => ({
    path: `${path}/bans/${carol.id}`,
    body: { reason: "spam", deleteHours: 1 },
  })),
  "POST /v1/guilds/{guild}/purges": inGuild(({ path }, { bob }) => ({
    path: `${path}/purges`,
    body: { user: bob.id, hours: 1 },
  })),
  "PUT /v1/guilds/{guild}/members/{user}/time-out": inGuild(({ path }, { bob }) => ({
    path: `${path}/members/${bob.id}/time-out`,
    body: { forMs: 60_000 },
  })),
  "DELETE /v1/guilds/{guild}/members/{user}/time-out": inGuild(({ path }, { bob }) => ({
    path: `${path}/members/${bob.id}/time-out`,
  })),
  "DELETE /v1/guilds/{guild}/bans/{user}": inGuild(async ({ path, guild }, { alice, carol }) => {
    await change(alice, guild.id, "PUT", `bans/${carol.id}`, {});
    return { path: `${path}/bans/${carol.id}` };
  }),
};
