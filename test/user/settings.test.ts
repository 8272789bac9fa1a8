// The settings of a person on all their devices: drafts, mutes, the presence mode and the
// notification settings.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { type Draft, type FrameOf, limits, MUTED_FOREVER, type ServerFrame } from "../../src/protocol";
import { type Person, putMember, register, removeMember, request } from "../support/http";
import { say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { Poller } from "../support/poll";
import { attach, type Device, isLiveInbox } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

async function put(person: Person, channel: string, what: "draft" | "mute", body: object): Promise<string> {
  const response = await request(`/v1/channels/${channel}/${what}`, { method: "PUT", token: person.token, body });
  return response.status === 204 ? "saved" : (await response.json<{ code: string }>()).code;
}
const draft = (person: Person, channel: string, text: string, place: { thread?: number; replyTo?: number } = {}) =>
  put(person, channel, "draft", { text, ...place });
/** A time that is not over. */
const LATER = 4_000_000_000_000;
const mute = (person: Person, channel: string, until: number) => put(person, channel, "mute", { until });

/** A draft in each of a number of threads, stored as the gateway does. */
async function keepMany({ id }: Person, channel: string, count: number): Promise<void> {
  const user = env.USERS.getByName(id);
  for (let thread = 1; thread <= count; thread++)
    expect(
      await user.saveSetting(id, {
        kind: "draft",
        draft: { channel, thread, replyTo: null, text: `draft ${thread}`, at: 1 },
      }),
    ).toEqual({
      ok: true,
      value: null,
    });
}

type Inbox = FrameOf<"inbox">;
const sync = (device: Device, after: number) => device.answer(device.send({ type: "inbox.sync", after }), "inbox");

/** Every page from a version on. */
async function pagesFrom(device: Device, after: number): Promise<Inbox[]> {
  const pages = [await sync(device, after)];
  for (let last = pages.at(-1); last?.more; last = pages.at(-1)) pages.push(await sync(device, last.version ?? 0));
  return pages;
}
const draftsIn = (frames: readonly ServerFrame[]): Draft[] =>
  frames.flatMap((frame) => (frame.type === "inbox" ? (frame.drafts ?? []) : []));
const mutesIn = (frames: readonly ServerFrame[]) =>
  frames.flatMap((frame) => (frame.type === "inbox" ? (frame.mutes ?? []) : []));
const liveOf = (device: Device) => device.frames.filter(isLiveInbox);

test("[S98] [S99] a draft and a mute reach every device of the person at once, and no other", async () => {
  const { alice, bob, channel } = await openPair();
  const devices = [await attach(bob), await attach(bob)];
  const other = await attach(alice);
  const from = Date.now();
  expect(await draft(bob, channel, "I began to", { replyTo: 3 })).toBe("saved");
  expect(await draft(bob, channel, "in a thread", { thread: 2 })).toBe("saved");
  expect(await mute(bob, channel, MUTED_FOREVER)).toBe("saved");
  for (const device of devices) {
    await expect.poll(() => mutesIn(liveOf(device))).toEqual([{ channel, until: MUTED_FOREVER }]);
    expect(draftsIn(liveOf(device))).toMatchObject([
      { channel, thread: null, text: "I began to", replyTo: 3 },
      { channel, thread: 2, text: "in a thread", replyTo: null },
    ]);
    for (const { at } of draftsIn(liveOf(device))) expect(at).toBeGreaterThanOrEqual(from);
  }
  await sync(other, 0);
  expect([...draftsIn(other.frames), ...mutesIn(other.frames)]).toEqual([]);
});

test("[S115] the presence mode and the notification settings reach every device, at once or on its return", async () => {
  const { bob } = await openPair();
  const away = await attach(bob);
  const { version = 0 } = await sync(away, 0);
  away.close();
  const device = await attach(bob);
  const tell = (path: string, method: string, body: object) => request(path, { method, token: bob.token, body });
  const notifications = { previews: false, quiet: { from: 1_320, to: 420, zone: "Asia/Seoul" } };
  expect((await tell("/v1/me", "PATCH", { presence: "dnd" })).status).toBe(200);
  expect((await tell("/v1/me/notifications", "PUT", notifications)).status).toBe(204);
  await expect.poll(() => liveOf(device)).toMatchObject([{ presence: "dnd" }, { notifications }]);
  const back = await attach(bob);
  expect(await sync(back, version)).toMatchObject({ rows: [], presence: "dnd", notifications });
  await tell("/v1/me", "PATCH", { presence: "auto" });
  expect(await sync(back, version)).toMatchObject({ presence: "auto", notifications });
  expect(await (await request("/v1/me", { token: bob.token })).json()).toMatchObject({
    presence: "auto",
    notifications,
  });
  const nowhere = { previews: true, quiet: { from: 0, to: 1, zone: "Asia/Atlantis" } };
  expect((await tell("/v1/me/notifications", "PUT", nowhere)).status).toBe(400);
});

test("[S99] a device gets them by a sync, from 0 and from its position", async () => {
  const { bob, channel } = await openPair();
  await draft(bob, channel, "first");
  const away = await attach(bob);
  const { version = 0 } = await sync(away, 0);
  away.close();
  await draft(bob, channel, "second");
  await draft(bob, channel, "elsewhere", { thread: 7 });
  await mute(bob, channel, LATER);
  await evictDurableObject(env.USERS.getByName(bob.id), { webSockets: "close" });
  const device = await attach(bob);
  const since = await sync(device, version);
  expect(since.rows).toEqual([]);
  expect(since.drafts?.map(({ text }) => text)).toEqual(["second", "elsewhere"]);
  expect(since.mutes).toEqual([{ channel, until: LATER }]);
  const all = await sync(device, 0);
  expect(all).toMatchObject({ drafts: since.drafts, mutes: since.mutes, version: since.version, more: false });
  const later = await sync(device, since.version ?? 0);
  expect(later).toMatchObject({ rows: [], version: since.version, more: false });
  expect([later.drafts, later.mutes]).toEqual([undefined, undefined]);
});

test("[S98] [S99] an empty text ends a draft, 0 ends a mute, and devices get both", async () => {
  const { bob, channel } = await openPair();
  await draft(bob, channel, "said after all");
  await mute(bob, channel, MUTED_FOREVER);
  const device = await attach(bob);
  const { version = 0 } = await sync(device, 0);
  await draft(bob, channel, "");
  await mute(bob, channel, 0);
  await expect.poll(() => mutesIn(liveOf(device))).toEqual([{ channel, until: 0 }]);
  expect(draftsIn(liveOf(device))).toMatchObject([{ channel, text: "" }]);
  const learned = await sync(await attach(bob), version);
  expect(learned.drafts).toMatchObject([{ channel, thread: null, text: "" }]);
  expect(learned.mutes).toEqual([{ channel, until: 0 }]);
});

test("[S99] the last one stored wins, and the feed has the order of storing", async () => {
  const { bob, channel } = await openPair();
  for (const [text, thread] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
    ["a again", 1],
  ] as const)
    await draft(bob, channel, text, { thread });
  const { drafts = [] } = await sync(await attach(bob), 0);
  expect(drafts.map(({ text }) => text)).toEqual(["b", "c", "a again"]);
});

test("[S99] many drafts come page by page, by count", async () => {
  const { bob, channel } = await openPair();
  await keepMany(bob, channel, 150);
  const device = await attach(bob);
  for (const after of [0, 3]) {
    const pages = await pagesFrom(device, after);
    expect(pages.length).toBeGreaterThan(1);
    for (const { rows, drafts = [] } of pages) expect(rows.length + drafts.length).toBeLessThanOrEqual(limits.pageMax);
    const { length } = draftsIn(pages);
    expect(draftsIn(pages).map(({ thread }) => thread)).toEqual(Array.from({ length }, (_, i) => 150 - length + i + 1));
    if (after === 0) expect(length).toBe(150);
  }
});

test("[S99] long drafts come page by page, by length, and one always comes", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const seen = await attach(bob);
  await say(a, epoch, "hello");
  await expect.poll(() => liveOf(seen).flatMap(({ rows }) => rows)).toMatchObject([{ channel, head: 1 }]);
  const long = "초".repeat(limits.messageCodePoints);
  for (let i = 1; i <= 5; i++) expect(await draft(bob, channel, long, { thread: i })).toBe("saved");
  await mute(bob, channel, LATER + 5);
  expect(await draft(bob, channel, `${long}.`)).toBe("message_too_long");
  const pages = await pagesFrom(await attach(bob), 0);
  expect(pages.map(({ drafts = [] }) => drafts.length)).toEqual([2, 2, 1]);
  expect(draftsIn(pages).map(({ thread }) => thread)).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(draftsIn(pages).map(({ text }) => text))).toEqual(new Set([long]));
  expect(mutesIn(pages)).toEqual([{ channel, until: LATER + 5 }]);
  expect(pages.flatMap(({ rows }) => rows)).toMatchObject([{ channel, head: 1 }]);
});

test("[S98] there are at most 200 drafts, and one that ends makes room", async () => {
  const { bob, channel } = await openPair();
  await keepMany(bob, channel, limits.drafts);
  expect(await draft(bob, channel, "one too many")).toBe("too_many_drafts");
  expect(await draft(bob, channel, "changed", { thread: 9 })).toBe("saved");
  expect(await mute(bob, channel, LATER + 9)).toBe("saved");
  expect(await draft(bob, channel, "", { thread: 1 })).toBe("saved");
  expect(await draft(bob, channel, "room for it")).toBe("saved");
  expect(await draft(bob, channel, "and no more", { thread: 1 })).toBe("too_many_drafts");
});

test("[S99] a member who leaves a channel loses both, also after coming back", async () => {
  const { alice, bob, channel } = await openTrio();
  await draft(bob, channel, "unsaid");
  await mute(bob, channel, MUTED_FOREVER);
  const device = await attach(bob);
  const { version = 0 } = await sync(device, 0);
  await removeMember(bob, channel, bob);
  await expect.poll(() => liveOf(device).flatMap(({ gone = [] }) => gone)).toEqual([channel]);
  expect(await draft(bob, channel, "too late")).toBe("not_found");
  expect(await mute(bob, channel, LATER + 5)).toBe("not_found");
  const since = await sync(device, version);
  expect(since).toMatchObject({ gone: [channel] });
  expect([since.drafts, since.mutes]).toEqual([undefined, undefined]);
  await putMember(alice, channel, bob);
  const { drafts, mutes } = await sync(await attach(bob), 0);
  expect([drafts, mutes]).toEqual([undefined, undefined]);
});

test("[S90] [S99] a poll brings them too, held or not", async () => {
  const { bob, channel } = await openPair();
  const poller = new Poller(bob, "/v1/inbox");
  const [, first] = (await poller.ask({ after: 0 })) ?? [];
  const after = first?.type === "inbox" ? (first.version ?? 0) : 0;
  expect(await poller.ask({ after })).toBeNull();
  await draft(bob, channel, "polled");
  const brought = (await poller.ask({ after })) ?? [];
  expect(draftsIn(brought)).toMatchObject([{ channel, text: "polled" }]);
  const next = brought.flatMap((frame) => (frame.type === "inbox" ? [frame.version ?? 0] : [])).at(-1) ?? 0;
  expect(next).toBeGreaterThan(after);
  expect(await poller.ask({ after: next })).toBeNull();
  const held = poller.ask({ after: next, wait: 20_000 });
  await mute(bob, channel, LATER + 7);
  expect(mutesIn((await held) ?? [])).toEqual([{ channel, until: LATER + 7 }]);
});

test("[S98] a stranger cannot save a draft in a channel", async () => {
  const { channel } = await openPair();
  const carol = await register("carol");
  expect(await draft(carol, channel, "hello")).toBe("not_found");
  expect(await mute(carol, channel, 5)).toBe("not_found");
  expect((await sync(await attach(carol), 0)).drafts).toBeUndefined();
});

test("[S167] a draft that was written before the stored one is refused, also before its end", async () => {
  const { bob, channel } = await openPair();
  const device = await attach(bob);
  const aged = (text: string, ageMs: number, thread?: number) => put(bob, channel, "draft", { text, ageMs, thread });
  expect(await aged("begun", 60_000)).toBe("saved");
  expect(await aged("older", 120_000)).toBe("draft_outdated");
  expect(await aged("newer", 30_000)).toBe("saved");
  expect(await draft(bob, channel, "")).toBe("saved");
  expect(await aged("from before the end", 5_000)).toBe("draft_outdated");
  expect(await aged("elsewhere", 5_000, 2)).toBe("saved");
  expect(await aged("older than all", Number.MAX_SAFE_INTEGER, 2)).toBe("draft_outdated");
  expect(await aged("after the end", 0)).toBe("saved");
  expect(await aged("no age", -1)).toBe("invalid");
  const from = Date.now() - 10_000;
  const stored = draftsIn(await pagesFrom(device, 0));
  expect(stored.map(({ text }) => text)).toEqual(["elsewhere", "after the end"]);
  for (const { at } of stored) expect(at).toBeGreaterThan(from);
});

test("[S98] ending a draft that does not exist stores nothing", async () => {
  const { bob, channel } = await openPair();
  const device = await attach(bob);
  for (let thread = 1; thread <= 20; thread++) expect(await draft(bob, channel, "", { thread })).toBe("saved");
  expect(draftsIn(await pagesFrom(device, 0))).toEqual([]);
});

test("only the newest ended drafts are kept", { timeout: 120_000 }, async () => {
  const { bob, channel } = await openPair();
  const device = await attach(bob);
  const user = env.USERS.getByName(bob.id);
  for (let thread = 1; thread <= 600; thread++) {
    await user.saveSetting(bob.id, {
      kind: "draft",
      draft: { channel, thread, replyTo: null, text: "begun", at: 1 },
    });
    await user.saveSetting(bob.id, { kind: "draft", draft: { channel, thread, replyTo: null, text: "", at: 2 } });
  }
  const over = draftsIn(await pagesFrom(device, 0)).filter(({ text }) => text === "");
  const threads = [...new Set(over.map(({ thread }) => thread ?? 0))];
  expect(threads.length).toBeGreaterThanOrEqual(500);
  expect(threads.length).toBeLessThan(600);
  expect(Math.max(...threads)).toBe(600);
});
