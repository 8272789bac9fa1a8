// Invites to guilds over HTTP: who makes them, whom they admit, and what they tell.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { eraseGuildRows } from "../../src/directory/guilds";
import { type GuildRole, type GuildView, limits } from "../../src/protocol";
import { newInviteCode } from "../../src/runtime/ids";
import { db, rowsOf } from "../directory/support";
import { attempt, change, giveNewRole, openGuild, openGuildChannel, viewGuild } from "../support/guild";
import { type Person, register, request } from "../support/http";
import { eventsOf } from "./erasure-support";
import {
  enter,
  getPreview,
  guildInvite,
  invitesOfGuild,
  postGuildInvite,
  postUse,
  preview,
  refusalOf,
  revoke,
  store,
  usesOf,
} from "./invites-support";
import { codeOf, registerShy } from "./requests-support";

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
let welcome: string;

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await registerShy("carol")];
  guild = await openGuild(alice, [bob], { name: "Harbour", color: 0x11_22_33 });
  welcome = guild.welcomeChannel ?? "";
});

const everyone = (permissions: string[]) =>
  change(alice, guild.id, "PATCH", `roles/${guild.everyone}`, { permissions });
const role = (body: object = {}) => change<GuildRole>(alice, guild.id, "POST", "roles", { name: "A role", ...body });

describe("[S195] an invite to a guild", () => {
  test("makes a person a member, which is one entry of the welcome channel", async () => {
    const { code, ...invite } = await guildInvite(bob, guild.id);
    expect(code).toMatch(/^[1-9A-HJ-NP-Za-km-z]{10}$/);
    expect(invite).toEqual({
      ...{ kind: "guild", guild: guild.id, channel: null, roles: [], createdBy: bob.id },
      ...{ createdAt: expect.any(Number), expiresAt: invite.createdAt + limits.inviteMs },
      ...{ maxUses: null, uses: 0, usedAt: null },
    });
    expect(await enter(code, carol)).toEqual({ kind: "entered", guild: guild.id, channel: welcome });
    expect((await viewGuild(carol, guild.id)).channels.map(({ id }) => id)).toContain(welcome);
    const joined = (await eventsOf(alice, welcome)).filter(({ type }) => type === "member.joined");
    expect(joined.filter(({ actor }) => actor === carol.id)).toHaveLength(1);
    expect(await usesOf(code)).toBe(1);
  });

  test("answers a repeat in the same way and counts one use, also when it is used up", async () => {
    const { code } = await guildInvite(alice, guild.id, { maxUses: 1 });
    for (let repeat = 0; repeat < 3; repeat++)
      expect(await enter(code, carol)).toEqual({ kind: "entered", guild: guild.id, channel: welcome });
    expect(await enter(code, bob)).toMatchObject({ guild: guild.id });
    expect(await usesOf(code)).toBe(1);
    expect(await codeOf(await postUse(code, await register("dave")))).toBe("invite_invalid");
  });

  test("opens its channel first, and else one that the new member can see", async () => {
    const help = await openGuildChannel(alice, guild.id, { name: "help" });
    const hidden = await openGuildChannel(alice, guild.id, { name: "leads", type: "private" });
    const channels = { help, hidden, gone: await openGuildChannel(alice, guild.id) };
    const codes = { help: "", hidden: "", gone: "" };
    for (const name of ["help", "hidden", "gone"] as const)
      codes[name] = (await guildInvite(alice, guild.id, { channel: channels[name] })).code;
    await change(alice, guild.id, "DELETE", `channels/${channels.gone}`);
    const landing = async (code: string) => (await enter(code, await register("new"))).channel;
    expect([await landing(codes.help), await landing(codes.hidden), await landing(codes.gone)]).toEqual([
      help,
      welcome,
      welcome,
    ]);
    // Nobody makes an invite to a channel that they cannot see, nor to one of another guild.
    expect(await codeOf(await postGuildInvite(bob, guild.id, { channel: hidden }))).toBe("not_found");
    const other = await openGuild(bob);
    expect(await codeOf(await postGuildInvite(bob, other.id, { channel: welcome }))).toBe("not_found");
  });

  test("leads a person who can see no channel into the guild", async () => {
    const { code } = await guildInvite(alice, guild.id);
    await everyone(["invite"]);
    expect(await enter(code, carol)).toEqual({ kind: "entered", guild: guild.id, channel: null });
  });

  test("needs the permission, and is listed for its maker and for those who manage the guild", async () => {
    const dave = await register("dave");
    await change(alice, guild.id, "PUT", `members/${dave.id}`);
    const ofBob = await guildInvite(bob, guild.id);
    const ofAlice = await guildInvite(alice, guild.id, { forMs: null, maxUses: 3 });
    const codes = async (person: Person) => (await invitesOfGuild(person, guild.id)).map(({ code }) => code).sort();
    expect(await codes(alice)).toEqual([ofAlice.code, ofBob.code].sort());
    expect(await codes(bob)).toEqual([ofBob.code]);
    expect(await codes(dave)).toEqual([]);
    await giveNewRole(alice, guild.id, ["manage_guild"], dave);
    expect(await codes(dave)).toEqual([ofAlice.code, ofBob.code].sort());
    await everyone(["view"]);
    expect(await codeOf(await postGuildInvite(bob, guild.id))).toBe("forbidden");
    expect(await codeOf(await attempt(bob, guild.id, "GET", "invites"))).toBe("forbidden");
    expect(await codeOf(await postGuildInvite(carol, guild.id))).toBe("not_found");
    expect(await codeOf(await attempt(carol, guild.id, "GET", "invites"))).toBe("not_found");
  });

  test(`is one of at most ${limits.invitesPerTarget} of a member and ${limits.invitesPerGuild} of all`, async () => {
    const { code } = await guildInvite(bob, guild.id);
    const copies = (count: number, by: string) =>
      env.DIRECTORY.batch(
        Array.from({ length: count }, () =>
          env.DIRECTORY.prepare(
            `INSERT INTO invites SELECT ?, target_kind, target, ${by}, created_at, expires_at, max_uses, uses, used_at, channel, roles FROM invites WHERE code = ?`,
          ).bind(newInviteCode(), code),
        ),
      );
    await copies(limits.invitesPerTarget - 1, "created_by");
    expect(await codeOf(await postGuildInvite(bob, guild.id))).toBe("too_many_invites");
    expect((await postGuildInvite(alice, guild.id)).status).toBe(200);
    await copies(limits.invitesPerGuild - limits.invitesPerTarget - 1, "'u_other' || hex(randomblob(4))");
    expect(await codeOf(await postGuildInvite(alice, guild.id))).toBe("too_many_invites");
    // One that has ended makes room.
    await store(code, "expires_at = 1");
    expect((await postGuildInvite(alice, guild.id)).status).toBe(200);
  });
});

describe("[S197] a preview of an invite to a guild", () => {
  test("shows name, icon and a rough number to anybody, and nothing else", async () => {
    const { code } = await guildInvite(alice, guild.id, { channel: welcome, roles: [(await role()).id] });
    const shown = {
      kind: "guild",
      name: "Harbour",
      tone: expect.any(Number),
      color: 0x11_22_33,
      members: 0,
      isOwn: false,
    };
    expect(await preview(code)).toEqual(shown);
    expect(await preview(code, carol)).toEqual(shown);
    expect(await preview(code, bob)).toEqual({ ...shown, guild: guild.id, channel: welcome });
    const others = Array.from({ length: 24 }, (_, i) => `('${guild.id}', 'u_rough${i}', 1, 1, 'u_x')`);
    await env.DIRECTORY.prepare(`INSERT INTO guild_members VALUES ${others}`).run();
    expect((await preview(code)).members).toBe(20);
  });
});

describe("[S177] an invite to a guild that does not admit a person", () => {
  const reasons: Record<string, () => Promise<string>> = {
    "that has ended": async () => {
      const { code } = await guildInvite(alice, guild.id);
      await store(code, `expires_at = ${Date.now() - 1}`);
      return code;
    },
    "that is used up": async () => {
      const { code } = await guildInvite(alice, guild.id, { maxUses: 1 });
      await enter(code, await register("dave"));
      return code;
    },
    "that was revoked": async () => {
      const { code } = await guildInvite(alice, guild.id);
      expect((await revoke(code, alice)).status).toBe(204);
      return code;
    },
    "from before the person was removed": async () => {
      const { code } = await guildInvite(alice, guild.id);
      await enter(code, carol);
      await change(alice, guild.id, "DELETE", `members/${carol.id}`);
      return code;
    },
    "whose maker has left": async () => {
      const { code } = await guildInvite(bob, guild.id);
      await change(bob, guild.id, "DELETE", `members/${bob.id}`);
      return code;
    },
    "whose maker was removed": async () => {
      const { code } = await guildInvite(bob, guild.id);
      await change(alice, guild.id, "DELETE", `members/${bob.id}`);
      return code;
    },
    "whose maker deleted the account": async () => {
      const { code } = await guildInvite(bob, guild.id);
      const body = { password: "correct horse battery" };
      expect((await request("/v1/me", { method: "DELETE", token: bob.token, body })).status).toBe(204);
      return code;
    },
    "whose guild was deleted": async () => {
      const { code } = await guildInvite(bob, guild.id);
      await change(alice, guild.id, "PUT", "deletion");
      return code;
    },
  };
  const answers = async (code: string) => ({
    preview: await refusalOf(await getPreview(code, carol)),
    use: await refusalOf(await postUse(code, carol)),
    revoke: await refusalOf(await revoke(code, carol)),
  });

  test.each(Object.keys(reasons))("%s gets the same answer as an unknown one", async (reason) => {
    const code = (await reasons[reason]?.()) ?? expect.fail("no such reason");
    expect(await answers(code)).toEqual(await answers(newInviteCode()));
    expect(await rowsOf("SELECT user FROM guild_members WHERE guild = ? AND user = ?", guild.id, carol.id)).toEqual([]);
  });

  test("admits them again after a member has added them, or by an invite from after the removal", async () => {
    const before = await guildInvite(alice, guild.id);
    await enter(before.code, carol);
    await change(alice, guild.id, "DELETE", `members/${carol.id}`);
    expect(await codeOf(await postUse(before.code, carol))).toBe("invite_invalid");
    await enter((await guildInvite(alice, guild.id)).code, carol);
    // They leave by themselves: every invite admits them again.
    await change(carol, guild.id, "DELETE", `members/${carol.id}`);
    await enter(before.code, carol);
    expect(await rowsOf("SELECT * FROM guild_removals WHERE guild = ?", guild.id)).toEqual([]);
  });
});

describe("[S180] an invite to a guild is revoked", () => {
  test("by its maker and by those who manage the guild, and by nobody else", async () => {
    const dave = await register("dave");
    await change(alice, guild.id, "PUT", `members/${dave.id}`);
    const [ofBob, ofAlice] = [await guildInvite(bob, guild.id), await guildInvite(alice, guild.id)];
    expect(await codeOf(await revoke(ofBob.code, dave))).toBe("forbidden");
    expect(await codeOf(await revoke(ofAlice.code, bob))).toBe("forbidden");
    await giveNewRole(alice, guild.id, ["manage_guild"], dave);
    expect((await revoke(ofAlice.code, dave)).status).toBe(204);
    expect((await revoke(ofBob.code, bob)).status).toBe(204);
    expect(await invitesOfGuild(alice, guild.id)).toEqual([]);
    expect(await codeOf(await revoke(ofBob.code, alice))).toBe("invite_invalid");
  });

  test("and the invites of a guild are erased with it", async () => {
    await guildInvite(alice, guild.id);
    await change(alice, guild.id, "PUT", "deletion");
    await env.DIRECTORY.prepare("UPDATE guilds SET delete_at = 1 WHERE id = ?").bind(guild.id).run();

    await eraseGuildRows(db, guild.id, Date.now());
    expect(await rowsOf("SELECT code FROM invites WHERE target = ?", guild.id)).toEqual([]);
  });
});
