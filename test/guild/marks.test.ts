// Read marks in large channels: the user object of the reader keeps them.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ChannelObjectBase } from "../../src/channel/object";
import type { InboxRow } from "../../src/protocol";
import { UserObjectBase } from "../../src/user/object";
import { makeLarge } from "../support/crowd";
import { openGuild, openGuildChannel } from "../support/guild";
import { type Person, register } from "../support/http";
import { say } from "../support/log";
import { accessToken, attach, type Device, epochOf, join, openSocket } from "../support/socket";

let alice: Person;
let bob: Person;
let channel: string;
let a: Device;
let epoch: string;

beforeEach(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  await makeLarge(alice, guild.id);
  channel = await openGuildChannel(alice, guild.id);
  a = await join(alice, channel);
  epoch = await epochOf(a);
});
afterEach(() => void vi.restoreAllMocks());

/** A device of bob that names itself, on a channel or on the inbox. */
const device = "device-of-bob-000001";
async function openNamed(path: string): Promise<Device> {
  const token = await accessToken(bob.token);
  return openSocket(path, token, {
    "sec-websocket-protocol": `parley.v1, token.${token}, device.${device}`,
  });
}
const mark = async (b: Device, seq: number) => void (await b.answer(b.send({ type: "read.mark", seq }), "ack"));
const stored = () =>
  runInDurableObject(env.USERS.getByName(bob.id), (_, { storage: { sql } }) => {
    const tables = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'inbox'").toArray();
    if (tables.length === 0) return undefined;
    const query = "SELECT read, dirty, mentions FROM inbox WHERE channel = ?";
    return sql.exec<{ read: number; dirty: number; mentions: number }>(query, channel).toArray()[0];
  });
const rowsOf = (phone: Device): InboxRow[] =>
  phone.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : [])).filter((row) => row.channel === channel);

test("marks of 2 s are one request, and the other devices get the last one", async () => {
  const phone = await attach(bob);
  const b = await join(bob, channel);
  const deliver = vi.spyOn(UserObjectBase.prototype, "deliver");
  for (let at = 1; at <= 10; at++) await say(a, epoch, `message ${at}`);
  for (let seq = 1; seq <= 10; seq++) await mark(b, seq);
  await expect.poll(() => rowsOf(phone).at(-1), { timeout: 5_000 }).toMatchObject({ read: 10, unread: 0 });
  const toBob = deliver.mock.calls.filter(([row]) => row.read > 0 && row.head === row.read);
  expect(toBob.length).toBeLessThanOrEqual(2);
});

test("a mark is in the inbox when the channel is closed, and a device that connects wakes no channel", async () => {
  const b = await join(bob, channel);
  const seq = await say(a, epoch, "hello");
  await mark(b, seq);
  b.close();
  await expect.poll(stored).toEqual({ read: seq, dirty: 0, mentions: 0 });
  const id = env.CHANNELS.idFromName(channel);
  const wake = vi.spyOn(ChannelObjectBase.prototype, "wake");
  // A later message does not make the row wrong: what is unread follows from the head of the guild.
  await say(a, epoch, "more");
  expect(rowsOf(await attach(bob))).toMatchObject([{ read: seq, mentions: 0 }]);
  const isThis = (object: unknown) => String(Reflect.get(object as object, "ctx").id) === String(id);
  expect(wake.mock.contexts.filter(isThis)).toEqual([]);
});

test("a visit without a mark stores nothing", async () => {
  const b = await join(bob, channel);
  await say(a, epoch, "hello");
  b.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await stored()).toBeUndefined();
});

test("a device that connects while another one reads gets its mark, also after both objects slept", async () => {
  const laptop = await openNamed("/v1/socket");
  await laptop.answer(laptop.send({ type: "inbox.sync", after: 0 }), "inbox");
  const b = await openNamed(`/v1/channels/${channel}/socket`);
  await b.answer(b.send({ type: "channel.subscribe" }), "ready");
  await say(a, epoch, "one");
  await mark(b, 1);
  await expect.poll(stored, { timeout: 5_000 }).toMatchObject({ dirty: 1 });
  const deliver = vi.spyOn(UserObjectBase.prototype, "deliver");
  await say(a, epoch, "two");
  await mark(b, 2);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  // Every device shows the channel, so nobody needs the mark.
  expect(deliver.mock.calls.filter(([row]) => row.read === 2 && row.head === 2).length).toBe(0);
  expect(rowsOf(await attach(bob)).at(-1)).toMatchObject({ read: 2 });
});

test("a mention of a person without a device makes their row dirty, and the next device gets its count", async () => {
  const b = await join(bob, channel);
  await mark(b, await say(a, epoch, "hello"));
  b.close();
  await expect.poll(stored).toMatchObject({ dirty: 0 });
  for (const text of [`@${bob.handle} one`, `@${bob.handle} two`]) await say(a, epoch, text);
  await expect.poll(stored, { timeout: 5_000 }).toMatchObject({ dirty: 1 });
  expect(rowsOf(await attach(bob)).at(-1)).toMatchObject({ head: 3, read: 1, unread: 2, mentions: 2 });
  const again = await join(bob, channel);
  await mark(again, 3);
  again.close();
  await expect.poll(stored).toEqual({ read: 3, dirty: 0, mentions: 0 });
});

test("marking a channel as unread stays when the channel is closed", async () => {
  const b = await join(bob, channel);
  await mark(b, await say(a, epoch, "hello"));
  await b.answer(b.send({ type: "read.unmark", seq: 1 }), "ack");
  b.close();
  await expect.poll(stored).toMatchObject({ read: 1 });
  expect(rowsOf(await attach(bob)).at(-1)).toMatchObject({ read: 1, unreadFrom: 1 });
});
