// No head and no mention is lost when a channel or its guild is killed, or cannot be reached.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GuildObjectBase } from "../../src/guild/object";
import type { GuildView } from "../../src/protocol";
import { makeLarge, removeCrowd } from "../support/crowd";
import { openGuild, openGuildChannel } from "../support/guild";
import { newestIn, showGuild } from "../support/guild-socket";
import { type Person, register } from "../support/http";
import { say } from "../support/log";
import { attach, epochOf, join } from "../support/socket";

let alice: Person;
let bob: Person;
let guild: GuildView;
let crowd: string[];
let channels: string[];

beforeEach(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  guild = await openGuild(alice, [bob]);
  crowd = await makeLarge(alice, guild.id);
  channels = [];
  for (let at = 0; at < 3; at++) channels.push(await openGuildChannel(alice, guild.id));
});
afterEach(() => void vi.restoreAllMocks());

const guildObject = () => env.GUILDS.getByName(guild.id);
const kill = async (stub: Parameters<typeof evictDurableObject>[0]) => {
  // An object that is not running cannot be evicted.
  await runInDurableObject(stub, () => {});
  await evictDurableObject(stub, { webSockets: "close" });
};
/** Sends a message in each channel, by new sockets. Returns the newest message of each. */
async function sayEverywhere(text: string): Promise<Record<string, number>> {
  const newest: Record<string, number> = {};
  for (const channel of channels) {
    const device = await join(alice, channel);
    newest[channel] = await say(device, await epochOf(device), text);
  }
  return newest;
}
const storedHeads = () =>
  runInDurableObject(guildObject(), (_, { storage: { sql } }) => {
    // The object makes its table when it is first asked.
    if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'heads'").toArray().length === 0) return {};
    const row = sql.exec<{ state: string }>("SELECT state FROM heads").toArray()[0];
    const { heads = [] }: { heads?: [string, number, number][] } = row ? JSON.parse(row.state) : {};
    return Object.fromEntries(heads.map(([id, , newest]) => [id, newest]));
  });
/** Lets the time pass that a pause takes, and the alarms fire that are set for it. */
async function later(ms: number): Promise<void> {
  const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + ms);
  for (const channel of channels) await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
  // Requests at a later time would use up the rates of the other files.
  clock.mockRestore();
}
const pendingAlarm = (channel: string) =>
  runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => storage.getAlarm());

test("the stored heads equal the logs after the guild object was killed again and again", async () => {
  let newest = {};
  for (const text of ["one", "two", "three"]) {
    newest = await sayEverywhere(text);
    await kill(guildObject());
  }
  // Most of these were only in memory.
  for (let round = 1; round <= 3; round++) await later(61_000 * round);
  expect(await storedHeads()).toEqual(newest);
  expect(newestIn((await showGuild(bob, guild.id)).frames)).toEqual(newest);
});

test("a channel that is killed while the guild object cannot be reached reports when it can", async () => {
  vi.spyOn(GuildObjectBase.prototype, "report").mockRejectedValue(new Error("unreachable"));
  const newest = await sayEverywhere("hello");
  for (const channel of channels) {
    await kill(env.CHANNELS.getByName(channel));
    expect(await pendingAlarm(channel)).not.toBeNull();
  }
  await later(10_000);
  expect(await storedHeads()).toEqual({});
  // The alarm is set again until the head is stored.
  for (const channel of channels) expect(await pendingAlarm(channel)).not.toBeNull();
  vi.restoreAllMocks();
  for (let round = 1; round <= 3; round++) await later(70_000 * round);
  expect(await storedHeads()).toEqual(newest);
});

test("a channel that reported while nobody followed reports at once when a device does", async () => {
  const [channel = ""] = channels;
  const device = await join(alice, channel);
  const epoch = await epochOf(device);
  await say(device, epoch, "one");
  await expect.poll(storedHeads).toEqual({ [channel]: 1 });
  const seq = await say(device, epoch, "two");
  const b = await showGuild(bob, guild.id);
  await expect.poll(() => newestIn(b.frames)[channel], { timeout: 5_000 }).toBe(seq);
});

test("a mention reaches a person whose channel and user object are killed", async () => {
  const [channel = ""] = channels;
  const a = await join(alice, channel);
  const seq = await say(a, await epochOf(a), `@${bob.handle}`);
  await kill(env.CHANNELS.getByName(channel));
  await kill(env.USERS.getByName(bob.id));
  await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
  const phone = await attach(bob);
  const rows = () => phone.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
  await expect.poll(() => rows().findLast((row) => row.channel === channel)).toMatchObject({ head: seq, mentions: 1 });
});

test("a channel that crosses 100 viewers in both directions under traffic keeps every count", async () => {
  const [channel = ""] = channels;
  const [a, phone] = [await join(alice, channel), await attach(bob)];
  const b = await join(bob, channel);
  const epoch = await epochOf(a);
  let [isOver, sent, mentions] = [false, 0, 0];
  const traffic = (async () => {
    while (!isOver) {
      const isMention = sent % 3 === 0;
      if (isMention) mentions++;
      await say(a, epoch, isMention ? `@${bob.handle} ${sent}` : `message ${sent}`);
      sent++;
    }
  })();
  for (let round = 0; round < 3; round++) {
    await removeCrowd(alice, guild.id, crowd);
    await new Promise((resolve) => setTimeout(resolve, 200));
    crowd = await makeLarge(alice, guild.id);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  isOver = true;
  await traffic;
  await later(70_000);
  expect((await b.event(sent)).seq).toBe(sent);
  const row = await env.CHANNELS.getByName(channel).wake(bob.id);
  expect(row).toMatchObject({ ok: true, value: { head: sent, read: 0, unread: Math.min(mentions, 100) } });
  // The head is in the guild whatever the size was when it was sent.
  expect(newestIn((await showGuild(bob, guild.id)).frames)[channel]).toBe(sent);
  await b.answer(b.send({ type: "read.mark", seq: sent }), "ack");
  await removeCrowd(alice, guild.id, crowd);
  expect(await env.CHANNELS.getByName(channel).wake(bob.id)).toMatchObject({ value: { read: sent, unread: 0 } });
  await say(a, epoch, "one more");
  const rows = () => phone.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
  const newest = () => rows().findLast((one) => one.channel === channel);
  await expect.poll(newest, { timeout: 10_000 }).toMatchObject({ head: sent + 1, read: sent, unread: 1, mentions: 0 });
});
