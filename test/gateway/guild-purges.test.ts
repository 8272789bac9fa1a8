// The deletion of what a person wrote lately, by a moderator or with a ban: one entry in each
// channel, which every reader applies.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { scheduled } from "../../src/gateway/scheduled";
import type { AuditLog, GuildView, Message, Page, PurgeResult } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { change, giveNewRole, openGuildChannel, openTeam, refusal } from "../support/guild";
import { call, type Person } from "../support/http";
import { perform, say } from "../support/log";
import { type Device, epochOf, join } from "../support/socket";

const HOUR_MS = 3_600_000;

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
let channel: string;

beforeEach(async () => {
  ({ alice, bob, carol, guild, channel } = await openTeam());
});

const purge = (user: Person, body: object = {}, by = alice) =>
  change<PurgeResult>(by, guild.id, "POST", "purges", { user: user.id, hours: 24, ...body });
const refusedPurge = (user: Person, body: object = {}, by = alice) =>
  refusal(by, guild.id, "POST", "purges", { user: user.id, hours: 24, ...body });
const textOf = ({ body }: Message): string => (body.state === "live" ? body.text : "");
const textsIn = async (by: Person, id = channel): Promise<string[]> =>
  (await call<Page>(`/v1/channels/${id}/messages`, { token: by.token })).messages.map(textOf);

/** Waits until a device has got a purge. */
async function purgeOn(device: Device) {
  await expect.poll(() => device.events.some(({ type }) => type === "messages.purged")).toBe(true);
  const event = device.events.find(({ type }) => type === "messages.purged");
  if (event?.type !== "messages.purged") throw new Error("no purge");
  return event;
}

/** Bob and Carol each say something in two channels. Returns the second one. */
async function talk(): Promise<string> {
  const other = await openGuildChannel(alice, guild.id, { name: "other" });
  for (const id of [channel, other]) {
    for (const person of [bob, carol]) {
      const device = await join(person, id);
      await say(device, await epochOf(device), `${person.handle} in ${id}`);
      device.close();
    }
  }
  return other;
}

describe("[S268] a purge", () => {
  test("deletes what a person sent in all channels, with one entry in each, and counts it", async () => {
    const other = await talk();
    const device = await join(carol, channel);
    expect(await purge(bob, { reason: "spam" })).toEqual({ messages: 2, channels: 2, left: 0 });
    expect(await textsIn(alice)).toEqual(["", `${carol.handle} in ${channel}`]);
    expect(await textsIn(alice, other)).toEqual(["", `${carol.handle} in ${other}`]);
    const event = await purgeOn(device);
    expect(event).toMatchObject({ actor: alice.id, data: { author: bob.id, roots: [] } });
    const { items } = await change<AuditLog>(alice, guild.id, "GET", "audit-log?kind=messages.purged");
    expect(items).toMatchObject([{ target: bob.id, reason: "spam" }]);
    expect(Object.fromEntries((items[0]?.changes ?? []).map(({ field, after }) => [field, after]))).toEqual({
      ...{ hours: 24, messages: 2, channels: 2 },
    });
    expect(await rowsOf("SELECT * FROM guild_purges WHERE guild = ?", guild.id)).toEqual([]);
  });

  test("may be of one channel, and of a person who has left", async () => {
    const other = await talk();
    await change(alice, guild.id, "DELETE", `members/${bob.id}`);
    expect(await purge(bob, { channel: other })).toEqual({ messages: 1, channels: 1, left: 0 });
    expect(await textsIn(alice)).toEqual([`${bob.handle} in ${channel}`, `${carol.handle} in ${channel}`]);
    expect(await textsIn(alice, other)).toEqual(["", `${carol.handle} in ${other}`]);
  });

  test("of nothing writes no entry", async () => {
    const device = await join(carol, channel);
    const seq = await say(device, await epochOf(device), "of carol");
    expect(await purge(bob)).toEqual({ messages: 0, channels: 0, left: 0 });
    expect(await say(device, await epochOf(device), "the next")).toBe(seq + 1);
  });

  test("reaches only the channels in which the moderator may delete messages", async () => {
    const other = await talk();
    const { id: role } = await giveNewRole(alice, guild.id, ["delete_any"], carol);
    const override = { of: "role", allow: [], deny: ["delete_any"] };
    await change(alice, guild.id, "PUT", `channels/${other}/overrides/${role}`, override);
    expect(await purge(bob, {}, carol)).toEqual({ messages: 1, channels: 1, left: 0 });
    expect(await refusedPurge(bob, { channel: other }, carol)).toBe("forbidden");
    expect(await textsIn(alice, other)).toEqual([`${bob.handle} in ${other}`, `${carol.handle} in ${other}`]);
  });

  test("needs the permission and a higher rank, and only the owner purges the owner", async () => {
    expect(await refusedPurge(carol, {}, bob)).toBe("forbidden");
    await giveNewRole(alice, guild.id, ["delete_any"], bob, carol);
    for (const user of [alice, bob, carol]) expect(await refusedPurge(user, {}, bob)).toBe("forbidden");
    expect(await refusedPurge(bob, { hours: 169 })).toBe("invalid");
    expect(await refusedPurge(bob, { channel: "c_unknown" })).toBe("not_found");
    expect(await refusedPurge(alice)).toBeNull();
  });

  test("continues by the cron, once, after its channel could not be reached", async () => {
    await talk();
    const step = { id: "again", author: bob.id, actor: alice.id, since: Date.now() - HOUR_MS };
    // The channel performed it, and its answer was lost.
    expect(await env.CHANNELS.getByName(channel).purge(step)).toEqual({ ok: true, value: 1 });
    const device = await join(bob, channel);
    const later = await say(device, await epochOf(device), "after the purge");
    await env.DIRECTORY.prepare("INSERT INTO guild_purges VALUES (?, ?, ?, ?, ?, 0, 0, ?, 3, ?, 0)")
      .bind(guild.id, channel, bob.id, alice.id, step.since, Date.now() - 1, step.id)
      .run();
    await scheduled(env, Date.now());
    expect(await rowsOf("SELECT * FROM guild_purges WHERE guild = ?", guild.id)).toEqual([]);
    expect((await textsIn(alice)).at(-1)).toBe("after the purge");
    expect(await say(device, await epochOf(device), "and another")).toBe(later + 1);
  });
});

describe("[S266] a client that has the messages", () => {
  test("loses them with quotes, pins, reactions and the replies of threads", async () => {
    const [b, c] = [await join(bob, channel), await join(carol, channel)];
    const epoch = await epochOf(b);
    const root = await say(c, epoch, "root of carol");
    const quoted = await say(b, epoch, "quoted of bob");
    await perform(b, epoch, { type: "message.edit", seq: quoted, text: "edited of bob" });
    await say(c, epoch, "an answer", { replyTo: quoted });
    await say(b, epoch, "reply of bob", { thread: root });
    await say(c, epoch, "reply of carol", { thread: root });
    await perform(c, epoch, { type: "reaction.add", seq: quoted, emoji: "👍" });
    await change(alice, guild.id, "PATCH", "", { name: "renamed" });
    const a = await join(alice, channel);
    await perform(a, epoch, { type: "message.pin", seq: quoted });
    expect(await purge(bob)).toMatchObject({ messages: 2 });
    const event = await purgeOn(a);
    expect(event.data).toMatchObject({ author: bob.id, roots: [{ seq: root, replies: { count: 1 } }] });
    const page = await call<Page>(`/v1/channels/${channel}/messages`, { token: carol.token });
    expect(page.messages).toMatchObject([
      { seq: root, replies: { version: event.seq, count: 1, participants: [carol.id] } },
      { seq: quoted, body: { state: "deleted", version: event.seq }, reactions: { items: [] }, pin: { by: null } },
      { reply: { seq: quoted, state: "deleted", preview: null } },
    ]);
    const pins = await call<{ items: Message[] }>(`/v1/channels/${channel}/pins`, { token: carol.token });
    expect(pins.items).toEqual([]);
  });
});
