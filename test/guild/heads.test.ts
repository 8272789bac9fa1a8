// The heads of a guild: which message is the newest in each of its large channels.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { closeCodes, type GuildView } from "../../src/protocol";
import { makeLarge } from "../support/crowd";
import { change, openGuild, openGuildChannel } from "../support/guild";
import { newestIn, showGuild } from "../support/guild-socket";
import { type Person, register, request } from "../support/http";
import { perform, say } from "../support/log";
import { Poller } from "../support/poll";
import { type Device, epochOf, join } from "../support/socket";

let alice: Person;
let bob: Person;
let guild: GuildView;
let channel: string;
let a: Device;
let epoch: string;

beforeEach(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  guild = await openGuild(alice, [bob]);
  await makeLarge(alice, guild.id);
  channel = await openGuildChannel(alice, guild.id);
  a = await join(alice, channel);
  epoch = await epochOf(a);
});
afterEach(() => void vi.restoreAllMocks());

const guildObject = () => env.GUILDS.getByName(guild.id);
const channelObject = (id = channel) => env.CHANNELS.getByName(id);
/** Returns the newest messages in the stored row, by channel. */
const storedHeads = () =>
  runInDurableObject(guildObject(), (_, { storage: { sql } }) => {
    const row = sql.exec<{ state: string }>("SELECT state FROM heads").toArray()[0];
    const { heads = [] }: { heads?: [string, number, number][] } = row ? JSON.parse(row.state) : {};
    return Object.fromEntries(heads.map(([id, , newest]) => [id, newest]));
  });
const deny = (target: string, id = channel) =>
  change(alice, guild.id, "PUT", `channels/${id}/overrides/${target}`, { allow: [], deny: ["view"] });
const newestOf = (device: Device) => newestIn(device.frames)[channel];

describe("a device that shows a guild", () => {
  test("gets all heads in one frame, and those that change", async () => {
    const other = await openGuildChannel(alice, guild.id);
    const seq = await say(a, epoch, "hello");
    await expect.poll(storedHeads).toEqual({ [channel]: seq });
    const b = await showGuild(bob, guild.id);
    expect(b.frames.find(({ type }) => type === "heads")).toMatchObject({ complete: true, guild: guild.id });
    expect(newestOf(b)).toBe(seq);
    const inOther = await join(alice, other);
    await say(inOther, await epochOf(inOther), "elsewhere");
    await expect.poll(() => newestIn(b.frames)[other]).toBe(1);
    expect(b.frames.filter(({ type }) => type !== "heads" && type !== "hello")).toEqual([]);
  });

  test("gets the last head of a burst soon, in few frames", async () => {
    const b = await showGuild(bob, guild.id);
    for (let at = 0; at < 20; at++) await say(a, epoch, `message ${at}`);
    await expect.poll(() => newestOf(b), { timeout: 5_000 }).toBe(20);
    expect(b.frames.filter(({ type }) => type === "heads").length).toBeLessThanOrEqual(4);
  });

  test("does not learn of entries that are no message of the channel itself", async () => {
    const seq = await say(a, epoch, "root");
    await say(a, epoch, "a reply", { thread: seq });
    await perform(a, epoch, { type: "reaction.add", seq, emoji: "👍" });
    await evictDurableObject(channelObject(), { webSockets: "close" });
    const again = await join(alice, channel);
    const later = await say(again, epoch, "last");
    await expect.poll(async () => newestOf(await showGuild(bob, guild.id)), { timeout: 5_000 }).toBe(later);
    await say(again, epoch, "another reply", { thread: seq });
    await runDurableObjectAlarm(channelObject());
    expect(newestOf(await showGuild(bob, guild.id))).toBe(later);
  });

  test("learns of no channel that it may not view, and of none with few viewers", async () => {
    const few = await openGuildChannel(alice, guild.id, { type: "private" });
    const inFew = await join(alice, few);
    await say(inFew, await epochOf(inFew), "secret");
    const b = await showGuild(bob, guild.id);
    await deny(bob.id);
    const seq = await say(a, epoch, "not for bob");
    const own = await showGuild(alice, guild.id);
    await expect.poll(() => newestOf(own), { timeout: 5_000 }).toBe(seq);
    await runDurableObjectAlarm(channelObject(few));
    expect(newestIn(own.frames)[few]).toBeUndefined();
    expect(newestOf(b)).toBeUndefined();
    expect(newestOf(await showGuild(bob, guild.id))).toBeUndefined();
  });

  test("is closed with the next head after its person has left, and refused from then on", async () => {
    const b = await showGuild(bob, guild.id);
    await change(alice, guild.id, "DELETE", `members/${bob.id}`);
    await say(a, epoch, "after");
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
    expect(newestOf(b)).toBeUndefined();
    await expect(showGuild(bob, guild.id)).rejects.toThrow(String(closeCodes.removed));
    expect((await request(`/v1/guilds/${guild.id}/events`, { token: bob.token })).status).toBe(404);
  });

  test("is closed when its session ends", async () => {
    const b = await showGuild(bob, guild.id);
    expect((await request("/v1/sessions/current", { method: "DELETE", token: bob.token })).status).toBe(204);
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.sessionRevoked });
  });

  test("gets them after a hibernation, and every command is refused", async () => {
    const b = await showGuild(bob, guild.id);
    await evictDurableObject(guildObject(), { webSockets: "hibernate" });
    const seq = await say(a, epoch, "hello");
    await expect.poll(() => newestOf(b), { timeout: 5_000 }).toBe(seq);
    expect(await b.answer(b.send({ type: "inbox.sync", after: 0 }), "error")).toMatchObject({ code: "invalid" });
  });
});

describe("a poll", () => {
  test("answers the heads, and is held until one changes", async () => {
    const poller = new Poller(bob, `/v1/guilds/${guild.id}/events`);
    const first = await poller.ask();
    expect(first?.map(({ type }) => type)).toEqual(["hello", "heads"]);
    expect(await poller.ask()).toBeNull();
    const held = poller.ask({ wait: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const seq = await say(a, epoch, "hello");
    expect(newestIn((await held) ?? [])[channel]).toBe(seq);
    expect(await poller.ask({ wait: 1 })).toBeNull();
  });

  test("that is held ends when the session ends", async () => {
    const poller = new Poller(bob, `/v1/guilds/${guild.id}/events`);
    await poller.ask();
    const held = poller.ask({ wait: 20_000 });
    held.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    await request("/v1/sessions/current", { method: "DELETE", token: bob.token });
    await expect(held).rejects.toThrow("401");
  });
});

describe("the row of a guild", () => {
  test("is written at most once in 10 s, however many channels report", async () => {
    const others = [await openGuildChannel(alice, guild.id), await openGuildChannel(alice, guild.id)];
    await runInDurableObject(guildObject(), async (object) => {
      const report = (id: string, newest: number) =>
        object.report(guild.id, { channel: id, epochNumber: 1, newest, at: newest, revision: 1 });
      const start = Date.now();
      const clock = vi.spyOn(Date, "now");
      const at = (ms: number) => clock.mockReturnValue(start + 100_000 + ms);
      at(0);
      expect(await report(channel, 5)).toMatchObject({ isSaved: true, repeatAfterMs: 0 });
      at(1_000);
      expect(await report(others[0] ?? "", 7)).toMatchObject({ isSaved: false, repeatAfterMs: 9_000 });
      at(9_999);
      expect(await report(channel, 6)).toMatchObject({ isSaved: false, repeatAfterMs: 1 });
      at(10_000);
      // The row has what others reported meanwhile too.
      expect(await report(others[1] ?? "", 1)).toMatchObject({ isSaved: true });
      expect(await report(channel, 6)).toMatchObject({ isSaved: true });
    });
    vi.restoreAllMocks();
    await evictDurableObject(guildObject());
    expect(await storedHeads()).toEqual({ [channel]: 6, [others[0] ?? ""]: 7, [others[1] ?? ""]: 1 });
  });

  test("no alarm is set, and without a report nothing is written", async () => {
    await showGuild(bob, guild.id);
    expect(await runInDurableObject(guildObject(), (_, { storage }) => storage.getAlarm())).toBeNull();
    expect(await storedHeads()).toEqual({});
  });

  test("loses a channel that was deleted, and everything when the guild is erased", async () => {
    await say(a, epoch, "hello");
    await expect.poll(storedHeads).toEqual({ [channel]: 1 });
    await change(alice, guild.id, "DELETE", `channels/${channel}`);
    const b = await showGuild(bob, guild.id);
    expect(newestIn(b.frames)).toEqual({});
    await guildObject().erase();
    expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
    expect(await runInDurableObject(guildObject(), (_, { storage: { sql } }) => sql.databaseSize)).toBeLessThan(20_000);
  });
});
