// Channels of a guild that more than 100 members may view: they know those who have visited them.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { closeCodes, type FrameOf, type GuildView, type Page } from "../../src/protocol";
import { makeLarge } from "../support/crowd";
import { change, giveNewRole, openGuildChannel, openTeam, viewGuild } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import { openChannelSocket, refusalCode, say } from "../support/log";
import { meterDirectory } from "../support/metered-directory";
import { attach, type Device, epochOf, join } from "../support/socket";

const meter = meterDirectory();
let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
let channel: string;

beforeEach(async () => {
  ({ alice, bob, carol, guild } = await openTeam());
  await makeLarge(alice, guild.id);
  channel = await openGuildChannel(alice, guild.id);
});

const override = (target: string, allow: string[], deny: string[]) =>
  change(alice, guild.id, "PUT", `channels/${channel}/overrides/${target}`, { allow, deny });
const everyoneWithout = (...names: string[]) => {
  const permissions = guild.roles.find(({ id }) => id === guild.everyone)?.permissions ?? [];
  return change(alice, guild.id, "PATCH", `roles/${guild.everyone}`, {
    permissions: permissions.filter((name) => !names.includes(name)),
  });
};
const visitorsOf = (id = channel) =>
  runInDurableObject(env.CHANNELS.getByName(id), (_, { storage: { sql } }) =>
    sql
      .exec<{ user: string }>("SELECT user FROM members ORDER BY user")
      .toArray()
      .map(({ user }) => user),
  );
const readyOf = (device: Device) => device.frames.find((frame) => frame.type === "ready") as FrameOf<"ready">;
const status = async (person: Person, path = "messages") =>
  (await request(`/v1/channels/${channel}/${path}`, { token: person.token })).status;
const sorted = (...people: Person[]) => people.map(({ id }) => id).sort();

describe("a visit", () => {
  test("writes one row, and later upgrades read nothing of the directory", async () => {
    expect(await visitorsOf()).toEqual([]);
    const b = await join(bob, channel);
    expect(await visitorsOf()).toEqual([bob.id]);
    expect(readyOf(b)).toMatchObject({ large: true, role: "member" });
    await evictDurableObject(env.CHANNELS.getByName(channel));
    meter.statements.clear();
    await join(bob, channel);
    expect([...meter.statements.keys()].filter((text) => text.includes("guild_members"))).toEqual([]);
  });

  test("is the first read, poll, send or mark too, and nobody else gets in", async () => {
    const dave = await register("dave");
    const a = await join(alice, channel);
    await say(a, await epochOf(a), "hello");
    expect([await status(bob), await status(dave)]).toEqual([200, 404]);
    expect(await status(carol, "events")).toBe(200);
    expect(await visitorsOf()).toEqual(sorted(alice, bob, carol));
    for (const path of ["", "/messages", "/pins", "/events"])
      expect((await request(`/v1/channels/${channel}${path}`, { token: dave.token })).status).toBe(404);
    const refused = await openChannelSocket(dave, channel);
    expect(await refused.untilClosed()).toMatchObject({ code: closeCodes.removed });
  });

  test("is not possible for a member who may not view the channel", async () => {
    await override(bob.id, [], ["view"]);
    expect([await status(bob), await status(carol)]).toEqual([404, 200]);
    await change(alice, guild.id, "DELETE", `members/${carol.id}`);
    expect([await status(carol), await visitorsOf()]).toEqual([404, []]);
  });
});

describe("a loss of view is in force when its request is answered", () => {
  const losses: [name: string, take: () => Promise<unknown>][] = [
    ["by the override of the member", () => override(bob.id, [], ["view"])],
    ["by the override of everyone", () => override(guild.everyone, [], ["view"])],
    ["by the role of everyone", () => everyoneWithout("view")],
    ["by the type of the channel", () => change(alice, guild.id, "PATCH", `channels/${channel}`, { type: "private" })],
    ["by a removal", () => change(alice, guild.id, "DELETE", `members/${bob.id}`)],
    ["by leaving", () => change(bob, guild.id, "DELETE", `members/${bob.id}`)],
  ];
  test.each(losses)("%s", async (_, take) => {
    const [a, b] = [await join(alice, channel), await join(bob, channel)];
    const epoch = await epochOf(a);
    await b.event(await say(a, epoch, "before"));
    const phone = await attach(bob);
    await take();
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
    await say(a, epoch, `@${bob.handle} after`);
    expect([await status(bob), await status(bob, "events")]).toEqual([404, 404]);
    expect(JSON.stringify([...b.frames, ...phone.frames])).not.toContain("after");
    expect(a.closed).toBeNull();
  });

  test("also for a visitor without a socket, and by a role", async () => {
    const role = await giveNewRole(alice, guild.id, ["view", "history"], bob, carol);
    await override(guild.everyone, [], ["view"]);
    const b = await openGuildChannel(alice, guild.id);
    channel = b;
    await override(role.id, ["view"], []);
    expect([await status(bob), await status(carol)]).toEqual([200, 200]);
    await change(alice, guild.id, "DELETE", `members/${bob.id}/roles/${role.id}`);
    await override(guild.everyone, [], ["view"]);
    expect([await status(bob), await status(carol)]).toEqual([404, 200]);
    await change(alice, guild.id, "DELETE", `roles/${role.id}`);
    expect([await status(bob), await status(carol)]).toEqual([404, 404]);
  });
});

test("permissions on an open socket change with roles and overrides, and are shown", async () => {
  const b = await join(bob, channel);
  const epoch = await epochOf(b);
  await say(b, epoch, "allowed");
  await everyoneWithout("send");
  expect(await refusalCode(b, epoch, { type: "message.send", text: "refused" })).toBe("forbidden");
  const shown = b.frames.findLast((frame) => frame.type === "permissions") as FrameOf<"permissions">;
  expect(shown.permissions).not.toContain("send");
  await giveNewRole(alice, guild.id, ["administrator"], bob);
  expect((b.frames.findLast((frame) => frame.type === "permissions") as FrameOf<"permissions">).role).toBe("admin");
  expect(await say(b, epoch, "allowed again")).toBe(2);
});

describe("the wire of a large channel", () => {
  test("has no marks of others and nobody who is here", async () => {
    const [a, b] = [await join(alice, channel), await join(bob, channel)];
    const seq = await say(a, await epochOf(a), "hello");
    await b.event(seq);
    await b.answer(b.send({ type: "read.mark", seq }), "ack");
    const c = await join(carol, channel);
    await say(a, await epochOf(a), "more");
    await c.event(2);
    for (const device of [a, b, c]) {
      expect(device.frames.filter((frame) => frame.type === "signal")).toEqual([]);
      expect(readyOf(device)).toMatchObject({ delivered: {}, here: [] });
    }
    expect(readyOf(c).reads).toEqual({ [carol.id]: 0 });
    expect(readyOf(await join(bob, channel)).reads).toEqual({ [bob.id]: 1 });
  });

  test("names at most three people who are typing", async () => {
    const a = await join(alice, channel);
    for (let i = 0; i < 5; i++) {
      const person = await register(`typist${i}`);
      await change(alice, guild.id, "PUT", `members/${person.id}`);
      const device = await join(person, channel);
      device.send({ type: "typing.start" });
      await device.answer(device.send({ type: "read.mark", seq: 0 }), "ack");
    }
    const typing = a.frames.flatMap((frame) => (frame.type === "signal" ? [frame.signal.type] : []));
    expect(typing).toEqual(["typing.started", "typing.started", "typing.started"]);
  });
});

describe("a message in a large channel", () => {
  test("calls no user object but that of its author and of those whom it mentions", async () => {
    const [a, phone, other] = [await join(alice, channel), await attach(bob), await attach(carol)];
    await status(carol);
    const epoch = await epochOf(a);
    await say(a, epoch, "to nobody");
    const seq = await say(a, epoch, `look, @${bob.handle}`);
    const rows = (device: Device) =>
      device.frames
        .flatMap((frame) => (frame.type === "inbox" ? frame.rows : []))
        .filter((row) => row.channel === channel);
    await expect.poll(() => rows(phone)).toMatchObject([{ head: seq, unread: 1, mentions: 1, preview: null }]);
    expect(rows(other)).toEqual([]);
    // Bob never opened the channel: the mention made the channel ask who he is.
    expect(await visitorsOf()).toEqual(sorted(alice, bob, carol));
    expect(
      (await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token })).messages[1]?.body,
    ).toMatchObject({
      mentions: { users: [bob.id] },
    });
  });

  test("keeps the order of its author if it waits for the directory", async () => {
    const a = await join(alice, channel);
    const epoch = await epochOf(a);
    const texts = [`first @${bob.handle}`, "second", `third @${carol.handle}`, "fourth @nobody-has-this", "fifth"];
    await Promise.all(texts.map((text) => say(a, epoch, text)));
    const { messages } = await call<Page>(`/v1/channels/${channel}/messages`, { token: alice.token });
    expect(messages.map(({ body }) => (body.state === "live" ? body.text : ""))).toEqual(texts);
  });

  test("does not mention people outside of the guild, or who may not view the channel", async () => {
    const dave = await register("dave");
    await override(carol.id, [], ["view"]);
    const a = await join(alice, channel);
    await say(a, await epochOf(a), `@${dave.handle} @${carol.handle} @${bob.handle}`);
    const { messages } = await call<Page>(`/v1/channels/${channel}/messages`, { token: alice.token });
    expect(messages[0]?.body).toMatchObject({ mentions: { users: [bob.id] } });
    expect(await visitorsOf()).toEqual(sorted(alice, bob));
  });
});

test("a read mark survives the close of its socket and a loss of memory, in a row of its member", async () => {
  const [a, b] = [await join(alice, channel), await join(bob, channel)];
  const seq = await say(a, await epochOf(a), `@${bob.handle}`);
  await b.event(seq);
  await b.answer(b.send({ type: "read.mark", seq }), "ack");
  b.close();
  const readInRow = () =>
    runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) =>
      sql.exec<{ read: number }>("SELECT state ->> 'read' AS read FROM member_states WHERE user = ?", bob.id).toArray(),
    );
  await expect.poll(readInRow).toEqual([{ read: seq }]);
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "close" });
  expect(readyOf(await join(bob, channel)).reads).toEqual({ [bob.id]: seq });
  expect(await env.CHANNELS.getByName(channel).wake(bob.id)).toMatchObject({
    value: { read: seq, unread: 0, mentions: 0 },
  });
});

test("a time-out holds for a visitor and for one who visits later, and a ban removes them", async () => {
  const b = await join(bob, channel);
  const send = { type: "message.send", text: "no" } as const;
  const path = (person: Person) => `members/${person.id}/time-out`;
  for (const person of [bob, carol]) await change(alice, guild.id, "PUT", path(person), { forMs: 60_000 });
  const c = await join(carol, channel);
  const epoch = await epochOf(b);
  expect(readyOf(c)).toMatchObject({ large: true, timedOutUntil: expect.any(Number) });
  for (const device of [b, c]) expect(await refusalCode(device, epoch, send)).toBe("forbidden");
  await evictDurableObject(env.CHANNELS.getByName(channel));
  expect(await refusalCode(b, epoch, send)).toBe("forbidden");
  await change(alice, guild.id, "DELETE", path(bob));
  await say(b, epoch, "again");
  await change(alice, guild.id, "PUT", `bans/${carol.id}`, {});
  expect(await c.untilClosed()).toMatchObject({ code: closeCodes.removed });
  expect([await status(carol), await visitorsOf()]).toEqual([404, [bob.id]]);
});

test("a channel of few in a guild of many keeps what a group promises", async () => {
  const secret = await openGuildChannel(alice, guild.id, {
    type: "private",
    overrides: [{ target: bob.id, allow: ["view", "history", "send"], deny: [] }],
  });
  expect(await visitorsOf(secret)).toEqual(sorted(alice, bob));
  const [a, b] = [await join(alice, secret), await join(bob, secret)];
  expect(readyOf(b).large).toBeUndefined();
  expect(readyOf(b).here).toEqual(expect.arrayContaining([alice.id]));
  const phone = await attach(bob);
  await say(a, await epochOf(a), "hello");
  await expect.poll(() => JSON.stringify(phone.frames)).toContain("hello");
  const view = await viewGuild(bob, guild.id);
  expect(view.channels.find(({ id }) => id === secret)?.large).toBeUndefined();
  expect(view.channels.find(({ id }) => id === channel)?.large).toBe(true);
});
