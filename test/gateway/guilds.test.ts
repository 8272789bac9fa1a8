// Guilds over HTTP: what a new one has, the cells that others got wrong, limits, and deletion.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { scheduled } from "../../src/gateway/scheduled";
import { type GuildMemberInfo, type GuildOverride, type GuildView, guildTemplate, limits } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { attempt, change, giveNewRole, openGuild, openGuildChannel, refusal, viewGuild } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import { attach } from "../support/socket";

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  guild = await openGuild(alice, [bob, carol]);
});

const membersOf = async (by: Person, id = guild.id): Promise<string[]> =>
  (await call<{ items: GuildMemberInfo[] }>(`/v1/guilds/${id}/members`, { token: by.token })).items.map(
    ({ user }) => user.id,
  );
/** Puts roles into an order, the lowest first. */
const order = (...roles: { id: string }[]) =>
  change(alice, guild.id, "PUT", "role-order", { roles: roles.map(({ id }) => id) });

describe("a new guild", () => {
  test.each(guildTemplate.options)("of the template %s has channels that its owner can open", async (template) => {
    const { channels, roles, everyone, welcomeChannel } = await openGuild(alice, [], { template });
    expect(channels.length).toBeGreaterThan(0);
    expect(welcomeChannel).toBe(channels[0]?.id);
    expect(roles.at(-1)).toMatchObject({ id: everyone, position: 0 });
    for (const { id } of channels)
      expect((await request(`/v1/channels/${id}/messages`, { token: alice.token })).status).toBe(200);
  });

  test("is created once for a nonce, and listed", async () => {
    const nonce = crypto.randomUUID();
    const made = await Promise.all(Array.from({ length: 3 }, () => openGuild(alice, [], { nonce })));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const { items } = await call<{ items: { id: string }[] }>("/v1/guilds", { token: alice.token });
    expect(items.map(({ id }) => id)).toEqual([guild.id, made[0]?.id]);
  });

  test("hides a private channel, and its category, from those without its role", async () => {
    const school = await openGuild(alice, [bob], { template: "class" });
    expect(school.channels.map(({ name }) => name)).toContain("teachers");
    expect((await viewGuild(bob, school.id)).channels.map(({ name }) => name)).not.toContain("teachers");
    const teacher = school.roles.find(({ name }) => name === "Teacher");
    await change(alice, school.id, "PUT", `members/${bob.id}/roles/${teacher?.id}`);
    expect((await viewGuild(bob, school.id)).channels.map(({ name }) => name)).toContain("teachers");
  });
});

describe("the hierarchy", () => {
  test("a creation with overrides beyond one's own is refused, and one within is made", async () => {
    const [low, high] = [await giveNewRole(alice, guild.id, []), await giveNewRole(alice, guild.id, [])];
    const mine = await giveNewRole(alice, guild.id, ["manage_channels", "manage_roles"], bob);
    await order(low, mine, high);
    const create = (target: string, allow: string[]) =>
      refusal(bob, guild.id, "POST", "channels", {
        ...{ nonce: crypto.randomUUID(), name: "x", overrides: [{ target, allow, deny: [] }] },
      });
    expect(await create(low.id, ["kick"])).toBe("forbidden");
    expect(await create(high.id, ["send"])).toBe("forbidden");
    expect(await create(mine.id, ["send"])).toBe("forbidden");
    expect(await create(alice.id, ["send"])).toBe("forbidden");
    expect(await create(low.id, ["send"])).toBeNull();
  });

  test("a higher role is not moved, renamed, deleted or given, and its members are not removed", async () => {
    const [low, high] = [await giveNewRole(alice, guild.id, []), await giveNewRole(alice, guild.id, [], carol)];
    const mine = await giveNewRole(alice, guild.id, ["manage_roles", "kick"], bob);
    await order(low, mine, high);
    const refused: Parameters<typeof refusal>[] = [
      [bob, guild.id, "PATCH", `roles/${high.id}`, { name: "mine now" }],
      [bob, guild.id, "PATCH", `roles/${mine.id}`, { name: "higher" }],
      [bob, guild.id, "DELETE", `roles/${high.id}`],
      [bob, guild.id, "PUT", "role-order", { roles: [low.id, high.id, mine.id] }],
      [bob, guild.id, "PUT", `members/${bob.id}/roles/${low.id}`],
      [bob, guild.id, "PUT", `members/${alice.id}/roles/${low.id}`],
      [bob, guild.id, "DELETE", `members/${carol.id}`],
      [bob, guild.id, "DELETE", `members/${alice.id}`],
      [bob, guild.id, "PATCH", `roles/${low.id}`, { permissions: ["administrator"] }],
      [bob, guild.id, "POST", "roles", { name: "x", permissions: ["manage_guild"] }],
    ];
    for (const which of refused) expect(await refusal(...which), `${which[2]} ${which[3]}`).toBe("forbidden");
    expect(await refusal(bob, guild.id, "PATCH", `roles/${low.id}`, { permissions: ["kick"] })).toBeNull();
    expect(await membersOf(alice)).toContain(carol.id);
  });

  test("the owner is bound by no rank: they give themselves the highest role and change it", async () => {
    const top = await giveNewRole(alice, guild.id, [], alice);
    expect(await refusal(alice, guild.id, "PATCH", `roles/${top.id}`, { permissions: ["kick"] })).toBeNull();
    expect(await refusal(alice, guild.id, "DELETE", `members/${alice.id}/roles/${top.id}`)).toBeNull();
  });

  test("a copied role has the permissions of the original, and needs them", async () => {
    const role = await giveNewRole(alice, guild.id, ["kick", "pin"]);
    const copied = await change<{ id: string }>(alice, guild.id, "POST", `roles/${role.id}/copies`);
    expect(copied).toMatchObject({ permissions: role.permissions, name: role.name, position: 1 });
    await order({ id: copied.id }, role, await giveNewRole(alice, guild.id, ["manage_roles"], bob));
    expect(await refusal(bob, guild.id, "POST", `roles/${role.id}/copies`)).toBe("forbidden");
  });

  test("unknown permissions are refused on input", async () => {
    const body = { name: "x", permissions: ["view", "fly"] };
    expect(await refusal(alice, guild.id, "POST", "roles", body)).toBe("invalid");
  });
});

describe("ids of another guild", () => {
  test("are not found, although the caller may do everything there", async () => {
    const other = await openGuild(alice, [carol], { template: "team" });
    const role = other.roles[0]?.id ?? "";
    const [channel, category] = [other.channels[0]?.id, other.categories[0]?.id];
    const own = guild.channels[0]?.id;
    const refused: [string, string, object?][] = [
      ["PATCH", `roles/${role}`, { name: "x" }],
      ["DELETE", `roles/${role}`],
      ["POST", `roles/${role}/copies`],
      ["PUT", `members/${bob.id}/roles/${role}`],
      ["PATCH", `channels/${channel}`, { name: "x" }],
      ["DELETE", `channels/${channel}`],
      ["GET", `channels/${channel}/overrides`],
      ["PUT", `channels/${channel}/overrides/${bob.id}`, { allow: [], deny: ["send"] }],
      ["PUT", `channels/${own}/overrides/${role}`, { allow: [], deny: ["send"] }],
      ["PUT", `channels/${own}/overrides/u_nobody`, { allow: [], deny: ["send"] }],
      ["PATCH", `channels/${own}`, { category }],
      ["POST", "channels", { nonce: crypto.randomUUID(), name: "x", category }],
      ["PATCH", `categories/${category}`, { name: "x" }],
      ["DELETE", `categories/${category}`],
      ["PATCH", "", { welcomeChannel: channel }],
      ["PUT", "owner", { user: (await register("dave")).id }],
    ];
    for (const [method, path, body] of refused)
      expect(await refusal(alice, guild.id, method, path, body), `${method} ${path}`).toBe("not_found");
    expect(await viewGuild(alice, other.id)).toEqual(await viewGuild(alice, other.id));
    expect((await viewGuild(alice, other.id)).channels).toHaveLength(other.channels.length);
  });
});

describe("members", () => {
  test("a person who needs a request of the actor is not added without their consent", async () => {
    const dave = await register("dave");
    await call("/v1/me", { method: "PATCH", token: dave.token, body: { openTo: "nobody" } });
    expect(await refusal(alice, guild.id, "PUT", `members/${dave.id}`)).toBe("request_refused");
    expect(await membersOf(alice)).not.toContain(dave.id);
  });

  test("leave, except for the owner, who hands the guild over first", async () => {
    expect(await refusal(alice, guild.id, "DELETE", `members/${alice.id}`)).toBe("guild_owned");
    await change(alice, guild.id, "PUT", "owner", { user: bob.id });
    expect(await refusal(alice, guild.id, "PUT", "owner", { user: alice.id })).toBe("forbidden");
    expect(await refusal(alice, guild.id, "DELETE", `members/${alice.id}`)).toBeNull();
    expect((await attempt(alice, guild.id, "GET", "")).status).toBe(404);
    expect((await viewGuild(bob, guild.id)).owner).toBe(bob.id);
  });

  test("of an account that is erased, what it owned passes on", async () => {
    const role = await giveNewRole(alice, guild.id, ["kick"], carol);
    const body = { password: "correct horse battery" };
    const erased = await request("/v1/me", { method: "DELETE", token: alice.token, body });
    expect(erased.status).toBeLessThan(300);
    await scheduled(env, Date.now());
    await expect.poll(() => membersOf(bob)).toEqual([bob.id, carol.id]);
    expect(await viewGuild(bob, guild.id)).toMatchObject({ owner: carol.id });
    expect((await viewGuild(carol, guild.id)).myRoles).toEqual([role.id]);
  });
});

describe("limits", () => {
  test("have a code of their own", async () => {
    const fill = async (table: string, columns: string, count: number) => {
      const rows = Array.from({ length: count }, (_, at) => at);
      const sql = `INSERT INTO ${table} SELECT ${columns} FROM json_each(?)`;
      await env.DIRECTORY.prepare(sql).bind(JSON.stringify(rows)).run();
    };
    const place = guild.channels[0]?.id ?? "";
    await fill("guild_roles", `'${guild.id}', 'r_' || value, 'x', NULL, 1 + value, 0, 0, 0, 0`, limits.guildRoles - 1);
    expect(await refusal(alice, guild.id, "POST", "roles", { name: "x" })).toBe("too_many_roles");
    await fill(
      "guild_overrides",
      `'${guild.id}', '${place}', 'r_' || value, 'role', 1, 0, 0, 0`,
      limits.overridesPerChannel,
    );
    const body = { allow: [], deny: ["send"] };
    expect(await refusal(alice, guild.id, "PUT", `channels/${place}/overrides/${bob.id}`, body)).toBe(
      "too_many_overrides",
    );
    await fill("guild_categories", `'${guild.id}', 'k_' || value, 'x', value`, limits.guildCategories);
    expect(await refusal(alice, guild.id, "POST", "categories", { name: "x" })).toBe("too_many_categories");
    const channels = limits.guildChannels - 1;
    await fill(
      "guild_channels",
      `'c_${guild.id.slice(2)}x' || value, '${guild.id}', NULL, 1 + value, 'text', 9999, 0, 0`,
      channels,
    );
    const created = { nonce: crypto.randomUUID(), name: "x" };
    expect(await refusal(alice, guild.id, "POST", "channels", created)).toBe("too_many_channels");
    const missing = limits.guildMembers - (await membersOf(alice)).length;
    await fill("guild_members", `'${guild.id}', 'u_filled' || value, 0, 0, ''`, missing);
    const dave = await register("dave");
    expect(await refusal(alice, guild.id, "PUT", `members/${dave.id}`)).toBe("guild_full");
    await fill("guild_members", `'g_filled' || value, '${dave.id}', 0, 0, ''`, limits.guildsPerAccount);
    const another = { nonce: crypto.randomUUID(), name: "x" };
    const refused = await request("/v1/guilds", { method: "POST", token: dave.token, body: another });
    expect(await refused.json()).toMatchObject({ code: "too_many_guilds" });
  });
});

describe("channels", () => {
  test("take the overrides of their category when they are created, and when they are told to", async () => {
    const { id: category } = await change<{ id: string }>(alice, guild.id, "POST", "categories", { name: "Work" });
    await change(alice, guild.id, "PUT", `categories/${category}/overrides/${bob.id}`, { allow: [], deny: ["view"] });
    const channel = await openGuildChannel(alice, guild.id, { category });
    const seenBy = async (who: Person) => (await viewGuild(who, guild.id)).channels.map(({ id }) => id);
    expect(await seenBy(bob)).not.toContain(channel);
    expect(await seenBy(carol)).toContain(channel);
    await change(alice, guild.id, "PUT", `categories/${category}/overrides/${bob.id}`, { allow: [], deny: [] });
    await change(alice, guild.id, "PUT", `categories/${category}/overrides/${carol.id}`, { allow: ["pin"], deny: [] });
    await change(alice, guild.id, "PUT", `channels/${channel}/overrides`);
    expect(await seenBy(bob)).toContain(channel);
    const listed = await change<{ items: GuildOverride[] }>(alice, guild.id, "GET", `channels/${channel}/overrides`);
    expect(listed.items).toEqual([{ target: carol.id, allow: ["pin"], deny: [] }]);
  });

  test("are moved, and every member's device learns that the guild changed", async () => {
    const first = guild.channels[0]?.id ?? "";
    const phone = await attach(bob);
    const second = await openGuildChannel(alice, guild.id, { name: "second" });
    const names = async () => (await viewGuild(bob, guild.id)).channels.map(({ id }) => id);
    expect(await names()).toEqual([first, second]);
    await change(alice, guild.id, "PATCH", `channels/${second}`, { position: 0 });
    expect(await names()).toEqual([second, first]);
    const signals = () =>
      phone.frames.filter((frame) => frame.type === "inbox" && frame.guildsChanged?.includes(guild.id));
    await expect.poll(() => signals().length).toBeGreaterThanOrEqual(2);
  });

  test("are changed in their guild only, and are in no list of chats", async () => {
    const path = `/v1/channels/${guild.channels[0]?.id}`;
    const patched = await request(path, { method: "PATCH", token: alice.token, body: { name: "x" } });
    expect(await patched.json()).toMatchObject({ code: "channel_of_guild" });
    for (const method of ["PUT", "DELETE"]) {
      const refused = await request(`${path}/members/${bob.id}`, {
        method,
        token: alice.token,
        ...(method === "PUT" && { body: { role: "admin" } }),
      });
      expect(await refused.json()).toMatchObject({ code: "channel_of_guild" });
    }
    expect(await call("/v1/channels", { token: alice.token })).toMatchObject({ items: [] });
    expect(await call(path, { token: bob.token })).toMatchObject({ kind: "guild", guild: guild.id });
  });

  test("that are deleted leave nothing in the object and the directory", async () => {
    const channel = await openGuildChannel(alice, guild.id);
    await change(alice, guild.id, "DELETE", `channels/${channel}`);
    expect((await request(`/v1/channels/${channel}/messages`, { token: alice.token })).status).toBe(404);
    expect(await rowsOf("SELECT * FROM guild_channels WHERE channel = ?", channel)).toEqual([]);
    expect(await rowsOf("SELECT * FROM erasures WHERE channel = ?", channel)).toEqual([]);
    expect(await rowsOf("SELECT name, topic FROM channels WHERE id = ?", channel)).toEqual([{ name: "", topic: "" }]);
  });
});

describe("a guild that is deleted", () => {
  test("can be kept for 7 days, and takes no other change", async () => {
    const deleted = await change<GuildView>(alice, guild.id, "PUT", "deletion");
    expect(deleted.deleteAt).toBeGreaterThan(Date.now() + limits.guildDeletionMs - 60_000);
    expect(await refusal(alice, guild.id, "PATCH", "", { name: "x" })).toBe("guild_deleted");
    expect(await refusal(bob, guild.id, "DELETE", "deletion")).toBe("forbidden");
    await scheduled(env, Date.now());
    expect((await change<GuildView>(alice, guild.id, "DELETE", "deletion")).deleteAt).toBeNull();
    expect(await refusal(alice, guild.id, "PATCH", "", { name: "x" })).toBeNull();
  });

  test("is then erased with its channels", async () => {
    const channel = guild.channels[0]?.id ?? "";
    await change(alice, guild.id, "PUT", "deletion");
    await env.DIRECTORY.prepare("UPDATE guilds SET delete_at = 1 WHERE id = ?").bind(guild.id).run();
    await scheduled(env, Date.now());
    await scheduled(env, Date.now() + 60_000);
    expect((await attempt(alice, guild.id, "GET", "")).status).toBe(404);
    expect((await request(`/v1/channels/${channel}/messages`, { token: alice.token })).status).toBe(404);
    for (const table of [
      "guild_members",
      "guild_roles",
      "guild_channels",
      "guild_overrides",
      "guild_outbox",
      "guild_audit",
    ])
      expect(await rowsOf(`SELECT * FROM ${table} WHERE guild = ?`, guild.id)).toEqual([]);
    expect(await rowsOf("SELECT * FROM erasures WHERE channel = ?", channel)).toEqual([]);
  });
});
