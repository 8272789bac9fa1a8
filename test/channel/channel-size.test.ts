// A channel of a guild becomes large and ceases to be, under traffic: it keeps its log, its marks,
// its members and its permissions.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { closeCodes, type FrameOf, type InboxRow, type Page } from "../../src/protocol";
import { makeLarge, removeCrowd } from "../support/crowd";
import { change, openGuild } from "../support/guild";
import { call, type Person, register } from "../support/http";
import { say } from "../support/log";
import { fixtureSize } from "../support/runs";
import { attach, composedAt, type Device, epochOf, join } from "../support/socket";

const ROUNDS = fixtureSize(2, 20);
const MESSAGES = 12;

const lastReady = (device: Device) => device.frames.findLast((frame) => frame.type === "ready") as FrameOf<"ready">;
const rowOf = async (person: Person, channel: string): Promise<InboxRow> => {
  const answer = await env.CHANNELS.getByName(channel).wake(person.id);
  return answer.ok ? answer.value : expect.fail(answer.code);
};

test("a channel that crosses 100 viewers in both directions loses nothing", { timeout: 300_000 }, async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const guild = await openGuild(alice, [bob, carol]);
  const channel = guild.channels[0]?.id ?? "";
  const [a, b] = [await join(alice, channel), await join(bob, channel)];
  const epoch = await epochOf(a);
  let sent = 0;
  const burst = () =>
    Promise.all(
      Array.from({ length: MESSAGES }, async (_, at) => {
        await new Promise((resolve) => setTimeout(resolve, at * 4));
        const by = at % 2 === 0 ? a : b;
        by.send({ type: "message.send", text: `message ${sent++}`, ...composedAt(epoch, 0) });
      }),
    );
  for (let round = 0; round < ROUNDS; round++) {
    const read = await say(a, epoch, `round ${round}`);
    sent++;
    await b.event(read);
    await b.answer(b.send({ type: "read.mark", seq: read }), "ack");
    const [users] = await Promise.all([makeLarge(alice, guild.id), burst()]);
    const large = await join(carol, channel);
    expect(lastReady(large)).toMatchObject({ large: true, here: [] });
    expect((await rowOf(bob, channel)).read).toBeGreaterThanOrEqual(read);
    // Those who were shown as here are named as gone.
    await expect
      .poll(() => a.frames.some((frame) => frame.type === "signal" && JSON.stringify(frame).includes('"here":false')))
      .toBe(true);
    const marked = await say(a, epoch, `large ${round}, @${bob.handle}`);
    sent++;
    await b.event(marked);
    await b.answer(b.send({ type: "read.mark", seq: marked }), "ack");
    if (round % 2 === 1) await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
    await Promise.all([removeCrowd(alice, guild.id, users), burst()]);
    const small = await join(carol, channel);
    expect(lastReady(small).large).toBeUndefined();
    expect(lastReady(small).reads[bob.id]).toBeGreaterThanOrEqual(marked);
    expect(lastReady(small).here).toEqual(expect.arrayContaining([alice.id, bob.id]));
    expect((await rowOf(bob, channel)).read).toBeGreaterThanOrEqual(marked);
    large.close();
    small.close();
  }
  // Every message is there once, in one order, on both devices.
  await expect.poll(() => b.events.filter(({ type }) => type === "message.sent")).toHaveLength(sent);
  expect(a.events.map(({ seq }) => seq)).toEqual(b.events.map(({ seq }) => seq));
  const { head } = await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token });
  expect(b.events.at(-1)?.seq).toBe(head);
  expect([a.closed, b.closed]).toEqual([null, null]);
  // A member who never opened the channel has everything of a small one again.
  const phone = await attach(carol);
  const seq = await say(a, epoch, "the last one");
  await expect
    .poll(() => phone.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : [])))
    .toContainEqual(expect.objectContaining({ channel, head: seq }));
});

test("who lost view while the channel was large stays out when it is small again", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const channel = guild.channels[0]?.id ?? "";
  const b = await join(bob, channel);
  const users = await makeLarge(alice, guild.id);
  await change(alice, guild.id, "PUT", `channels/${channel}/overrides/${bob.id}`, { allow: [], deny: ["view"] });
  expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
  await removeCrowd(alice, guild.id, users);
  expect(await env.CHANNELS.getByName(channel).wake(bob.id)).toMatchObject({ ok: false, code: "not_found" });
});

test("a change that takes view from all but a few makes a large channel small", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const channel = guild.channels[0]?.id ?? "";
  await makeLarge(alice, guild.id);
  const [a, b] = [await join(alice, channel), await join(bob, channel)];
  expect(lastReady(a).large).toBe(true);
  await change(alice, guild.id, "PATCH", `channels/${channel}`, { type: "private" });
  expect(await b.untilClosed()).toMatchObject({ code: closeCodes.removed });
  expect(lastReady(await join(alice, channel)).large).toBeUndefined();
  expect(a.closed).toBeNull();
});
