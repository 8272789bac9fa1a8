// A purge of very many messages: one entry hides all of them at once, and what is left of them goes
// in slices, also after a crash, from the tables, the archive and the files.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { closeCodes, type Event, type Message, type Page } from "../../src/protocol";
import { drained, entriesOf, exact, sayMany, searchAll } from "../support/archive";
import { photo, sayParts } from "../support/attachments";
import { placesWith } from "../support/every-table";
import { call, openGroup, type Person, register, request } from "../support/http";
import { ClientView, openChannelSocket, perform, pull, say } from "../support/log";
import { Poller } from "../support/poll";
import { atRest } from "../support/rest";
import { attach, type Device, epochOf, join } from "../support/socket";

let alice: Person;
let bob: Person;
let channel: string;
let a: Device;
let b: Device;
let epoch: string;

beforeEach(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  channel = await openGroup(alice, [bob]);
  [a, b] = [await join(alice, channel), await join(bob, channel)];
  epoch = await epochOf(a);
});

const stub = () => env.CHANNELS.getByName(channel);
/** Purges everything that Bob has sent. Returns how many messages. */
async function purge(id: string = crypto.randomUUID()): Promise<number> {
  const answer = await stub().purge({ id, author: bob.id, actor: alice.id, since: 0 });
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
}
const newCanary = (): string => `canary${crypto.randomUUID().replaceAll("-", "")}`;
/** Counts the messages that a text is left of, in the table itself. */
const rowsWith = (text: string): Promise<number> =>
  runInDurableObject(
    stub(),
    (_, { storage }) => storage.sql.exec("SELECT 1 FROM entries WHERE instr(body, ?) > 0", text).toArray().length,
  );
const purgesIn = (events: readonly Event[]) => events.filter(({ type }) => type === "messages.purged");
const get = (path: string) => request(`/v1/channels/${channel}${path}`, { token: alice.token });

/** Bob says 450 things, which is more than two slices. */
async function flood(text: string): Promise<void> {
  await sayMany(
    bob,
    channel,
    epoch,
    Array.from({ length: 450 }, (_, at) => `${text} ${at}`),
  );
}

describe("[S266] a purge of more messages than one slice", () => {
  test("hides all of them from every read at once, and is one entry", async () => {
    const canary = newCanary();
    const edited = await say(b, epoch, `${canary} first`);
    await perform(b, epoch, { type: "message.edit", seq: edited, text: `${canary} second` });
    await flood(canary);
    const last = await say(b, epoch, `${canary} and @${alice.handle}`);
    const quoting = await say(a, epoch, "an answer", { replyTo: last });
    const picture = await sayParts(b, epoch, { text: "", attachments: [photo({ name: `${canary}.jpg` })] });
    expect(await purge()).toBe(453);
    // The alarm has not cleaned the rest yet.
    expect(await rowsWith(canary)).toBeGreaterThan(200);
    const answers = [
      ...["/messages?limit=100", `/messages?after=${last - 50}`, `/messages?around=${last}`, "/pins"],
      ...[`/messages/${last}`, `/messages/${edited}/versions`, `/messages/${quoting}`, `/messages/${picture.seq}`],
    ];
    for (const path of answers) expect(await (await get(path)).text(), path).not.toContain(canary);
    const fresh = await openChannelSocket(alice, channel);
    await pull(fresh, epoch, 0);
    expect(JSON.stringify(fresh.frames)).not.toContain(canary);
    expect(purgesIn(fresh.events)).toHaveLength(1);
    const phone = await attach(alice);
    await phone.answer(phone.send({ type: "inbox.sync", after: 0 }), "inbox");
    const rows = phone.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
    expect(rows.find((row) => row.channel === channel)).toMatchObject({ mentions: 0, preview: { text: "an answer" } });
    expect(await searchAll(alice, canary)).toEqual([]);
  });

  test("continues after a crash between two slices, until nothing is left anywhere", async () => {
    const canary = newCanary();
    await flood(canary);
    await sayParts(b, epoch, { text: canary, attachments: [photo({ name: `${canary}.jpg`, alt: canary })] });
    await drained(channel);
    expect(JSON.stringify(await entriesOf(channel))).toContain(canary);
    await purge();
    expect(await rowsWith(canary)).toBeGreaterThan(0);
    await evictDurableObject(stub());
    expect(await (await get("/messages?limit=100")).text()).not.toContain(canary);
    await atRest(channel);
    expect(await rowsWith(canary)).toBe(0);
    const { head } = await drained(channel);
    expect(await drained(channel)).toEqual(exact(head));
    expect(JSON.stringify(await entriesOf(channel))).not.toContain(canary);
    await expect.poll(() => placesWith(canary), { timeout: 15_000, interval: 200 }).toEqual([]);
    const left = await runInDurableObject(stub(), (_, { storage }) => [
      storage.sql.exec("SELECT * FROM purged_ranges").toArray().length,
      storage.sql.exec("SELECT * FROM files WHERE state < 2").toArray().length,
    ]);
    expect(left).toEqual([0, 0]);
  });

  test("shows a device that was away what a fresh page shows, before and after it is clean", async () => {
    const root = await say(a, epoch, "root");
    for (let at = 0; at < 3; at++) await say(b, epoch, `reply ${at}`, { thread: root });
    await say(a, epoch, "reply of alice", { thread: root });
    await flood("message");
    const { messages, head } = await readAll100();
    for (const isClean of [false, true]) {
      if (!isClean) expect(await purge()).toBe(453);
      else await atRest(channel);
      const away = await openChannelSocket(alice, channel);
      await pull(away, epoch, head);
      const shown = away.events.reduce((view, event) => view.apply(event), new ClientView(messages)).all;
      expect(shown).toEqual((await readAll100()).messages);
      expect(shown.find(({ seq }) => seq === root)?.replies).toMatchObject({ count: 1, participants: [alice.id] });
    }
  });

  test("is repeated once: a second request with the same id deletes nothing later", async () => {
    await say(b, epoch, "one");
    expect(await purge("the same")).toBe(1);
    await say(b, epoch, "later");
    expect(await purge("the same")).toBe(1);
    expect(await purge()).toBe(1);
    expect(await purge()).toBe(0);
  });

  test("takes another entry for more threads than one names", async () => {
    const roots: number[] = [];
    for (let at = 0; at < 52; at++) roots.push(await say(a, epoch, `root ${at}`));
    for (const root of roots) await say(b, epoch, "reply", { thread: root });
    expect(await purge("many threads")).toBe(52);
    await a.event(roots.length * 2 + 2);
    const purges = purgesIn(a.events);
    expect(purges.map(({ data }) => ("roots" in data ? data.roots.length : 0))).toEqual([50, 2]);
    await say(b, epoch, "after the purge");
    expect(await purge("many threads")).toBe(52);
    const { messages } = await readAll100();
    expect(messages.filter(({ replies }) => replies.count > 0)).toEqual([]);
    expect(messages.at(-1)?.body).toMatchObject({ text: "after the purge" });
  });

  test("hides what an overlapping purge has hidden only once", async () => {
    await flood("message");
    expect(await purge()).toBe(450);
    await say(b, epoch, "later");
    expect(await purge()).toBe(1);
    const versions = (await readAll100()).messages.map(({ body }) => body.version);
    expect(new Set(versions).size).toBe(2);
    await atRest(channel);
    expect((await readAll100()).messages.map(({ body }) => body.version)).toEqual(versions);
  });
});

/** Returns every message, page by page, and the head. */
async function readAll100(): Promise<{ messages: Message[]; head: number }> {
  const messages: Message[] = [];
  for (let after = 0; ; ) {
    const page = await call<Page>(`/v1/channels/${channel}/messages?limit=100&after=${after}`, { token: alice.token });
    messages.push(...page.messages);
    if (!page.moreAfter) return { messages: await withReplies(messages), head: page.head };
    after = page.messages.at(-1)?.seq ?? 0;
  }
}

async function withReplies(messages: Message[]): Promise<Message[]> {
  const all = [...messages];
  for (const { seq } of messages.filter(({ replies }) => replies.version > 0)) {
    const path = `/v1/channels/${channel}/messages?limit=100&after=0&thread=${seq}`;
    all.push(...(await call<Page>(path, { token: alice.token })).messages);
  }
  return all.sort((one, other) => one.seq - other.seq);
}

describe("[S267] a client that does not apply purges", () => {
  test("is closed by one, and its cursor before it is reset", async () => {
    const old = await openChannelSocket(alice, channel);
    const ready = await old.answer(old.send({ type: "channel.subscribe" }), "ready");
    await say(b, epoch, "of bob");
    await purge();
    expect(await old.untilClosed()).toMatchObject({ code: closeCodes.restarted });
    expect(purgesIn(old.events)).toEqual([]);
    const again = await openChannelSocket(alice, channel);
    const from = { epoch, after: ready.head };
    const reset = await again.answer(again.send({ type: "channel.subscribe", from }), "reset");
    expect(reset).toMatchObject({ reason: "history" });
    const fresh = { epoch, after: reset.head };
    await again.answer(again.send({ type: "channel.subscribe", from: fresh }), "ready");
    const poller = new Poller(alice, `/v1/channels/${channel}/events`);
    expect((await poller.ask(from))?.at(-1)).toMatchObject({ type: "reset", reason: "history" });
    const poll = await new Poller(alice, `/v1/channels/${channel}/events`).ask({ ...from, purges: "true" });
    expect(poll?.at(-1)).toMatchObject({ type: "ready" });
  });
});
