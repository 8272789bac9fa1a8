// A newcomer to a group that hides its earlier history learns nothing that is derived from a hidden
// entry: no text, author, emoji, time or count, by any path, whatever happens to hidden messages
// afterwards.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import type { Message } from "../../src/protocol";
import { drained, search } from "../support/archive";
import { call, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { perform, refusalCode, resume } from "../support/log";
import { Poller } from "../support/poll";
import { runs } from "../support/runs";
import { attach, type Device, epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 120_000 });

const RUNS = runs(3, 150);
const HIDDEN_EMOJI = ["🍇", "🍉", "🍋"];
const SHOWN_EMOJI = ["👍", "🎉"];
const HIDDEN_TEXT = "verborgen";

let alice: Person;
let bob: Person;

beforeAll(async () => {
  // No other consumer claims the notifications.
  vi.spyOn(env.PUSH, "send").mockResolvedValue(undefined as never);
  [alice, bob] = [await register("alice"), await register("bob")];
});

interface TestGroup {
  channel: string;
  epoch: string;
  devices: Device[];
  /** Seqs of messages. */
  hidden: number[];
  shown: number[];
}

const one = <T>(things: readonly T[], pick: number): T => {
  const thing = things[pick % things.length];
  if (thing === undefined) throw new Error("the list is empty");
  return thing;
};

/** Does something to a message. `emoji` and `text` are only used here. */
async function change(group: TestGroup, by: Device, seq: number, pick: number, emoji: string, text: string) {
  const commands = [
    { type: "message.edit", seq, text },
    { type: "message.edit", seq, text },
    { type: "reaction.add", seq, emoji },
    { type: "reaction.add", seq, emoji },
    { type: "reaction.remove", seq, emoji },
    { type: "message.pin", seq },
    { type: "message.unpin", seq },
    { type: "thread.follow", seq },
    { type: "thread.unfollow", seq },
    { type: "message.delete", seq },
  ] as const;
  // Some are refused: only the author may edit, and a deleted message takes no change.
  await refusalCode(by, group.epoch, one(commands, pick));
}

async function send(group: TestGroup, by: Device, to: number[], text: string, on: object): Promise<void> {
  const code = await refusalCode(by, group.epoch, { type: "message.send", text, ...on });
  if (code !== "accepted") await perform(by, group.epoch, { type: "message.send", text });
  to.push(by.events.findLast(({ type }) => type === "message.sent")?.seq ?? 1);
}

/** What happens before the newcomer joins. */
async function actBefore(group: TestGroup, pick: number): Promise<void> {
  const by = one(group.devices, pick);
  const seq = one(group.hidden, pick >> 4);
  const emoji = one(HIDDEN_EMOJI, pick >> 8);
  if (pick % 3 > 0) return change(group, by, seq, pick >> 2, emoji, `${HIDDEN_TEXT} edited`);
  const on = one([{}, { replyTo: seq }, { thread: seq }], pick >> 6);
  return send(group, by, group.hidden, `${HIDDEN_TEXT} ${pick}`, on);
}

/** What happens afterwards, to hidden messages too. */
async function actAfter(group: TestGroup, pick: number): Promise<void> {
  const by = one(group.devices.slice(0, 2), pick);
  const old = one(group.hidden, pick >> 4);
  const kind = pick % 4;
  if (kind === 0) return change(group, by, old, pick >> 2, one(HIDDEN_EMOJI, pick >> 8), `${HIDDEN_TEXT} again`);
  if (kind === 1 && group.shown.length > 0)
    return change(group, by, one(group.shown, pick >> 4), pick >> 2, one(SHOWN_EMOJI, pick >> 8), "open again");
  const near = group.shown.at(-1);
  const on = one([{}, { replyTo: old }, { thread: old }, near === undefined ? {} : { replyTo: near }], pick >> 6);
  return send(group, by, group.shown, `open ${pick}`, on);
}

/** The notifications that are due to a person, with what they show. */
function claimFor(person: Person, { channel, epoch }: TestGroup) {
  return runInDurableObject(env.CHANNELS.getByName(channel), async (instance) => {
    const job = { kind: "window", id: "x", channel, epoch, from: 1, to: 1 } as const;
    const answer = await instance.claimNotifications(job);
    if (!answer.ok) throw new Error(answer.code);
    const { notifications, messages } = answer.value;
    const own = notifications.filter(({ user }) => user === person.id);
    return own.map((due) => ({ due, message: due.message === null ? null : messages[due.message] }));
  });
}

/** Everything that a person can get of a channel, by name of the path. */
async function everythingFor(person: Person, live: Device, group: TestGroup, since: number) {
  const { channel, epoch } = group;
  const seen: Record<string, unknown> = { live: live.frames };
  const ask = async (name: string, path: string): Promise<unknown> => {
    const response = await request(path, { token: person.token });
    const body: unknown = response.ok ? await response.json() : response.status;
    seen[name] = body;
    return body;
  };
  seen.resume = (await resume(person, channel, epoch, since - 1)).frames;
  const poller = new Poller(person, `/v1/channels/${channel}/events`);
  await poller.ask({ epoch, after: since - 1 });
  seen.polled = poller.frames;
  const path = `/v1/channels/${channel}`;
  for (const query of ["", "?after=0", "?before=9999", ...group.hidden.map((seq) => `?thread=${seq}`)])
    await ask(`page ${query}`, `${path}/messages${query}`);
  for (const seq of [...group.hidden, ...group.shown]) {
    await ask(`message ${seq}`, `${path}/messages/${seq}`);
    await ask(`versions ${seq}`, `${path}/messages/${seq}/versions`);
  }
  await ask("pins", `${path}/pins`);
  await ask("inbox", "/v1/inbox?after=0");
  await ask("export", "/v1/me/export");
  await drained(channel);
  for (const q of [HIDDEN_TEXT, "edited", "again", "open"]) seen[`search ${q}`] = await search(person, q);
  const phone = await attach(person);
  seen.phone = phone.frames;
  phone.close();
  return seen;
}

const picks = fc.array(fc.nat({ max: 1 << 16 }), { minLength: 6, maxLength: 14 });

test("[S82] a newcomer learns nothing of hidden entries by any path", async () => {
  await fc.assert(
    fc.asyncProperty(picks, picks, async (before, after) => {
      const [ghost, nina] = [await register("ghost"), await register("nina")];
      const channel = await openGroup(alice, [bob, ghost], { history: "joined" });
      const devices = await Promise.all([alice, bob, ghost].map((person) => join(person, channel)));
      const [a] = devices as [Device];
      const group: TestGroup = { channel, epoch: await epochOf(a), devices, hidden: [], shown: [] };
      for (const device of [...devices].reverse())
        await send(group, device, group.hidden, `${HIDDEN_TEXT} at first`, {});
      for (const pick of before) await actBefore(group, pick);
      // The ghost is named only by hidden entries.
      await removeMember(alice, channel, ghost);
      const { items: pins } = await call<{ items: Message[] }>(`/v1/channels/${channel}/pins`, { token: alice.token });
      const times = new Set([...a.events.map(({ at }) => at), ...pins.map(({ pin }) => pin.at ?? 0)]);
      await putMember(alice, channel, nina);
      const joined = a.events.findLast(({ type }) => type === "member.joined") ?? (await a.event(a.events.length + 1));
      const since = joined.seq;
      const live = await join(nina, channel);
      for (const pick of after) await actAfter(group, pick);
      // What must never be missing: quotes of and reactions to each hidden message.
      for (const seq of group.hidden) {
        await send(group, a, group.shown, "open answer", { replyTo: seq });
        await refusalCode(a, group.epoch, { type: "reaction.add", seq, emoji: one(HIDDEN_EMOJI, seq) });
      }
      await perform(a, group.epoch, { type: "message.send", text: "the last one" });
      const { created } = await call<{ createdAt: number }>(`/v1/channels/${channel}`, { token: nina.token }).then(
        ({ createdAt }) => ({ created: createdAt }),
      );
      times.delete(created);
      times.delete(joined.at);
      const seen = await everythingFor(nina, live, group, since);
      for (const [path, what] of Object.entries(seen)) {
        const text = JSON.stringify(what);
        for (const needle of [HIDDEN_TEXT, ghost.id, ghost.handle, ...HIDDEN_EMOJI])
          expect(text.includes(needle), `${path} shows ${needle}: ${text}`).toBe(false);
        for (const number of text.matchAll(/\d{13}/g))
          expect(times.has(Number(number[0])), `${path} shows a hidden time ${number[0]}: ${text}`).toBe(false);
        // The summary of a hidden root counts nothing.
        for (const root of text.matchAll(/"root":\{"seq":(\d+),"replies":(\{[^}]*\})/g)) {
          if (Number(root[1]) >= since) continue;
          expect(JSON.parse(root[2] ?? ""), path).toMatchObject({ count: 0, lastAt: null, participants: [] });
        }
      }
      for (const device of [live, ...devices]) device.close();
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test("[S82] a notification of a newcomer counts and shows only what they may read", async () => {
  const nina = await register("nina");
  const channel = await openGroup(alice, [bob], { history: "joined" });
  const a = await join(alice, channel);
  const group: TestGroup = { channel, epoch: await epochOf(a), devices: [a], hidden: [], shown: [] };
  for (const text of ["one", "two"]) await send(group, a, group.hidden, `${HIDDEN_TEXT} ${text} @${nina.handle}`, {});
  await putMember(alice, channel, nina);
  await send(group, a, group.shown, "open", { replyTo: group.hidden[0] });
  await expect
    .poll(() => claimFor(nina, group), { timeout: 15_000 })
    .toMatchObject([
      { due: { action: "show", seq: group.shown[0], unread: 1, mention: false }, message: { text: "open" } },
    ]);
});
