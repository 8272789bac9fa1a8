// Members who join and leave: the entries of the log, and what each member gets.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { openDirectory } from "../../src/directory/database";
import { loadRoster } from "../../src/directory/roster-outbox";
import { closeCodes, type InboxRow, type Message, type Page } from "../../src/protocol";
import { call, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { openChannelSocket, perform, refusalCode, resume, say } from "../support/log";
import { openTrio } from "../support/pair";
import { runs } from "../support/runs";
import { attach, composedAt, type Device, epochOf, join } from "../support/socket";

const rowOf = (device: Device, channel: string): InboxRow | undefined =>
  device.frames
    .flatMap((frame) => (frame.type === "inbox" ? frame.rows : []))
    .findLast((row) => row.channel === channel);

/** The channels in the inbox of a device that syncs from the beginning. */
const inboxOf = async (person: Person): Promise<string[]> => {
  const device = await attach(person);
  const { rows } = await device.answer(device.send({ type: "inbox.sync", after: 0 }), "inbox");
  device.close();
  return rows.map(({ channel }) => channel);
};

describe("[S80] the log", () => {
  test("has a join of each first member of the group", async () => {
    const { alice, bob, carol, channel, epoch } = await openTrio();
    const device = await resume(alice, channel, epoch);
    const joined = device.events.map(({ type, actor, data }) => [type, actor, data]);
    expect(joined).toHaveLength(3);
    for (const [who, role] of [
      [alice, "owner"],
      [bob, "member"],
      [carol, "member"],
    ] as const) {
      expect(joined).toContainEqual(["member.joined", alice.id, { user: who.id, role }]);
    }
  });

  test("has an entry of each change of members and names, sent to all members before the answer", async () => {
    const { alice, bob, carol, channel, a, b } = await openTrio();
    const dave = await register("dave");
    const path = `/v1/channels/${channel}`;
    await putMember(bob, channel, dave);
    await putMember(alice, channel, bob, "admin");
    await call(path, { method: "PATCH", token: bob.token, body: { name: "The club", topic: "of us" } });
    await removeMember(bob, channel, dave);
    await removeMember(carol, channel, carol);
    await putMember(alice, channel, bob, "owner");
    const { head } = await call<Page>(`${path}/messages`, { token: alice.token });
    await b.event(head);
    expect(b.events.map(({ type, actor, data }) => [type, actor, data])).toEqual([
      ["member.joined", bob.id, { user: dave.id, role: "member" }],
      ["member.changed", alice.id, { user: bob.id, role: "admin" }],
      ["channel.changed", bob.id, { name: "The club", topic: "of us" }],
      ["member.left", bob.id, { user: dave.id }],
      ["member.left", carol.id, { user: carol.id }],
      ...[
        [alice.id, "admin"],
        [bob.id, "owner"],
      ].map(([user, role]) => ["member.changed", alice.id, { user, role }]),
    ]);
    await a.event(head);
    expect(a.events).toEqual(b.events);
  });
});

test("[S81] a removed member gets their removal as the last event and can read nothing afterwards", async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  const phone = await attach(bob);
  await say(a, epoch, "before");
  await expect.poll(() => rowOf(phone, channel)?.head).toBeGreaterThan(0);
  expect((await removeMember(alice, channel, bob)).status).toBe(204);
  expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
  expect(b.events.at(-1)).toMatchObject({ type: "member.left", actor: alice.id, data: { user: bob.id } });
  for (const path of ["", "/messages", "/messages/4", "/pins"])
    expect((await request(`/v1/channels/${channel}${path}`, { token: bob.token })).status).toBe(404);
  const again = await openChannelSocket(bob, channel);
  expect(await again.untilClosed()).toMatchObject({ code: closeCodes.removed });
  await expect.poll(() => inboxOf(bob)).not.toContain(channel);
  await say(a, epoch, "after");
  expect(await inboxOf(bob)).not.toContain(channel);
});

test("[S81] the channel leaves the inbox of a removed member although their object fails and the channel restarts", async () => {
  const { alice, bob, channel, a, epoch } = await openTrio();
  const phone = await attach(bob);
  await say(a, epoch, "before");
  await expect.poll(() => rowOf(phone, channel)?.head).toBeGreaterThan(0);
  const stub = env.USERS.getByName(bob.id);
  const broken = await runInDurableObject(stub, (instance) =>
    vi.spyOn(instance, "removeChannel").mockRejectedValue(new Error("cannot be reached")),
  );
  await removeMember(alice, channel, bob);
  const leaving = () =>
    runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
      const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM standing").one();
      return JSON.parse(state).leaving;
    });
  expect(await leaving()).toEqual([bob.id]);
  const rows = () =>
    runInDurableObject(stub, (_, { storage }) => [...storage.sql.exec("SELECT channel FROM inbox")].length);
  expect(await rows()).toBe(1);
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  broken.mockRestore();
  await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
  await expect.poll(rows, { timeout: 15_000 }).toBe(0);
  await expect.poll(leaving).toEqual([]);
  // A confirmed drop is not repeated, so that a member who joins again keeps their row.
  await putMember(alice, channel, bob);
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
  await expect.poll(rows, { timeout: 15_000 }).toBe(1);
});

test("[S81] a member who joins again is a member like any other", async () => {
  const { alice, bob, channel, a, epoch } = await openTrio();
  await removeMember(alice, channel, bob);
  await say(a, epoch, "meanwhile");
  await putMember(alice, channel, bob);
  const b = await join(bob, channel);
  await say(b, epoch, "back");
  await expect.poll(() => inboxOf(bob)).toContain(channel);
  const { messages } = await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token });
  expect(messages.map(({ body }) => body.state === "live" && body.text)).toEqual(["meanwhile", "back"]);
});

test("[S81] a removal during traffic ends the events of the member at its own entry", {
  timeout: 3_600_000,
}, async () => {
  let group = await openTrio();
  for (let round = 0; round < runs(20, 500); round++) {
    // A new log every 100 rounds, because in a long log the search for nonces costs tokens.
    if (round % 100 === 99) group = await openTrio();
    const { alice, bob, channel, a, epoch } = group;
    await putMember(alice, channel, bob);
    const b = await join(bob, channel);
    const phone = await attach(bob);
    const send = (lines: number) => {
      for (let i = 0; i < lines; i++) a.send({ type: "message.send", ...composedAt(epoch, 0), text: `${round}` });
    };
    send(round % 7);
    const removed = removeMember(alice, channel, bob);
    for (let i = 0; i < 10 + (round % 5); i++) {
      send(2);
      await a.answer(a.send({ type: "read.mark", seq: 0 }), "ack");
    }
    expect((await removed).status).toBe(204);
    await say(a, epoch, "last");
    const left = a.events.findLast(({ type }) => type === "member.left");
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
    expect(b.events.at(-1), `round ${round}`).toEqual(left);
    expect(b.events.map(({ seq }) => seq)).toEqual(b.events.map((_, i) => (b.events[0]?.seq ?? 0) + i));
    const late = await openChannelSocket(bob, channel);
    expect(await late.untilClosed()).toMatchObject({ code: closeCodes.removed });
    expect((await request(`/v1/channels/${channel}/messages`, { token: bob.token })).status).toBe(404);
    await expect.poll(() => inboxOf(bob)).not.toContain(channel);
    expect(rowOf(phone, channel)?.head ?? 0).toBeLessThanOrEqual(left?.seq ?? 0);
    phone.close();
  }
});

describe("[S82] a newcomer to a group that shows newcomers only later messages", () => {
  async function openLate() {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const channel = await openGroup(alice, [], { history: "joined" });
    const a = await join(alice, channel);
    const epoch = await epochOf(a);
    const old = await say(a, epoch, "secret one");
    await perform(a, epoch, { type: "message.edit", seq: old, text: "secret two" });
    await perform(a, epoch, { type: "message.pin", seq: old });
    await putMember(alice, channel, bob);
    const since = (await perform(a, epoch, { type: "reaction.add", seq: old, emoji: "👍" })).seq - 1;
    return { alice, bob, channel, a, epoch, old, since };
  }

  test("reads no older message on pages, by seq, or among pins, versions and previews", async () => {
    const { bob, channel, old } = await openLate();
    const path = `/v1/channels/${channel}`;
    for (const query of ["", "?after=0", "?before=99", `?around=${old}`, `?thread=${old}`]) {
      const page = await call<Page>(`${path}/messages${query}`, { token: bob.token });
      expect(page, query).toMatchObject({ messages: [], moreBefore: false, moreAfter: false });
    }
    for (const seq of [`${old}`, `${old}/versions`])
      expect((await request(`${path}/messages/${seq}`, { token: bob.token })).status).toBe(404);
    expect(await call(`${path}/pins`, { token: bob.token })).toEqual({ items: [], next: null });
    const phone = await attach(bob);
    await expect.poll(() => rowOf(phone, channel)).toMatchObject({ preview: null, unread: 0 });
    expect(JSON.stringify(phone.frames)).not.toContain("secret");
  });

  test("gets a reset for an older cursor, with the reason history", async () => {
    const { bob, channel, epoch, since } = await openLate();
    const b = await openChannelSocket(bob, channel);
    for (const after of [0, since - 2]) {
      const id = b.send({ type: "channel.subscribe", from: { epoch, after } });
      expect(await b.answer(id, "reset")).toMatchObject({ reason: "history" });
    }
    expect(b.events).toEqual([]);
    await resume(bob, channel, epoch, since - 1);
  });

  test("gets later changes of older messages without their content, live and replayed", async () => {
    const { alice, bob, channel, a, epoch, old, since } = await openLate();
    const b = await join(bob, channel);
    await perform(a, epoch, { type: "message.edit", seq: old, text: "secret three" });
    await perform(a, epoch, { type: "message.unpin", seq: old });
    await perform(a, epoch, { type: "message.pin", seq: old });
    await perform(a, epoch, { type: "thread.follow", seq: old });
    const reply = await say(a, epoch, "an answer", { replyTo: old });
    await say(a, epoch, "in the old thread", { thread: old });
    const { seq: last } = await perform(a, epoch, { type: "message.delete", seq: old });
    await b.event(last);
    const replayed = await resume(bob, channel, epoch, since - 1);
    expect(b.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 7 }, (_, i) => last - 6 + i));
    expect(replayed.events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: last - since + 1 }, (_, i) => since + i),
    );
    const shown = await call<Message>(`/v1/channels/${channel}/messages/${reply}`, { token: bob.token });
    expect(shown.reply).toBeNull();
    for (const frames of [b.frames, replayed.frames]) {
      expect(JSON.stringify(frames)).not.toContain("secret");
      expect(JSON.stringify(frames)).not.toContain("👍");
    }
    const roots = [...b.events, ...replayed.events].flatMap(({ data }) =>
      "root" in data && data.root ? [data.root] : [],
    );
    for (const root of roots) expect(root.replies).toMatchObject({ count: 0, participants: [], followers: [] });
    expect(alice.id).toBe(b.events.at(-1)?.actor);
  });

  test("gets no older content in the turn of their removal", async () => {
    const { alice, bob, channel, a, epoch, old } = await openLate();
    const b = await join(bob, channel);
    const roster = await loadRoster(openDirectory(env.DIRECTORY), channel);
    if (!roster) throw new Error("no roster");
    const members = roster.members.filter(({ user }) => user !== bob.id);
    const caller = { user: alice.id, session: alice.session, issuedAt: Date.now() };
    const edit = { type: "message.edit", seq: old, text: "secret three", ...composedAt(epoch, old) } as const;
    await runInDurableObject(env.CHANNELS.getByName(channel), async (instance) => {
      const identified = { identifiedBy: "nonce", command: edit } as const;
      await Promise.all([
        instance.append(caller, identified),
        instance.applyRoster({ ...roster, members, revision: roster.revision + 1 }),
      ]);
    });
    await b.untilClosed();
    expect(b.events.map(({ type }) => type)).toEqual(["message.edited", "member.left"]);
    expect(JSON.stringify(b.frames)).not.toContain("secret");
    expect((await a.event(b.events[0]?.seq ?? 0)).data).toMatchObject({ body: { text: "secret three" } });
  });

  test("cannot change an older message", async () => {
    const { bob, channel, epoch, old } = await openLate();
    const b = await join(bob, channel);
    for (const command of [
      { type: "reaction.add", seq: old, emoji: "👍" },
      { type: "message.pin", seq: old },
      { type: "thread.follow", seq: old },
      { type: "message.delete", seq: old },
      { type: "message.send", text: "?", replyTo: old },
      { type: "message.send", text: "?", thread: old },
    ] as const) {
      expect(await refusalCode(b, epoch, command)).toBe("not_found");
    }
  });
});
