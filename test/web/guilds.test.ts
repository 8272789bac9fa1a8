import { describe, expect, it } from "vitest";
import { guildPermission } from "../../src/protocol";
import type { GuildRole } from "../../src/sdk";
import { guildRolesText } from "../../src/text/guild-roles";
import { guildsText } from "../../src/text/guilds";
import { channelGroups, firstChannelOf, moveBy } from "../../src/web/guild/channel-order";
import { memberGroups } from "../../src/web/guild/member-groups";
import { channelPermissionGroups, permissionGroups } from "../../src/web/guild/permission-groups";
import { rightsIn } from "../../src/web/guild/rights";
import { palette, tint } from "../../src/web/guild/tint";
import { guildMemberOf, guildOf, listedChannel } from "../sdk/support/fake-guilds";

const role = (id: string, position: number, fields: Partial<GuildRole> = {}): GuildRole => ({
  ...{ id, name: id, color: null, position, permissions: [], mentionable: false, grouped: false, ...fields },
});

describe("the list of channels", () => {
  const view = guildOf({
    id: "g_1",
    categories: [
      { id: "k_2", name: "Talk", position: 1 },
      { id: "k_1", name: "Work", position: 0 },
    ],
    channels: [
      { ...listedChannel("c_3", "help", 5), category: "k_1" },
      { ...listedChannel("c_2", "projects", 2), category: "k_1" },
      { ...listedChannel("c_1", "general", 4) },
      // Its category is hidden, or was just deleted.
      { ...listedChannel("c_4", "old", 3), category: "k_9" },
    ],
  });

  it("has the channels above all categories first, then the categories in their order", () => {
    const shown = channelGroups(view).map(({ category, channels }) => [
      category?.name ?? null,
      channels.map(({ id }) => id),
    ]);
    expect(shown).toEqual([
      [null, ["c_4", "c_1"]],
      ["Work", ["c_2", "c_3"]],
      ["Talk", []],
    ]);
  });

  it("opens the last channel, else the welcome channel, else the first one", () => {
    expect(firstChannelOf(view, "c_3")).toBe("c_3");
    expect(firstChannelOf({ ...view, welcomeChannel: "c_2" }, "c_99")).toBe("c_2");
    expect(firstChannelOf(view, null)).toBe("c_4");
    expect(firstChannelOf({ ...view, channels: [] }, "c_3")).toBeNull();
  });

  it("moves an item up to the position of the one above, and down to that after the one below", () => {
    const items = [0, 3, 7].map((position) => ({ id: `c_${position}`, position }));
    expect(moveBy(items, "c_3", -1)).toBe(0);
    expect(moveBy(items, "c_3", 1)).toBe(8);
    expect(moveBy(items, "c_0", -1)).toBeNull();
    expect(moveBy(items, "c_7", 1)).toBeNull();
    expect(moveBy(items, "c_8", 1)).toBeNull();
  });
});

describe("members by role", () => {
  const roles = [role("r_1", 1, { grouped: true }), role("r_2", 2), role("r_3", 3, { grouped: true })];

  it("stand below their highest role that is a group, and the others below them", () => {
    const members = [
      guildMemberOf("ann", ["r_1", "r_3"]),
      guildMemberOf("ben"),
      guildMemberOf("cat", ["r_1", "r_2"]),
      guildMemberOf("dan", ["r_2"]),
    ];
    const shown = memberGroups(roles, members).map((group) => [
      group.role?.id ?? null,
      group.members.map(({ user }) => user.handle),
    ]);
    expect(shown).toEqual([
      ["r_3", ["ann"]],
      ["r_1", ["cat"]],
      [null, ["ben", "dan"]],
    ]);
  });
});

describe("what the page offers", () => {
  const roles = [role("r_0", 0), role("r_1", 1), role("r_2", 2), role("r_3", 3)];
  const view = guildOf({ id: "g_1", owner: "u_own", roles, myRoles: ["r_2"], permissions: ["manage_roles"] });

  it("is below my own highest role", () => {
    const rights = rightsIn(view, "u_me");
    expect(roles.map((one) => rights.outranks(one))).toEqual([true, true, false, false]);
    expect(rights.outranksMember(guildMemberOf("low", ["r_1"]))).toBe(true);
    expect(rights.outranksMember(guildMemberOf("same", ["r_1", "r_2"]))).toBe(false);
    expect(rights.outranksMember(guildMemberOf("own"))).toBe(false);
    expect([rights.may("manage_roles"), rights.may("kick"), rights.isOwner]).toEqual([true, false, false]);
  });

  it("is everything for the owner, except what concerns the owner", () => {
    const rights = rightsIn({ ...view, myRoles: [] }, "u_own");
    expect(roles.every((one) => rights.outranks(one))).toBe(true);
    expect(rights.outranksMember(guildMemberOf("high", ["r_3"]))).toBe(true);
    expect(rights.outranksMember(guildMemberOf("own"))).toBe(false);
  });

  it("includes every permission once, with a name and an explanation", () => {
    const offered = permissionGroups.flatMap(({ permissions }) => permissions);
    expect(offered.toSorted()).toEqual(guildPermission.options.toSorted());
    for (const { permissions } of [guildRolesText.en, guildRolesText.ko])
      for (const name of guildPermission.options) {
        expect(permissions[name].name, name).not.toBe("");
        expect(permissions[name].hint, name).toMatch(/\.$/);
      }
    expect(channelPermissionGroups.flatMap(({ permissions }) => permissions)).not.toContain("administrator");
  });

  it("has a name for every colour", () => {
    for (const { create } of [guildsText.en, guildsText.ko]) expect(create.colors).toHaveLength(palette.length);
    expect(tint(0x0a)).toEqual({ "--tint": "#00000a" });
  });
});
