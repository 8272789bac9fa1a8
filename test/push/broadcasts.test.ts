// A message of a large channel that mentions everyone, or a role: members are notified in pages.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { type GuildRole, type GuildView, limits, type Page } from "../../src/protocol";
import { makeLarge } from "../support/crowd";
import { change, giveNewRole, openGuild, openGuildChannel } from "../support/guild";
import { call, type Person, register } from "../support/http";
import { say } from "../support/log";
import { type Device, epochOf, join } from "../support/socket";
import { put, renewService, service, soon } from "./notification-support";
import type { PushDevice } from "./service";

vi.setConfig({ testTimeout: 60_000 });
renewService();

let [alice, bob, carol]: Person[] = [];
let guild: GuildView;
let channel: string;
let a: Device;
let epoch: string;
let devices: PushDevice[];

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  guild = await openGuild(owner(), [member(), other()]);
  // Two pages of members.
  await makeLarge(owner(), guild.id, 150);
  channel = await openGuildChannel(owner(), guild.id);
  a = await join(owner(), channel);
  epoch = await epochOf(a);
  devices = [await service.subscribe(owner()), await service.subscribe(member()), await service.subscribe(other())];
});

const known = (person: Person | undefined): Person => person ?? expect.fail("nobody");
const owner = () => known(alice);
const member = () => known(bob);
const other = () => known(carol);
const texts = () => devices.map((device) => device.texts);
const channelObject = () => env.CHANNELS.getByName(channel);

test("everyone is notified who may view the channel and does not view it, whether they visited it or not", async () => {
  await change(owner(), guild.id, "PUT", `channels/${channel}/overrides/${other().id}`, { allow: [], deny: ["view"] });
  const dave = await register("dave");
  await change(owner(), guild.id, "PUT", `members/${dave.id}`);
  devices.push(await service.subscribe(dave));
  await join(dave, channel);
  const seq = await say(a, epoch, "@channel hello");
  await expect.poll(texts, soon).toEqual([[], ["@channel hello"], [], []]);
  expect(devices[1]?.arrived[0]).toMatchObject({
    note: { type: "show", key: `${channel}:${seq}`, mention: true, kind: "guild" },
    urgency: "high",
  });
});

test("a person who is named too is notified once, and levels and mutes count", async () => {
  await put(other(), `/v1/channels/${channel}/mute`, { until: Date.now() + 3_600_000 });
  await say(a, epoch, `@channel and @${member().handle}`);
  await expect.poll(texts, soon).toMatchObject([[], [expect.stringContaining("@channel")], []]);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(devices.map(({ notes }) => new Set(notes.map(({ key }) => key)).size)).toEqual([0, 1, 0]);
});

test("a second message within ten minutes notifies nobody, and one after that does", async () => {
  await say(a, epoch, "@channel one");
  await expect.poll(texts, soon).toEqual([[], ["@channel one"], ["@channel one"]]);
  await say(a, epoch, "@channel two");
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(texts()).toEqual([[], ["@channel one"], ["@channel one"]]);
  await runDurableObjectAlarm(channelObject());
  await runInDurableObject(channelObject(), (_, { storage }) => {
    const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM standing").one();
    const saved: { broadcastAt: number } = JSON.parse(state);
    expect(saved.broadcastAt).toBeGreaterThan(0);
    saved.broadcastAt -= limits.broadcastEveryMs;
    storage.sql.exec("UPDATE standing SET state = ?", JSON.stringify(saved));
  });
  await evictDurableObject(channelObject(), { webSockets: "hibernate" });
  await say(a, epoch, "@channel three");
  await expect.poll(() => devices[1]?.texts, soon).toContain("@channel three");
});

test("a role notifies its members, and counts as a mention of them", async () => {
  const role = await giveNewRole(owner(), guild.id, ["view"], member());
  await change<GuildRole>(owner(), guild.id, "PATCH", `roles/${role.id}`, { name: "Helpers", mentionable: true });
  const seq = await say(a, epoch, "@Helpers please look");
  await expect.poll(texts, soon).toEqual([[], ["@Helpers please look"], []]);
  const { messages } = await call<Page>(`/v1/channels/${channel}/messages`, { token: owner().token });
  expect(messages[0]?.body).toMatchObject({ mentions: { users: [], all: null, roles: [role.id] } });
  expect(await channelObject().wake(member().id)).toMatchObject({ value: { unread: 1, mentions: 1 } });
  expect(await channelObject().wake(other().id)).toMatchObject({ value: { unread: 0, mentions: 0 } });
  await a.answer(a.send({ type: "read.mark", seq }), "ack");
});

test("is sent after a crash, and not after a deletion", async () => {
  const send = vi.spyOn(env.PUSH, "send").mockRejectedValue(new Error("the queue is gone"));
  await say(a, epoch, "@channel hello");
  await evictDurableObject(channelObject(), { webSockets: "close" });
  send.mockRestore();
  await runDurableObjectAlarm(channelObject());
  await expect.poll(texts, soon).toEqual([[], ["@channel hello"], ["@channel hello"]]);
  const job = { kind: "broadcast", id: "late", channel, epoch, seq: 1, roles: null, after: "" } as const;
  await call(`/v1/channels/${channel}/messages/1`, { method: "DELETE", token: owner().token });
  const answer = await channelObject().claimNotifications(job, [member().id]);
  expect(answer).toMatchObject({ ok: true, value: { notifications: [], messages: {} } });
});
