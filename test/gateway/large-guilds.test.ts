// Guilds of thousands: every read of their members comes in pages, the 5,001st member is refused,
// and a change calls the devices of those whom it concerns.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { type GuildMemberInfo, type GuildView, limits } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { addCrowd, makeLarge } from "../support/crowd";
import { change, giveNewRole, openGuild, openGuildChannel, refusal, viewGuild } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import { meterDirectory } from "../support/metered-directory";
import { fixtureSize } from "../support/runs";
import { attach } from "../support/socket";
import { erase } from "./erasure-support";

/** The largest guild has 5,000. A short test has fewer, but several pages of the directory. */
const CROWD = fixtureSize(1_200, limits.guildMembers - 3);
/** The most parameters of a statement of D1, and the most rows that one of ours may answer. */
const PARAMETERS = 100;

interface MemberPage {
  items: GuildMemberInfo[];
  next: string | null;
}

const meter = meterDirectory();
let alice: Person;
let bob: Person;
let guild: GuildView;

beforeEach(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  guild = await openGuild(alice, [bob]);
});

test("the members come in pages, each once, those who joined first first", { timeout: 60_000 }, async () => {
  const users = await makeLarge(alice, guild.id, CROWD);
  const found: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const response = await request(`/v1/guilds/${guild.id}/members${query}`, { token: bob.token });
    const text = await response.text();
    expect(text.length).toBeLessThan(300 * 1024);
    const page: MemberPage = JSON.parse(text);
    expect(page.items.length).toBeLessThanOrEqual(limits.pageMax);
    found.push(...page.items.map(({ user }) => user.id));
    cursor = page.next;
  }
  expect(found.toSorted()).toEqual([...users, alice.id, bob.id].toSorted());
  expect(new Set(found).size).toBe(found.length);
});

test("a page of members with every role ends at its bytes", { timeout: 60_000 }, async () => {
  const users = await addCrowd(guild.id, 120);
  const roles = Array.from({ length: limits.guildRoles - 1 }, (_, at) => `r_many${String(at).padStart(14, "0")}`);
  await env.DIRECTORY.prepare(
    "INSERT INTO guild_member_roles SELECT ?, u.value, r.value FROM json_each(?) u, json_each(?) r",
  )
    .bind(guild.id, JSON.stringify(users), JSON.stringify(roles))
    .run();
  const response = await request(`/v1/guilds/${guild.id}/members?limit=100`, { token: bob.token });
  const text = await response.text();
  expect(text.length).toBeLessThan(300 * 1024);
  expect(JSON.parse(text).next).not.toBeNull();
});

test("[S192] the 5,001st member is refused, and the one before is not", { timeout: 60_000 }, async () => {
  await addCrowd(guild.id, limits.guildMembers - 3);
  const [carol, dave] = [await register("carol"), await register("dave")];
  expect(await refusal(alice, guild.id, "PUT", `members/${carol.id}`)).toBeNull();
  expect(await refusal(alice, guild.id, "PUT", `members/${dave.id}`)).toBe("guild_full");
  expect((await viewGuild(carol, guild.id)).id).toBe(guild.id);
  await change(alice, guild.id, "DELETE", `members/${carol.id}`);
  expect(await refusal(alice, guild.id, "PUT", `members/${dave.id}`)).toBeNull();
});

test("no statement answers all members at once or binds many parameters", { timeout: 60_000 }, async () => {
  await makeLarge(alice, guild.id, CROWD);
  const channel = await openGuildChannel(alice, guild.id);
  meter.statements.clear();
  const role = await giveNewRole(alice, guild.id, ["kick"], bob);
  await change(alice, guild.id, "PUT", `channels/${channel}/overrides/${bob.id}`, { allow: [], deny: ["send"] });
  await change(alice, guild.id, "DELETE", `roles/${role.id}`);
  await viewGuild(bob, guild.id);
  await call(`/v1/channels/${channel}`, { token: bob.token });
  await call("/v1/search", { method: "POST", token: bob.token, body: { q: "hello" } });
  await (await request("/v1/me/export", { token: bob.token })).text();
  await change(alice, guild.id, "PUT", "owner", { user: bob.id });
  await change(alice, guild.id, "DELETE", `members/${alice.id}`);
  const ofMembers = [...meter.statements].filter(([query]) => query.includes("guild_members"));
  expect(ofMembers.length).toBeGreaterThan(10);
  for (const [query, values] of ofMembers) {
    expect(values.length, query).toBeLessThanOrEqual(PARAMETERS);
    if (!/^\s*(select|with)/i.test(query)) continue;
    const rows = await env.DIRECTORY.prepare(query)
      .bind(...values)
      .all();
    expect(rows.results.length, query).toBeLessThanOrEqual(1_000);
  }
});

test("a change tells the devices of those whom it concerns, and calls nobody else", { timeout: 60_000 }, async () => {
  const users = await makeLarge(alice, guild.id, 150);
  const [phone, mine] = [await attach(bob), await attach(alice)];
  await giveNewRole(alice, guild.id, ["kick"], bob);
  const told = (device: typeof phone) =>
    device.frames.some((frame) => frame.type === "inbox" && frame.guildsChanged?.includes(guild.id));
  await expect.poll(() => [told(phone), told(mine)]).toEqual([true, true]);
  const settings = await runInDurableObject(env.USERS.getByName(users[0] ?? ""), (_, { storage: { sql } }) =>
    sql.exec("SELECT name FROM sqlite_master WHERE name = 'settings'").toArray(),
  );
  expect(settings).toEqual([]);
});

test("a join calls the welcome channel, and no other large channel", { timeout: 60_000 }, async () => {
  await makeLarge(alice, guild.id, 150);
  const [welcome, channel] = [guild.channels[0]?.id ?? "", await openGuildChannel(alice, guild.id)];
  // The channel becomes large for the directory when it has confirmed that.
  await giveNewRole(alice, guild.id, ["kick"], bob);
  const carol = await register("carol");
  const requests = async (id: string) => {
    const answer = await env.CHANNELS.getByName(id).state();
    return answer.ok ? answer.value.usage.objectRequests : expect.fail(answer.code);
  };
  const before = [await requests(welcome), await requests(channel)];
  await change(alice, guild.id, "PUT", `members/${carol.id}`);
  const after = [await requests(welcome), await requests(channel)];
  // Each of these questions is a request too.
  expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([2, 1]);
  expect(await rowsOf("SELECT * FROM guild_outbox WHERE guild = ?", guild.id)).toEqual([]);
  expect((await request(`/v1/channels/${channel}/messages`, { token: carol.token })).status).toBe(200);
  await change(alice, guild.id, "DELETE", `members/${carol.id}`);
  expect((await request(`/v1/channels/${channel}/messages`, { token: carol.token })).status).toBe(404);
});

test("an owner who is erased hands a large guild to the highest member", { timeout: 60_000 }, async () => {
  await makeLarge(alice, guild.id, CROWD);
  await giveNewRole(alice, guild.id, ["kick"], bob);
  expect((await erase(alice)).ok).toBe(true);
  await expect
    .poll(async () => (await rowsOf("SELECT owner FROM guilds WHERE id = ?", guild.id))[0], { timeout: 20_000 })
    .toEqual({ owner: bob.id });
});
