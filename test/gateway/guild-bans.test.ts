// Bans: who may ban whom, what a banned person still gets, deletion of what they wrote, and what
// happens to a ban when it ends, when the account is erased, and when the guild is.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { scheduled } from "../../src/gateway/scheduled";
import { closeCodes, type GuildBan, type GuildView, limits, type Message, type Page } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { attempt, change, giveNewRole, openGuildChannel, openTeam, refusal, viewGuild } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import { say } from "../support/log";
import { epochOf, join } from "../support/socket";
import { enter, getPreview, guildInvite, postUse } from "./invites-support";
import { codeOf } from "./requests-support";

const HOUR_MS = 3_600_000;

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
let channel: string;

beforeEach(async () => {
  ({ alice, bob, carol, guild, channel } = await openTeam());
});

const ban = (user: Person, body: object = {}, by = alice) => change(by, guild.id, "PUT", `bans/${user.id}`, body);
const bansOf = async (by = alice): Promise<GuildBan[]> =>
  (await change<{ items: GuildBan[] }>(by, guild.id, "GET", "bans")).items;
const textsIn = async (by: Person, id = channel): Promise<string[]> =>
  (await call<Page>(`/v1/channels/${id}/messages`, { token: by.token })).messages.map(textOf);
const textOf = ({ body }: Message): string => (body.state === "live" ? body.text : "");
/** Moves the entries up to a seq to a time some hours ago, in storage. */
const makeOlder = (id: string, seq: number, hours: number) =>
  runInDurableObject(env.CHANNELS.getByName(id), (_, { storage }) => {
    storage.sql.exec("UPDATE entries SET at = at - ? WHERE seq <= ?", hours * HOUR_MS, seq);
  });

/** Makes a ban end by its time, in storage. */
const endBan = (user: Person) =>
  env.DIRECTORY.prepare("UPDATE guild_bans SET until = ? WHERE user = ?")
    .bind(Date.now() - 1, user.id)
    .run();

describe("[S207] a banned person", () => {
  test("is removed, and nothing of the guild reaches them afterwards", async () => {
    const device = await join(bob, channel);
    const sender = await join(alice, channel);
    await ban(bob, { reason: "spam" });
    expect(await device.untilClosed()).toMatchObject({ code: closeCodes.removed });
    await say(sender, await epochOf(sender), "after the ban");
    for (const path of ["", "/channels", "/members", "/bans"])
      expect((await request(`/v1/guilds/${guild.id}${path}`, { token: bob.token })).status).not.toBe(200);
    expect((await request(`/v1/channels/${channel}/messages`, { token: bob.token })).status).toBe(404);
    expect(JSON.stringify(device.frames)).not.toContain("after the ban");
  });

  test("cannot be added until the ban is lifted or has ended", async () => {
    await ban(bob);
    expect(await refusal(alice, guild.id, "PUT", `members/${bob.id}`)).toBe("user_banned");
    await change(alice, guild.id, "DELETE", `bans/${bob.id}`);
    expect(await refusal(alice, guild.id, "PUT", `members/${bob.id}`)).toBeNull();
    await ban(bob, { forMs: 60_000 });
    expect(await refusal(alice, guild.id, "PUT", `members/${bob.id}`)).toBe("user_banned");
    await endBan(bob);
    expect(await bansOf()).toEqual([]);
    expect(await refusal(alice, guild.id, "PUT", `members/${bob.id}`)).toBeNull();
  });

  test("finds no invite, and after the ban every valid one, also one from before", async () => {
    const { code } = await guildInvite(alice, guild.id);
    const stranger = await register("dave");
    expect((await getPreview(code, stranger)).status).toBe(200);
    const answers = async () => [
      await codeOf(await getPreview(code, stranger)),
      await codeOf(await postUse(code, stranger)),
    ];
    await ban(stranger);
    expect(await answers()).toEqual(["invite_invalid", "invite_invalid"]);
    await change(alice, guild.id, "DELETE", `bans/${stranger.id}`);
    expect(await enter(code, stranger)).toMatchObject({ guild: guild.id });
    await ban(stranger, { forMs: 60_000 });
    expect(await answers()).toEqual(["invite_invalid", "invite_invalid"]);
    await endBan(stranger);
    expect(await enter(code, stranger)).toMatchObject({ guild: guild.id });
    // Unlike a ban that was lifted, a removal still holds for invites from before it.
    await change(alice, guild.id, "DELETE", `members/${stranger.id}`);
    expect(await answers()).toEqual(["invite_invalid", "invite_invalid"]);
    await ban(stranger);
    await change(alice, guild.id, "DELETE", `bans/${stranger.id}`);
    expect(await enter(code, stranger)).toMatchObject({ guild: guild.id });
  });

  test("who is added at the same moment is out at the end", async () => {
    await change(alice, guild.id, "DELETE", `members/${bob.id}`);
    const adding = Array.from({ length: 4 }, () => attempt(alice, guild.id, "PUT", `members/${bob.id}`));
    await Promise.all([...adding, ban(bob), ...adding]);
    expect((await request(`/v1/guilds/${guild.id}`, { token: bob.token })).status).toBe(404);
  });

  test("may be no member, and is told nothing", async () => {
    const stranger = await register("dave");
    await ban(stranger, { reason: "spam elsewhere" });
    expect(await rowsOf("SELECT * FROM former_memberships WHERE user = ?", stranger.id)).toEqual([]);
    expect((await request(`/v1/guilds/${guild.id}`, { token: stranger.token })).status).toBe(404);
    expect(await refusal(alice, guild.id, "PUT", "bans/u_nobody", {})).toBe("not_found");
  });
});

describe("[S206] who may ban", () => {
  test("nobody bans the owner, themselves, or somebody at or above their own rank", async () => {
    await giveNewRole(alice, guild.id, ["ban"], bob, carol);
    for (const user of [alice, bob, carol])
      expect(await refusal(bob, guild.id, "PUT", `bans/${user.id}`, {})).toBe("forbidden");
    expect(await refusal(alice, guild.id, "PUT", `bans/${alice.id}`, {})).toBe("forbidden");
    const stranger = await register("dave");
    expect(await refusal(bob, guild.id, "PUT", `bans/${stranger.id}`, {})).toBeNull();
  });

  test("a length of nothing, a reason that is too long and too many hours are refused", async () => {
    const put = (body: object) => refusal(alice, guild.id, "PUT", `bans/${bob.id}`, body);
    expect(await put({ forMs: 0 })).toBe("invalid");
    expect(await put({ forMs: limits.banMs + 1 })).toBe("invalid");
    expect(await put({ reason: "x".repeat(301) })).toBe("invalid");
    expect(await put({ deleteHours: 169 })).toBe("invalid");
    expect(await bansOf()).toEqual([]);
  });
});

describe("the list of bans", () => {
  test("has who banned, why and until when, the last first, page by page", async () => {
    await giveNewRole(alice, guild.id, ["ban"], carol);
    await ban(bob, { reason: "first" }, carol);
    const forMs = 86_400_000;
    const dave = await register("dave");
    await ban(dave, { reason: "second", forMs });
    await env.DIRECTORY.prepare("UPDATE guild_bans SET created_at = created_at - 5 WHERE user = ?").bind(bob.id).run();
    expect(await bansOf(carol)).toMatchObject([
      { user: { id: dave.id, handle: dave.handle }, by: alice.id, reason: "second", until: expect.any(Number) },
      { user: { id: bob.id }, by: carol.id, reason: "first", until: null },
    ]);
    type Bans = { items: GuildBan[]; next: string | null };
    const first = await change<Bans>(alice, guild.id, "GET", "bans?limit=1");
    const second = await change<Bans>(alice, guild.id, "GET", `bans?limit=1&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ user }) => user.id)).toEqual([dave.id, bob.id]);
    expect(second.next).toBeNull();
    await ban(bob, { reason: "again" });
    expect((await bansOf()).filter(({ user }) => user.id === bob.id)).toMatchObject([{ reason: "again" }]);
  });
});

describe("[S208] the deletion of what a banned person wrote", () => {
  test("covers the last hours in every channel, and nothing older or of others", async () => {
    const other = await openGuildChannel(alice, guild.id, { name: "other" });
    const [b, inOther, c] = [await join(bob, channel), await join(bob, other), await join(carol, channel)];
    const old = await say(b, await epochOf(b), "old of bob");
    await say(b, await epochOf(b), "new of bob");
    await say(c, await epochOf(c), "of carol");
    await say(inOther, await epochOf(inOther), "elsewhere of bob");
    await makeOlder(channel, old, 30);
    await ban(bob, { deleteHours: 24 });
    expect(await textsIn(alice)).toEqual(["old of bob", "", "of carol"]);
    expect(await textsIn(alice, other)).toEqual([""]);
    expect(await rowsOf("SELECT * FROM guild_purges WHERE guild = ?", guild.id)).toEqual([]);
  });

  test("continues by the cron after a channel could not be reached", async () => {
    const b = await join(bob, channel);
    await say(b, await epochOf(b), "of bob");
    await ban(bob, { deleteHours: 1 });
    const c = await join(carol, channel);
    await say(c, await epochOf(c), "of carol");
    // As after a failure: the step is still there, and the message too.
    const insert = "INSERT INTO guild_purges VALUES (?, ?, ?, ?, ?, 0, 0, ?, 3, '', 0)";
    const values = [guild.id, channel, carol.id, alice.id, Date.now() - HOUR_MS, Date.now() - 1];
    await env.DIRECTORY.prepare(insert)
      .bind(...values)
      .run();
    await scheduled(env, Date.now());
    expect(await textsIn(alice)).toEqual(["", ""]);
    expect(await rowsOf("SELECT * FROM guild_purges WHERE guild = ?", guild.id)).toEqual([]);
  });
});

describe("a ban ends", () => {
  test("with the account: its erasure removes it, and the export had it without the reason", async () => {
    await ban(bob, { reason: "a secret reason" });
    const taken = await (await request("/v1/me/export", { token: bob.token })).text();
    expect(JSON.parse(taken)).toMatchObject({ bans: [{ guild: guild.id, until: null }] });
    expect(taken).not.toContain("a secret reason");
    const body = { password: "correct horse battery" };
    expect((await request("/v1/me", { method: "DELETE", token: bob.token, body })).status).toBe(204);
    expect(await rowsOf("SELECT * FROM guild_bans WHERE guild = ?", guild.id)).toEqual([]);
  });

  test("with the guild", async () => {
    await ban(bob, { deleteHours: 1 });
    await change(alice, guild.id, "PUT", "deletion");
    await env.DIRECTORY.prepare("UPDATE guilds SET delete_at = 1 WHERE id = ?").bind(guild.id).run();
    await scheduled(env, Date.now());
    expect(await rowsOf("SELECT * FROM guild_bans WHERE guild = ?", guild.id)).toEqual([]);
    expect(await rowsOf("SELECT * FROM guild_purges WHERE guild = ?", guild.id)).toEqual([]);
  });

  test("after its time, in the hourly run of the cron", async () => {
    await ban(bob, { forMs: 1_000 });
    const nextHour = Math.ceil((Date.now() + 2_000) / 3_600_000) * 3_600_000;
    await scheduled(env, nextHour);
    expect(await rowsOf("SELECT * FROM guild_bans WHERE guild = ?", guild.id)).toEqual([]);
    expect((await viewGuild(alice, guild.id)).id).toBe(guild.id);
  });
});
