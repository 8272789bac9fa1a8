// What a manager of roles learns of a role: the guild as a member with that role would see it.
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { GuildView } from "../../src/protocol";
import { change, giveNewRole, openGuild, openGuildChannel, refusal, viewGuild } from "../support/guild";
import { type Person, register } from "../support/http";

let alice: Person;
let bob: Person;
let guild: GuildView;

beforeAll(async () => {
  const [one, other] = await Promise.all(["alice", "bob"].map(register));
  if (!one || !other) throw new Error("somebody is missing");
  [alice, bob] = [one, other];
});
beforeEach(async () => {
  guild = await openGuild(alice, [bob], { template: "team" });
});

const seen = (by: Person, role: string) => change<GuildView>(by, guild.id, "GET", `roles/${role}/view`);
const names = (view: GuildView) => view.channels.map(({ name }) => name).sort();
const mayIn = (view: GuildView, name: string) => view.channels.find((one) => one.name === name)?.permissions;
const roleOf = (name: string) => guild.roles.find((role) => role.name === name)?.id ?? expect.fail("no such role");

test("is what a member with the role sees", async () => {
  const everyone = await seen(alice, guild.everyone);
  expect(names(everyone)).toEqual(["announcements", "general", "help", "projects"]);
  expect(mayIn(everyone, "announcements")).not.toContain("send");
  expect(mayIn(everyone, "general")).toContain("send");
  const lead = await seen(alice, roleOf("Lead"));
  expect(names(lead)).toEqual(["announcements", "general", "help", "leads", "projects"]);
  expect(mayIn(lead, "announcements")).toContain("send");
  expect(lead.permissions).toContain("kick");

  const { channels, permissions, categories } = await viewGuild(bob, guild.id);
  expect(everyone).toMatchObject({ channels, permissions, categories, myRoles: [] });
  await change(alice, guild.id, "PUT", `members/${bob.id}/roles/${roleOf("Lead")}`);
  const after = await viewGuild(bob, guild.id);
  expect(lead).toMatchObject({ channels: after.channels, permissions: after.permissions, myRoles: after.myRoles });
});

test("shows only channels in which the caller may manage roles", async () => {
  await giveNewRole(alice, guild.id, ["manage_roles"], bob);
  const hidden = await openGuildChannel(alice, guild.id, { name: "board", type: "private" });
  await change(alice, guild.id, "PUT", `channels/${hidden}/overrides/${roleOf("Lead")}`, { allow: ["view"], deny: [] });
  const help = guild.channels.find(({ name }) => name === "help")?.id;
  const denied = { allow: [], deny: ["manage_roles"] };
  await change(alice, guild.id, "PUT", `channels/${help}/overrides/${bob.id}`, denied);
  expect(names(await seen(alice, roleOf("Lead")))).toContain("board");
  expect(names(await seen(bob, roleOf("Lead")))).toEqual(["announcements", "general", "projects"]);
});

test("is refused without the permission, and for a role of another guild", async () => {
  expect(await refusal(bob, guild.id, "GET", `roles/${guild.everyone}/view`)).toBe("forbidden");
  const other = await openGuild(alice);
  expect(await refusal(alice, guild.id, "GET", `roles/${other.everyone}/view`)).toBe("not_found");
  expect(await refusal(bob, other.id, "GET", `roles/${other.everyone}/view`)).toBe("not_found");
});
