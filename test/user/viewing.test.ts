// A person who views a channel on every connected device does not get its rows in the inbox too.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test as sequentialTest, vi } from "vitest";
import { type InboxRow, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../../src/protocol";
import { openGroup, type Person, register, removeMember } from "../support/http";
import { say } from "../support/log";
import { accessToken, attach, type Device, epochOf, isLiveInbox, join, openSocket } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

// Most of the time of each test is a pause between two deliveries to a user object.
const test = sequentialTest.concurrent;

async function openAs(person: Person, path: string, device: string): Promise<Device> {
  const access = await accessToken(person.token);
  const protocols = `${SUBPROTOCOL}, ${TOKEN_SUBPROTOCOL_PREFIX}${access}, device.${device}`;
  return openSocket(path, access, { "sec-websocket-protocol": protocols });
}

/** Like `attach` and `join`, for a client that names its device. */
async function attachAs(person: Person, device: string): Promise<Device> {
  const opened = await openAs(person, "/v1/socket", device);
  await opened.answer(opened.send({ type: "inbox.sync", after: 0 }), "inbox");
  return opened;
}
async function joinAs(person: Person, channel: string, device: string): Promise<Device> {
  const opened = await openAs(person, `/v1/channels/${channel}/socket`, device);
  await opened.answer(opened.send({ type: "channel.subscribe" }), "ready");
  return opened;
}

const rowsOf = (device: Device, channel: string): InboxRow[] =>
  device.frames.filter(isLiveInbox).flatMap(({ rows }) => rows.filter((row) => row.channel === channel));
/** The last row that a device got, live or by a sync. */
const shownTo = (device: Device): InboxRow | undefined =>
  device.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : [])).at(-1);
const headAt = (device: Device, channel: string): number => rowsOf(device, channel).at(-1)?.head ?? 0;
const isDirty = (person: Person, channel: string) =>
  runInDurableObject(env.USERS.getByName(person.id), (_, { storage }) => {
    return storage.sql.exec("SELECT dirty FROM inbox WHERE channel = ?", channel).one().dirty === 1;
  });

/**
 * Bob's phone and carol's phone have the channel open. Bob's names its device; carol's does not.
 */
async function openViewing() {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const channel = await openGroup(alice, [bob, carol]);
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  const phone = await attachAs(bob, "phone-1");
  const open = await joinAs(bob, channel, "phone-1");
  const other = await attach(carol);
  const c = await join(carol, channel);
  // One more delivery, whose result tells the channel that every device is viewing.
  const first = await say(a, epoch, "first");
  await vi.waitFor(async () => expect(await [headAt(phone, channel), headAt(other, channel)]).toEqual([first, first]), {
    timeout: 8_000,
  });
  const rowsBefore = rowsOf(phone, channel).length;
  /**
   * Sends ten messages and waits until carol got the row of the last one. Bob would have got this
   * row by then.
   */
  const sendTen = async (): Promise<number> => {
    let last = 0;
    for (let i = 0; i < 10; i++) last = await say(a, epoch, `line ${i}`);
    await vi.waitFor(async () => expect(await headAt(other, channel)).toBe(last), { timeout: 8_000 });
    return last;
  };
  return { alice, bob, carol, channel, a, c, epoch, phone, open, other, rowsBefore, sendTen };
}

test("a phone that has the channel open gets its messages there, and no inbox rows", async () => {
  const { bob, carol, channel, phone, open, other, rowsBefore, sendTen } = await openViewing();
  const before = rowsOf(other, channel).length;
  const last = await sendTen();
  await open.event(last);
  expect(rowsOf(phone, channel)).toHaveLength(rowsBefore);
  // Carol's device is not named, so she gets rows as usual.
  expect(rowsOf(other, channel).length).toBeGreaterThan(before);
  expect([await isDirty(bob, channel), await isDirty(carol, channel)]).toEqual([true, true]);
});

test("a second device gets the current row at once, and from then on both get rows", async () => {
  const { bob, channel, a, epoch, phone, sendTen } = await openViewing();
  const last = await sendTen();
  const tablet = await attachAs(bob, "tablet-1");
  expect(shownTo(tablet)).toMatchObject({ channel, head: last, preview: { text: "line 9" }, unread: 11 });
  const next = await say(a, epoch, "for both");
  await vi.waitFor(async () => expect(await [headAt(phone, channel), headAt(tablet, channel)]).toEqual([next, next]), {
    timeout: 4_000,
  });
  tablet.close();
});

test("a mark that was set meanwhile is in the row that the second device gets", async () => {
  const { bob, channel, open, sendTen } = await openViewing();
  const last = await sendTen();
  await open.answer(open.send({ type: "read.mark", seq: last }), "ack");
  for (const device of [await attachAs(bob, "tablet-1"), await attach(bob)]) {
    expect(shownTo(device)).toMatchObject({ channel, head: last, read: last, unread: 0 });
  }
});

test("closing the channel brings its current row at once", async () => {
  const { channel, phone, open, rowsBefore, sendTen, a, epoch } = await openViewing();
  const last = await sendTen();
  expect(rowsOf(phone, channel)).toHaveLength(rowsBefore);
  open.close();
  await vi.waitFor(async () => expect(await headAt(phone, channel)).toBe(last), { timeout: 2_000 });
  const next = await say(a, epoch, "elsewhere");
  await vi.waitFor(async () => expect(await headAt(phone, channel)).toBe(next), { timeout: 2_000 });
});

test("a device gets the rows of channels that it does not have open", async () => {
  const { alice, bob, phone } = await openViewing();
  const elsewhere = await openGroup(alice, [bob]);
  const a = await join(alice, elsewhere);
  const seq = await say(a, await epochOf(a), "elsewhere");
  await vi.waitFor(async () => expect(await headAt(phone, elsewhere)).toBe(seq), { timeout: 4_000 });
});

test("one device that has the channel open does not silence another that has not", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob]);
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  const phone = await attachAs(bob, "phone-1");
  await attachAs(bob, "tablet-1");
  await joinAs(bob, channel, "tablet-1");
  await say(a, epoch, "one");
  const two = await say(a, epoch, "two");
  await vi.waitFor(async () => expect(await headAt(phone, channel)).toBe(two), { timeout: 8_000 });
  const three = await say(a, epoch, "three");
  await vi.waitFor(async () => expect(await headAt(phone, channel)).toBe(three), { timeout: 8_000 });
});

test("a channel that hibernated delivers the next row once, and then stops again", async () => {
  const { channel, a, epoch, phone, sendTen, open } = await openViewing();
  await sendTen();
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  const next = await say(a, epoch, "awake again");
  await vi.waitFor(async () => expect(await headAt(phone, channel)).toBe(next), { timeout: 8_000 });
  const rowsBefore = rowsOf(phone, channel).length;
  const last = await sendTen();
  await open.event(last);
  expect(rowsOf(phone, channel)).toHaveLength(rowsBefore);
});

test("a user object that hibernated still knows that the row is dirty", async () => {
  const { bob, channel, sendTen } = await openViewing();
  const last = await sendTen();
  await evictDurableObject(env.USERS.getByName(bob.id), { webSockets: "hibernate" });
  const tablet = await attachAs(bob, "tablet-1");
  expect(shownTo(tablet)).toMatchObject({ channel, head: last });
});

test.each([
  ["phone-1", "phone-1"],
  ["a".repeat(64), "a".repeat(64)],
  ["a".repeat(65), null],
  ["Phone", null],
  ["a_b", null],
  ["", null],
])("a device with the name %j is known as %j", async (name, known) => {
  const alice = await register("alice");
  await attachAs(alice, name);
  const states = await runInDurableObject(env.USERS.getByName(alice.id), (_, state) =>
    state.getWebSockets().map((socket) => socket.deserializeAttachment()),
  );
  expect(states).toMatchObject([{ user: alice.id, device: known }]);
});

test("a channel socket that closes while its object hibernates also brings rows back", async () => {
  const { a, channel, epoch, phone, open, sendTen } = await openViewing();
  const last = await sendTen();
  expect(headAt(phone, channel)).toBeLessThan(last);
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  open.close();
  await vi.waitFor(async () => expect(await headAt(phone, channel)).toBe(last), { timeout: 8_000 });
  const next = await say(a, epoch, "next");
  await vi.waitFor(async () => expect(await headAt(phone, channel)).toBe(next), { timeout: 8_000 });
});

test("[S84] sending ends an unread-from mark also on a phone that has the channel open", async () => {
  const { bob, channel, phone, open, epoch, sendTen } = await openViewing();
  const last = await sendTen();
  await open.answer(open.send({ type: "read.unmark", seq: last }), "ack");
  await vi.waitFor(async () => expect(await rowsOf(phone, channel).at(-1)?.unreadFrom).toBe(last), { timeout: 8_000 });
  const mine = await say(open, epoch, "an answer");
  await vi.waitFor(
    async () => expect(await rowsOf(phone, channel).at(-1)).toMatchObject({ head: mine, unreadFrom: null }),
    { timeout: 8_000 },
  );
  expect(bob.id).toMatch(/^u_/);
});

test("[S81] a removed member gets nothing when their socket closes late", async () => {
  const { alice, bob, channel, a, epoch, phone, open } = await openViewing();
  const attachment = await runInDurableObject(env.CHANNELS.getByName(channel), (_, state) =>
    state
      .getWebSockets(bob.id)
      .map((socket) => socket.deserializeAttachment())
      .at(0),
  );
  expect(attachment).toMatchObject({ user: bob.id });
  expect((await removeMember(alice, channel, bob)).status).toBe(204);
  await vi.waitFor(async () =>
    expect(await phone.frames.some((frame) => frame.type === "inbox" && frame.gone?.includes(channel))).toBe(true),
  );
  const rowsBefore = rowsOf(phone, channel).length;
  await say(a, epoch, "secret");
  // The client's close frame arrives a round trip later, when the socket is no longer in the index.
  await runInDurableObject(env.CHANNELS.getByName(channel), async (instance) => {
    const late = { deserializeAttachment: () => attachment, close: () => {} } as unknown as WebSocket;
    await instance.webSocketClose(late, 4200, "");
  });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(rowsOf(phone, channel)).toHaveLength(rowsBefore);
  expect(open.closed).toMatchObject({ code: 4200 });
});
