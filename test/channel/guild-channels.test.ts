// Channels of guilds: who may see and do what on open sockets, and that nothing later reaches a
// member who may not see a channel any more.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { closeCodes, type FrameOf, type GuildView, type Page } from "../../src/protocol";
import { change, giveNewRole, openGuildChannel, openTeam, viewGuild } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import { openChannelSocket, refusalCode, resume, say } from "../support/log";
import { attach, epochOf, join } from "../support/socket";

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
/** The welcome channel. */
let channel: string;

beforeEach(async () => {
  ({ alice, bob, carol, guild, channel } = await openTeam());
});

const override = (place: string, target: string, allow: string[], deny: string[]) =>
  change(alice, guild.id, "PUT", `channels/${place}/overrides/${target}`, { allow, deny });
const send = (by: Person, place = channel) =>
  request(`/v1/channels/${place}/messages`, {
    method: "POST",
    token: by.token,
    body: { text: "hello" },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
const ready = async (person: Person, place = channel): Promise<FrameOf<"ready">> => {
  const device = await join(person, place);
  return device.frames.find((frame) => frame.type === "ready") as FrameOf<"ready">;
};

describe("a channel of a guild", () => {
  test("carries messages between its members, without a read of the directory by an upgrade", async () => {
    const [a, b] = [await join(alice, channel), await join(bob, channel)];
    const seq = await say(a, await epochOf(a), "hello");
    expect(await b.event(seq)).toMatchObject({ type: "message.sent", actor: alice.id });
    await evictDurableObject(env.CHANNELS.getByName(channel));
    const { permissions, role } = await ready(bob);
    expect(role).toBe("member");
    expect(permissions).toEqual(guild.permissions.filter((name) => permissions.includes(name)));
    expect(permissions).toContain("send");
    expect(permissions).not.toContain("manage_roles");
    expect((await ready(alice)).role).toBe("owner");
  });

  test("has one entry for everyone who joins, in the welcome channel only, and none who leaves", async () => {
    const other = await openGuildChannel(alice, guild.id);
    await change(alice, guild.id, "DELETE", `members/${carol.id}`);
    await change(alice, guild.id, "PUT", `members/${carol.id}`);
    const a = await join(alice, channel);
    const welcome = await resume(alice, channel, await epochOf(a));
    expect(welcome.events.map(({ type, data }) => [type, (data as { user: string }).user])).toEqual([
      ["member.joined", alice.id],
      ["member.joined", bob.id],
      ["member.joined", carol.id],
      ["member.joined", carol.id],
    ]);
    expect((await call<Page>(`/v1/channels/${other}/messages`, { token: alice.token })).head).toBe(0);
  });

  test("is closed to strangers, and to a person who was removed", async () => {
    const dave = await register("dave");
    const b = await join(bob, channel);
    await change(alice, guild.id, "DELETE", `members/${bob.id}`);
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
    for (const person of [dave, bob]) {
      for (const path of ["", "/messages", "/pins", "/messages/1", "/events"])
        expect((await request(`/v1/channels/${channel}${path}`, { token: person.token })).status).toBe(404);
      expect((await send(person)).status).toBe(404);
      expect(await (await openChannelSocket(person, channel)).untilClosed()).toMatchObject({
        code: closeCodes.removed,
      });
    }
  });
});

describe("a member who may not see a channel any more", () => {
  test("gets nothing after the turn that took view away, on any surface", async () => {
    const b = await join(bob, channel);
    const phone = await attach(bob);
    const a = await join(alice, channel);
    const epoch = await epochOf(a);
    await b.event(await say(a, epoch, "before"));
    await override(channel, bob.id, [], ["view"]);
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
    const last = b.events.at(-1)?.seq ?? 0;
    const frames = phone.frames.length;
    await say(a, epoch, `@${bob.handle} after`);
    expect((await viewGuild(bob, guild.id)).channels.map(({ id }) => id)).not.toContain(channel);
    expect((await viewGuild(bob, guild.id)).welcomeChannel).toBeNull();
    for (const path of ["", "/messages", "/events"])
      expect((await request(`/v1/channels/${channel}${path}`, { token: bob.token })).status).toBe(404);
    expect(await (await openChannelSocket(bob, channel)).untilClosed()).toMatchObject({ code: closeCodes.removed });
    expect(b.events.at(-1)?.seq).toBe(last);
    const later = phone.frames.slice(frames).flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
    expect(later.filter((row) => row.channel === channel)).toEqual([]);
    await override(channel, bob.id, [], []);
    expect((await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token })).messages).toHaveLength(2);
  });

  test("loses it by a role too, and the others stay connected", async () => {
    const role = await giveNewRole(alice, guild.id, ["view"], bob);
    const secret = await openGuildChannel(alice, guild.id, {
      type: "private",
      overrides: [{ target: role.id, allow: ["view", "history"], deny: [] }],
    });
    const [a, b] = [await join(alice, secret), await join(bob, secret)];
    expect((await request(`/v1/channels/${secret}`, { token: carol.token })).status).toBe(404);
    await change(alice, guild.id, "DELETE", `members/${bob.id}/roles/${role.id}`);
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
    expect(a.closed).toBeNull();
  });
});

describe("permissions on an open socket", () => {
  test("are in force when the change of a role has been answered, and are shown", async () => {
    const b = await join(bob, channel);
    const epoch = await epochOf(b);
    await say(b, epoch, "allowed");
    const permissions = guild.roles.find(({ id }) => id === guild.everyone)?.permissions ?? [];
    const left = permissions.filter((name) => name !== "send");
    await change(alice, guild.id, "PATCH", `roles/${guild.everyone}`, { permissions: left });
    expect(await refusalCode(b, epoch, { type: "message.send", text: "refused" })).toBe("forbidden");
    const shown = b.frames.findLast((frame) => frame.type === "permissions") as FrameOf<"permissions">;
    expect(shown.role).toBe("member");
    expect(shown.permissions).not.toContain("send");
    expect(shown.permissions).not.toContain("thread");
    expect((await send(bob)).status).toBe(403);
    expect((await send(alice)).status).toBe(200);
  });

  test("are shown when the roles of the member change, and only to that member", async () => {
    const [b, c] = [await join(bob, channel), await join(carol, channel)];
    const shown = (device: typeof b) => device.frames.filter((frame) => frame.type === "permissions");
    const role = await giveNewRole(alice, guild.id, ["delete_any"], bob);
    await expect.poll(() => shown(b)).toHaveLength(1);
    expect(shown(b)[0]?.permissions).toContain("delete_any");
    await change(alice, guild.id, "PATCH", `roles/${role.id}`, { permissions: ["administrator"] });
    await expect.poll(() => shown(b)).toHaveLength(2);
    expect(shown(b)[1]).toMatchObject({ role: "admin" });
    expect(shown(c)).toEqual([]);
  });

  test("in an announcement channel, a role that has send sends only with an override", async () => {
    const role = await giveNewRole(alice, guild.id, ["send"], bob);
    const news = await openGuildChannel(alice, guild.id, { type: "announcement" });
    expect((await send(bob, news)).status).toBe(403);
    const { seq } = await (await send(alice, news)).json<{ seq: number }>();
    const reply = { method: "POST", token: bob.token, body: { text: "reply", thread: seq } };
    const headers = { "idempotency-key": crypto.randomUUID() };
    expect((await request(`/v1/channels/${news}/messages`, { ...reply, headers })).status).toBe(403);
    await override(news, role.id, ["send"], []);
    expect((await send(bob, news)).status).toBe(200);
    expect((await send(carol, news)).status).toBe(403);
    await change(alice, guild.id, "PATCH", `channels/${news}`, { type: "text" });
    expect((await send(carol, news)).status).toBe(200);
  });

  test("a reply in a thread needs thread and send", async () => {
    const { seq } = await (await send(alice)).json<{ seq: number }>();
    const b = await join(bob, channel);
    const epoch = await epochOf(b);
    await override(channel, bob.id, [], ["thread"]);
    expect(await refusalCode(b, epoch, { type: "message.send", text: "no", thread: seq })).toBe("forbidden");
    expect((await send(bob)).status).toBe(200);
    await override(channel, bob.id, ["thread"], ["send"]);
    expect(await refusalCode(b, epoch, { type: "message.send", text: "no", thread: seq })).toBe("forbidden");
  });
});

describe("a member without history", () => {
  test("reads what follows the turn in which they lost it, and all of it when they get it back", async () => {
    const a = await join(alice, channel);
    const epoch = await epochOf(a);
    await say(a, epoch, "old");
    await override(channel, bob.id, [], ["history"]);
    const seq = await say(a, epoch, "new");
    const texts = async () =>
      (await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token })).messages.map(({ seq: at }) => at);
    expect(await texts()).toEqual([seq]);
    await evictDurableObject(env.CHANNELS.getByName(channel));
    expect(await texts()).toEqual([seq]);
    await override(channel, bob.id, [], []);
    expect(await texts()).toHaveLength(2);
  });
});

test("a channel stores role ids, role words, overrides and members, and no resolved permissions", async () => {
  const role = await giveNewRole(alice, guild.id, ["kick"], bob);
  await override(channel, role.id, ["pin"], ["react"]);
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) => {
    const members = sql
      .exec<{ user: string; roles: string }>("SELECT user, roles FROM members ORDER BY user")
      .toArray();
    expect(members).toEqual(
      [alice, bob, carol]
        .map(({ id }) => ({ user: id, roles: JSON.stringify(id === bob.id ? [role.id] : []) }))
        .sort((one, other) => (one.user < other.user ? -1 : 1)),
    );
    const mirror = JSON.parse(sql.exec<{ guild: string }>("SELECT guild FROM log").one().guild);
    expect(Object.keys(mirror).sort()).toEqual(
      ["guild", "isLarge", "isWelcome", "overrides", "owner", "revision", "roles", "slowModeSeconds", "type"].sort(),
    );
    expect(mirror.overrides).toHaveLength(1);
  });
});
