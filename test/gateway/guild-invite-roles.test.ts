import { beforeEach, describe, expect, test } from "vitest";
import type { GuildRole, GuildView } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { change, giveNewRole, openGuild, viewGuild } from "../support/guild";
import { type Person, register } from "../support/http";
import { enter, guildInvite, postGuildInvite } from "./invites-support";
import { codeOf, registerShy } from "./requests-support";

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await registerShy("carol")];
  guild = await openGuild(alice, [bob], { name: "Harbour", color: 0x11_22_33 });
});

const rolesOf = async (person: Person) => (await viewGuild(person, guild.id)).myRoles;
const role = (body: object = {}) => change<GuildRole>(alice, guild.id, "POST", "roles", { name: "A role", ...body });

describe("[S196] the roles of an invite", () => {
  test("are given with the membership, once", async () => {
    const [first, second] = [await role(), await role({ permissions: ["kick"] })];
    const invite = await guildInvite(alice, guild.id, { roles: [first.id, second.id, first.id] });
    expect(invite.roles).toEqual([first.id, second.id]);
    await enter(invite.code, carol);
    expect(await rolesOf(carol)).toEqual([first.id, second.id].sort());
    // A member who uses it again gets no role by it.
    await enter(invite.code, bob);
    expect(await rolesOf(bob)).toEqual([]);
  });

  test("are below the highest role of the maker and have no permission that they lack", async () => {
    const [low, other] = [await role(), await role({ permissions: ["kick"] })];
    const own = await giveNewRole(alice, guild.id, ["manage_roles"], bob);
    const order = (roles: string[]) => change(alice, guild.id, "PUT", "role-order", { roles });
    await order([low.id, other.id, own.id]);
    const code = async (roles: string[]) => codeOf(await postGuildInvite(bob, guild.id, { roles }));
    expect((await postGuildInvite(bob, guild.id, { roles: [low.id] })).status).toBe(200);
    for (const roles of [[other.id], [own.id], [low.id, other.id], [guild.everyone]])
      expect(await code(roles), String(roles)).toBe("forbidden");
    await order([other.id, own.id, low.id]);
    expect(await code([low.id])).toBe("forbidden");
    const elsewhere = await openGuild(bob);
    const foreign = await change<GuildRole>(bob, elsewhere.id, "POST", "roles", { name: "x" });
    expect(await code([foreign.id])).toBe("not_found");
    // Who may invite and not manage roles makes invites without roles.
    const dave = await register("dave");
    await change(alice, guild.id, "PUT", `members/${dave.id}`);
    expect(await codeOf(await postGuildInvite(dave, guild.id, { roles: [low.id] }))).toBe("forbidden");
    expect(await codeOf(await postGuildInvite(alice, guild.id, { roles: Array(11).fill(low.id) }))).toBe("invalid");
  });

  /** What has happened to the role or its maker before the use. Bob has made the invite. */
  const since: Record<string, (scene: { low: GuildRole; own: GuildRole }) => Promise<unknown>> = {
    "the role was deleted": ({ low }) => change(alice, guild.id, "DELETE", `roles/${low.id}`),
    "the role was raised above the maker": ({ low, own }) =>
      change(alice, guild.id, "PUT", "role-order", { roles: [own.id, low.id] }),
    "the role got a permission that the maker lacks": ({ low }) =>
      change(alice, guild.id, "PATCH", `roles/${low.id}`, { permissions: ["kick"] }),
    "the maker was timed out": () => change(alice, guild.id, "PUT", `members/${bob.id}/time-out`, { forMs: 60_000 }),
    "the maker lost their role": ({ own }) => change(alice, guild.id, "DELETE", `members/${bob.id}/roles/${own.id}`),
    "the role of the maker lost its permission": ({ own }) =>
      change(alice, guild.id, "PATCH", `roles/${own.id}`, { permissions: ["view"] }),
  };

  test.each(Object.keys(since))("are checked again when it is used: not given after %s", async (reason) => {
    const low = await role();
    const own = await giveNewRole(alice, guild.id, ["manage_roles"], bob);
    await change(alice, guild.id, "PUT", "role-order", { roles: [low.id, own.id] });
    const { code } = await guildInvite(bob, guild.id, { roles: [low.id] });
    await enter(code, await register("earlier"));
    expect(await rowsOf("SELECT role FROM guild_member_roles WHERE role = ?", low.id)).toHaveLength(1);
    await since[reason]?.({ low, own });
    expect(await enter(code, carol)).toMatchObject({ guild: guild.id });
    expect(await rolesOf(carol)).toEqual([]);
  });
});
