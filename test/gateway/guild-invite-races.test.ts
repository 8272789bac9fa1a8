// Requests that use, end or outlive an invite to a guild at the same time: no use is lost or
// counted twice, nobody enters a full guild, and nobody gets a role that could not be given then.
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { enterGuild, loadRoleGiver } from "../../src/directory/guild-invites";
import { findInvite } from "../../src/directory/invites";
import { tryEnterGuild } from "../../src/gateway/operations/guild-invites";
import { type GuildRole, type GuildView, limits } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { change, giveNewRole, openGuild } from "../support/guild";
import { type Person, register } from "../support/http";
import { guildInvite, postUse, revoke, usesOf } from "./invites-support";

const people = (count: number): Promise<Person[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => register(`racer${i}`)));
const statuses = (answers: Response[]) => answers.map(({ status }) => status).sort();

let alice: Person;
let guild: GuildView;
beforeEach(async () => {
  alice = await register("alice");
  guild = await openGuild(alice);
});

const members = async () => (await rowsOf("SELECT user FROM guild_members WHERE guild = ?", guild.id)).length;

test("[S195] of ten people who use an invite for three at once, three enter, each once, with its role", async () => {
  const role = await change<GuildRole>(alice, guild.id, "POST", "roles", { name: "x" });
  const { code } = await guildInvite(alice, guild.id, { maxUses: 3, roles: [role.id] });
  const racers = await people(10);
  const answers = await Promise.all(racers.flatMap((person) => [postUse(code, person), postUse(code, person)]));
  expect(statuses(answers).filter((status) => status === 200)).toHaveLength(6);
  expect([await usesOf(code), await members()]).toEqual([3, 4]);
  expect(await rowsOf("SELECT user FROM guild_member_roles WHERE role = ?", role.id)).toHaveLength(3);
});

test("[S195] of ten people who enter a guild with room for two, two enter, and two uses are counted", async () => {
  const { code } = await guildInvite(alice, guild.id);
  await env.DIRECTORY.prepare(
    `INSERT INTO guild_members WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       SELECT ?1, 'u_full' || i, 1, 1, 'u_x' FROM n`,
  )
    .bind(guild.id, limits.guildMembers - 3)
    .run();
  const racers = await people(10);
  const answers = await Promise.all(racers.map((person) => postUse(code, person)));
  expect(statuses(answers)).toEqual([200, 200, ...Array.from({ length: 8 }, () => 409)]);
  expect([await usesOf(code), await members()]).toEqual([2, limits.guildMembers]);
});

test("[S180] an invite that is revoked while people use it admits nobody afterwards", async () => {
  const { code } = await guildInvite(alice, guild.id);
  const racers = await people(8);
  const [revoked, ...answers] = await Promise.all([revoke(code, alice), ...racers.map((one) => postUse(code, one))]);
  expect(revoked?.status).toBe(204);
  expect(await members()).toBe(1 + answers.filter(({ status }) => status === 200).length);
  expect((await postUse(code, await register("late"))).status).toBe(404);
});

/** What happens to a role or its giver after the roles of an entry were decided, and before it. */
const changes: Record<string, (scene: { bob: Person; role: GuildRole; own: GuildRole }) => Promise<unknown>> = {
  "the role was deleted": ({ role }) => change(alice, guild.id, "DELETE", `roles/${role.id}`),
  "the role got a permission": ({ role }) =>
    change(alice, guild.id, "PATCH", `roles/${role.id}`, { permissions: ["kick"] }),
  "the role was raised": ({ role, own }) => change(alice, guild.id, "PUT", "role-order", { roles: [own.id, role.id] }),
  "the giver lost a role": ({ bob, own }) => change(alice, guild.id, "DELETE", `members/${bob.id}/roles/${own.id}`),
  "the guild has another owner": ({ bob }) => change(alice, guild.id, "PUT", "owner", { user: bob.id }),
  "the giver was removed": ({ bob }) => change(alice, guild.id, "DELETE", `members/${bob.id}`),
};

test.each(Object.keys(changes))("[S196] an entry that was decided before %s changes nothing", async (name) => {
  const [bob, carol] = await people(2);
  if (!bob || !carol) throw new Error("somebody is missing");
  await change(alice, guild.id, "PUT", `members/${bob.id}`);
  const role = await change<GuildRole>(alice, guild.id, "POST", "roles", { name: "x" });
  const own = await giveNewRole(alice, guild.id, ["manage_roles"], bob);
  await change(alice, guild.id, "PUT", "role-order", { roles: [role.id, own.id] });
  const { code } = await guildInvite(bob, guild.id, { roles: [role.id] });
  const use = { code, user: carol.id, now: Date.now() };
  const decided = await loadRoleGiver(db, guild.id, bob.id, [role.id]);
  await changes[name]?.({ bob, role, own });
  const before = [await members(), await usesOf(code)];
  expect(await enterGuild(db, use, guild.id, [role.id], decided?.isUnchanged ?? expect.fail("no guild"))).toBe(false);
  expect([await members(), await usesOf(code)]).toEqual(before);
});

test("[S195] a change of another role or another member does not hold up an entry", async () => {
  const [bob, carol, dave] = await people(3);
  if (!bob || !carol || !dave) throw new Error("somebody is missing");
  const role = await change<GuildRole>(alice, guild.id, "POST", "roles", { name: "x" });
  const { code } = await guildInvite(alice, guild.id, { roles: [role.id] });
  const decided = await loadRoleGiver(db, guild.id, alice.id, [role.id]);
  await change(alice, guild.id, "PUT", `members/${bob.id}`);
  await postUse(code, dave);
  const other = await rowsOf("SELECT id FROM guild_roles WHERE guild = ?", guild.id);
  expect(other).toHaveLength(2);
  const use = { code, user: carol.id, now: Date.now() };
  expect(await enterGuild(db, use, guild.id, [role.id], decided?.isUnchanged ?? expect.fail("no guild"))).toBe(true);
});

test("[S177] a use that was decided before the invite ended changes nothing", async () => {
  const [carol] = await people(1);
  if (!carol) throw new Error("somebody is missing");
  const { code } = await guildInvite(alice, guild.id, { maxUses: 1 });
  const now = Date.now();
  const found = (await findInvite(db, code, carol.id, now)) ?? expect.fail("no invite");
  expect((await postUse(code, await register("faster"))).status).toBe(200);
  expect(await tryEnterGuild(db, { code, user: carol.id, now }, found)).toBe(false);
  expect([await members(), await usesOf(code)]).toEqual([2, 1]);
});
