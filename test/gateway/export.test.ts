// The export of an account, as one JSON text.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { PersonalAction, PersonalState, PersonalVersion } from "../../src/domain/personal-data";
import { type Draft, type InboxRow, limits, type Message, type Mute } from "../../src/protocol";
import { call, openDirect, openGroup, type Person, putMember, removeMember, request } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { attach, composedAt, epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

interface Export {
  exportedAt: number;
  account: { id: string; handle: string };
  sessions: { id: string }[];
  inbox: InboxRow[];
  drafts: Draft[];
  mutes: Mute[];
  devices: { name: string; target: object }[];
  channels: {
    id: string;
    name?: string;
    role?: string;
    state: PersonalState;
    messages: Message[];
    versions: PersonalVersion[];
    actions: PersonalAction[];
  }[];
}

async function take({ token }: Person): Promise<{ text: string; taken: Export }> {
  const response = await request("/v1/me/export", { token });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(response.headers.get("content-disposition")).toContain("attachment");
  const text = await response.text();
  return { text, taken: JSON.parse(text) };
}
const textsOf = ({ channels }: Export, channel: string): (string | null)[] =>
  channels
    .filter(({ id }) => id === channel)
    .flatMap(({ messages }) => messages.map(({ body }) => (body.state === "live" ? body.text : null)));

test("[S100] it has the account, sessions, channels, marks, drafts, and every message of the person", async () => {
  const { alice, bob, carol, channel, a, b, epoch } = await openTrio({ name: "Readers" });
  const direct = await openDirect(bob, alice);
  const left = await openGroup(alice, [bob], { name: "Left" });
  const foreign = await openDirect(alice, carol);
  const talk = async (who: Person, where: string, text: string) => {
    const device = await join(who, where);
    return say(device, await epochOf(device), text);
  };
  const root = await say(a, epoch, "alice says");
  await say(b, epoch, 'bob says "so" \\ 회의 👍\n');
  await say(b, epoch, "bob in the thread", { thread: root });
  const edited = await say(b, epoch, "first");
  await perform(b, epoch, { type: "message.edit", seq: edited, text: "second" });
  const deleted = await say(b, epoch, "taken back");
  await perform(b, epoch, { type: "message.delete", seq: deleted });
  await talk(bob, direct, "to alice");
  await talk(alice, foreign, "to carol");
  await talk(bob, left, "said and left");
  await talk(alice, left, "alice stays");
  await removeMember(bob, left, bob);
  const put = { method: "PUT", token: bob.token };
  await request(`/v1/channels/${channel}/draft`, { ...put, body: { text: "unsaid" } });
  await request(`/v1/channels/${channel}/mute`, { ...put, body: { until: 9_000_000_000_000 } });
  await attach(bob);
  const { text, taken } = await take(bob);
  expect(taken.account).toMatchObject({ id: bob.id, handle: bob.handle });
  expect(taken.sessions.map(({ id }) => id)).toEqual([bob.session]);
  expect(taken.drafts).toMatchObject([{ channel, text: "unsaid" }]);
  expect(taken.mutes).toEqual([{ channel, until: 9_000_000_000_000 }]);
  expect(taken.inbox.map((row) => row.channel).sort()).toEqual([channel, direct].sort());
  expect(taken.channels.map(({ id }) => id).sort()).toEqual([channel, direct, left].sort());
  expect(taken.channels.find(({ id }) => id === channel)).toMatchObject({ name: "Readers", role: "member" });
  expect(textsOf(taken, channel)).toEqual(['bob says "so" \\ 회의 👍\n', "bob in the thread", "second"]);
  expect(textsOf(taken, direct)).toEqual(["to alice"]);
  expect(textsOf(taken, left)).toEqual(["said and left"]);
  for (const { messages } of taken.channels) for (const { author } of messages) expect(author).toBe(bob.id);
  for (const foreignText of ["to carol", "alice stays", "taken back", foreign, carol.id, alice.token, bob.token])
    expect(text).not.toContain(foreignText);
  expect(text).not.toContain("scrypt");
});

test("[S100] a person without messages gets an export too", async () => {
  const { bob, channel } = await openPair();
  const { taken } = await take(bob);
  expect(taken.channels).toMatchObject([{ id: channel, messages: [] }]);
});

test("[S100] many messages and long ones are all exported, in order", async () => {
  const { alice, bob, channel, epoch } = await openPair();
  const said: string[] = [];
  for (let i = 0; i < 5; i++) {
    const texts = Array.from({ length: 50 }, (_, j) => `line ${i * 50 + j}`);
    if (i < 4) texts.push(`${i}`.repeat(100_000));
    said.push(...texts);
    for (const who of [bob, alice]) {
      const commands = texts.slice(0, who === bob ? texts.length : 3).map((text, j) => ({
        ...{ id: String(j), type: "message.send", text: who === bob ? text : `not bob's ${j}` },
        ...composedAt(epoch, 0),
      }));
      await performAll(who, channel, commands);
    }
  }
  const { text, taken } = await take(bob);
  expect(textsOf(taken, channel)).toEqual(said);
  expect(text).not.toContain("not bob's");
});

test("[S100] a channel that the person left and joined again is exported once", async () => {
  const { alice, bob, channel, b, epoch } = await openTrio();
  await say(b, epoch, "before");
  await removeMember(bob, channel, bob);
  await putMember(alice, channel, bob);
  const { taken } = await take(bob);
  expect(taken.channels.map(({ id }) => id)).toEqual([channel]);
  expect(textsOf(taken, channel)).toEqual(["before"]);
});

test("[S100] all drafts are exported, however long", async () => {
  const { bob, channel } = await openPair();
  await attach(bob);
  const text = "x".repeat(limits.messageCodePoints);
  for (let thread = 1; thread <= 6; thread++) {
    const sent = { method: "PUT", token: bob.token, body: { text, thread } };
    await request(`/v1/channels/${channel}/draft`, sent);
  }
  const { taken } = await take(bob);
  expect(taken.drafts.map(({ thread }) => thread)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("[S100] what others wrote is not exported, in no quote and in no preview", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "alice's own words");
  await say(b, epoch, "an answer", { replyTo: seq });
  await say(a, epoch, "more of alice's own words");
  await attach(bob);
  const { text, taken } = await take(bob);
  expect(textsOf(taken, channel)).toEqual(["an answer"]);
  expect(text).not.toContain("alice's own words");
});

test("[S100] it has earlier texts, reactions, pins, follows, and the addresses of devices", async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  const seq = await say(b, epoch, "first text");
  await perform(b, epoch, { type: "message.edit", seq, text: "second text" });
  await perform(b, epoch, { type: "message.edit", seq, text: "third text" });
  const other = await say(a, epoch, "of alice");
  await perform(b, epoch, { type: "reaction.add", seq: other, emoji: "👍" });
  await perform(b, epoch, { type: "message.pin", seq: other });
  await perform(b, epoch, { type: "thread.follow", seq: other });
  await perform(a, epoch, { type: "reaction.add", seq: other, emoji: "🎉" });
  const gone = await say(b, epoch, "taken back");
  await perform(b, epoch, { type: "message.delete", seq: gone });
  const endpoint = "http://127.0.0.1:9/push/of-bob";
  const keys = { p256dh: `B${"A".repeat(86)}`, auth: "AAAAAAAAAAAAAAAAAAAAAA" };
  const device = { kind: "web", endpoint, keys };
  await call("/v1/push/subscriptions", { method: "POST", token: bob.token, body: device });
  const { text, taken } = await take(bob);
  const exported = taken.channels.find(({ id }) => id === channel);
  expect(exported?.versions.map((version) => version.text)).toEqual(["first text", "second text"]);
  expect(exported?.actions.map(({ type, target, detail }) => [type, target, detail])).toEqual([
    ["message.edited", seq, null],
    ["message.edited", seq, null],
    ["reaction.added", other, "👍"],
    ["message.pinned", other, null],
    ["thread.followed", other, null],
    ["message.sent", null, null],
    ["message.deleted", gone, null],
  ]);
  expect(exported?.state).toMatchObject({ read: gone, since: 0 });
  expect(taken.devices).toMatchObject([{ target: { endpoint } }]);
  for (const foreign of ["of alice", "taken back", "🎉", alice.token, bob.token, "scrypt"])
    expect(text).not.toContain(foreign);
});

test("[S100] a former member learns nothing that happened after they left", async () => {
  const { alice, bob, carol, channel, a, b, epoch } = await openTrio();
  const early = await say(b, epoch, "with a reaction before");
  await perform(a, epoch, { type: "reaction.add", seq: early, emoji: "👍" });
  const late = await say(b, epoch, "with reactions after");
  await removeMember(alice, channel, bob);
  await perform(a, epoch, { type: "reaction.add", seq: late, emoji: "🎉" });
  await perform(a, epoch, { type: "message.pin", seq: late });
  await say(a, epoch, "in a thread", { thread: late });
  await putMember(alice, channel, carol, "admin");
  const { text, taken } = await take(bob);
  const messages = taken.channels.find(({ id }) => id === channel)?.messages ?? [];
  expect(messages.map(({ seq }) => seq)).toEqual([early, late]);
  expect(messages[0]?.reactions.items).toEqual([{ emoji: "👍", users: [alice.id] }]);
  expect(messages[1]).toMatchObject({
    reactions: { version: 0, items: [] },
    replies: { version: 0, count: 0, participants: [], followers: [] },
    pin: { version: 0, by: null, at: null },
  });
  expect(text).not.toContain("🎉");
});

test("[S100] a person who left before the channel recorded it learns nothing of others either", async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  const seq = await say(b, epoch, "mine");
  await perform(a, epoch, { type: "reaction.add", seq, emoji: "🎉" });
  await removeMember(alice, channel, bob);
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    storage.sql.exec("DELETE FROM former_members");
  });
  const { text, taken } = await take(bob);
  expect(textsOf(taken, channel)).toEqual(["mine"]);
  expect(text).not.toContain("🎉");
});

test("[S100] a deleted group is exported no more", async () => {
  const { alice, bob, channel, b, epoch } = await openTrio();
  await say(b, epoch, "gone with the group");
  await request(`/v1/channels/${channel}`, { method: "DELETE", token: alice.token });
  const { text, taken } = await take(bob);
  expect(taken.channels).toEqual([]);
  expect(text).not.toContain("gone with the group");
});
