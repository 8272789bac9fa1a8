// The archive: a copy of every log outside of its object. The copy lags a little and ends equal to
// the log.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import {
  command,
  compare,
  contentsOf,
  databases,
  drained,
  entriesOf,
  exact,
  intercept,
  operator,
  ownArchive,
  rawRows,
  ring,
  search,
} from "../support/archive";
import { openGroup, type Person, register, request } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { composedAt, type Device, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

/** Sends many messages in requests of the maximum size. */
async function sayMany(person: Person, channel: string, epoch: string, texts: string[]): Promise<void> {
  for (let i = 0; i < texts.length; i += 64) {
    const commands = texts.slice(i, i + 64).map((text, j) => {
      return { id: String(j), type: "message.send", ...composedAt(epoch, 0), text };
    });
    await performAll(person, channel, commands);
  }
}

const shardOf = (channel: string): D1Database => ownArchive().database(ownArchive().choose(channel));

/** Appends entries of many types. Returns the head. */
async function appendAll({ a, b, epoch }: { a: Device; b: Device; epoch: string }, head: number): Promise<number> {
  await say(a, epoch, "회의는 세 시");
  const root = await say(b, epoch, "hello");
  await say(b, epoch, "in the thread", { thread: root });
  await say(a, epoch, "answering", { replyTo: root });
  await perform(a, epoch, { type: "reaction.add", seq: root, emoji: "👍" });
  await perform(b, epoch, { type: "message.edit", seq: root, text: "hello, edited" });
  await perform(a, epoch, { type: "message.delete", seq: head + 1 });
  await perform(a, epoch, { type: "message.pin", seq: root });
  return head + 8;
}

test("every entry of the log is a row in one of the databases, with the same content", async () => {
  const trio = await openTrio();
  const head = await appendAll(trio, (await compare(trio.channel)).head);
  expect(await drained(trio.channel)).toEqual(exact(head));
  const counts = (await rawRows(trio.channel)).map((rows) => rows.length);
  expect(counts.toSorted((one, other) => one - other)).toEqual([0, 0, head]);
});

test("an edit or a deletion after archiving replaces the row of the message", async () => {
  const { bob, channel, a, epoch } = await openPair();
  await say(a, epoch, "the first aubergine");
  await say(a, epoch, "the second aubergine");
  await drained(channel);
  expect((await search(bob, "aubergine")).items.map(({ seq }) => seq)).toEqual([2, 1]);
  await perform(a, epoch, { type: "message.edit", seq: 1, text: "a courgette" });
  await perform(a, epoch, { type: "message.delete", seq: 2 });
  expect(await drained(channel)).toEqual(exact(4));
  expect(await contentsOf(channel)).toEqual(["a courgette", "(deleted)", null, null]);
  const rows = (await rawRows(channel)).flat();
  expect(rows.map(({ seq, version }) => [seq, version])).toEqual([
    [1, 3],
    [2, 4],
    [3, 3],
    [4, 4],
  ]);
  expect(rows[1]).toMatchObject({ terms: "", starts: "" });
  expect((await search(bob, "aubergine")).items).toEqual([]);
  expect((await search(bob, "courgette")).items).toMatchObject([{ seq: 1 }]);
});

test("channels are spread over all databases, and each is in one of them", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channels: string[] = [];
  for (let i = 0; i < 30; i++) channels.push(await openGroup(alice, [bob], { name: `Group ${i}` }));
  const rowCounts = await Promise.all(
    channels.map(async (channel) => {
      await performAll(alice, channel, [{ id: "1", type: "message.send", ...composedAt("x", 0), text: "here" }]);
      const { head } = await drained(channel);
      return { head, rows: (await rawRows(channel)).map((rows) => rows.length) };
    }),
  );
  for (const { head, rows } of rowCounts) expect(rows.toSorted((one, other) => one - other)).toEqual([0, 0, head]);
  expect(databases.map((_, i) => rowCounts.some(({ rows }) => (rows[i] ?? 0) > 0))).toEqual([true, true, true]);
});

test("a log of many batches is archived completely, in batches limited by count and by length", async () => {
  const { alice, channel, epoch } = await openPair();
  await sayMany(
    alice,
    channel,
    epoch,
    Array.from({ length: 450 }, (_, i) => `line ${i}`),
  );
  for (let i = 0; i < 3; i++) await sayMany(alice, channel, epoch, [`${i}`.repeat(100_000)]);
  const puts: number[] = [];
  intercept(channel, (store, { length }) => {
    puts.push(length);
    return store();
  });
  expect(await drained(channel)).toEqual(exact(453));
  expect(puts).toEqual([100, 100, 100, 100, 50, 1, 1, 1]);
});

test.each(["before it is stored", "after it is stored"])("a put that fails %s is repeated", async (when) => {
  const { channel, a, epoch } = await openPair();
  await say(a, epoch, "one");
  await say(a, epoch, "two");
  let failures = 2;
  intercept(channel, async (store) => {
    const isFailing = failures-- > 0;
    if (isFailing && when.startsWith("before")) throw new Error("no database");
    const cost = await store();
    if (isFailing) throw new Error("no answer");
    return cost;
  });
  expect(await drained(channel)).toEqual(exact(2));
  expect(failures).toBeLessThan(0);
  expect((await rawRows(channel)).flat()).toHaveLength(2);
});

test("after a failure the archiver waits, whatever is sent meanwhile", async () => {
  const { channel, a, epoch } = await openPair();
  await say(a, epoch, "one");
  let puts = 0;
  intercept(channel, async () => {
    puts++;
    throw new Error("no database");
  });
  for (let i = 0; i < 5; i++) {
    await say(a, epoch, `again ${i}`);
    await ring(channel);
  }
  expect(puts).toBe(1);
  const { head, archived } = await compare(channel);
  expect([head, archived]).toEqual([6, 0]);
  intercept(channel, (store) => store());
  expect(await drained(channel)).toEqual(exact(6));
});

/** Delays every put into the archive of a channel until `isFree`. */
function hold(channel: string): { held: number; isFree: boolean } {
  const gate = { held: 0, isFree: false };
  intercept(channel, async (store) => {
    gate.held++;
    while (!gate.isFree) await new Promise((resolve) => setTimeout(resolve, 10));
    return store();
  });
  return gate;
}

test("no message, read mark or search waits for the archive", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  await say(a, epoch, "one");
  const gate = hold(channel);
  const alarm = ring(channel);
  await expect.poll(() => gate.held).toBe(1);
  const texts = Array.from({ length: 200 }, (_, i) => `line ${i}`);
  for (const text of texts) a.send({ type: "message.send", ...composedAt(epoch, 1), text });
  await a.event(201);
  await b.event(201);
  await b.answer(b.send({ type: "read.mark", seq: 201 }), "ack");
  expect((await search(bob, "line")).items).toEqual([]);
  // The first page of a comparison would wait for the drain.
  const behind = await command(channel, { do: "compare", after: Number.MAX_SAFE_INTEGER });
  expect(behind).toMatchObject({ head: 201, archived: 0 });
  expect((await rawRows(channel)).flat()).toEqual([]);
  expect(gate.held).toBe(1);
  gate.isFree = true;
  await alarm;
  expect(await drained(channel)).toEqual(exact(201));
});

test("an object that loses its archive cursor stores the same rows again", async () => {
  const trio = await openTrio();
  const head = await appendAll(trio, (await compare(trio.channel)).head);
  await drained(trio.channel);
  const before = (await rawRows(trio.channel)).flat().map(({ entry: _, ...row }) => row);
  await runInDurableObject(stubOf(trio.channel), (_, { storage }) => {
    const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM standing").one();
    storage.sql.exec("UPDATE standing SET state = ?", JSON.stringify({ ...JSON.parse(state), archived: 0 }));
  });
  await evictDurableObject(stubOf(trio.channel), { webSockets: "hibernate" });
  await say(trio.a, trio.epoch, "one more");
  expect(await drained(trio.channel)).toEqual(exact(head + 1));
  const after = (await rawRows(trio.channel)).flat().map(({ entry: _, ...row }) => row);
  expect(after.slice(0, -1)).toEqual(before);
});

test("a rebuild empties the archive of the channel and stores the same rows again", async () => {
  const trio = await openTrio();
  const other = await openPair();
  await say(other.a, other.epoch, "untouched");
  await drained(other.channel);
  const head = await appendAll(trio, (await compare(trio.channel)).head);
  await drained(trio.channel);
  const before = await entriesOf(trio.channel);
  const [first] = before;
  if (!first) throw new Error("nothing was archived");
  await ownArchive().put(ownArchive().choose(trio.channel), trio.channel, [{ ...first, seq: 900 }]);
  expect(await compare(trio.channel)).toMatchObject({ foreign: 1 });
  expect(await command(trio.channel, { do: "rebuild" })).toMatchObject({ head, same: 0, next: null });
  expect(await drained(trio.channel)).toEqual(exact(head));
  expect(await entriesOf(trio.channel)).toEqual(before);
  expect(await compare(other.channel)).toEqual(exact(1));
});

/** The saved archive cursor. It is -1 once a rebuild has begun. */
const archivedTo = (channel: string): Promise<number> =>
  runInDurableObject(stubOf(channel), (_, { storage }) => {
    const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM standing").one();
    return JSON.parse(state).archived;
  });

test("a rebuild while a batch is being stored begins at the first entry", async () => {
  const { alice, channel, a, epoch } = await openPair();
  await sayMany(alice, channel, epoch, ["one", "two", "three"]);
  const gate = hold(channel);
  const alarm = ring(channel);
  await expect.poll(() => gate.held).toBe(1);
  await say(a, epoch, "four");
  // The answer waits for the batch.
  const rebuilt = command(channel, { do: "rebuild" });
  await expect.poll(() => archivedTo(channel)).toBe(-1);
  expect(gate.held).toBe(1);
  gate.isFree = true;
  await Promise.all([alarm, rebuilt]);
  expect(await drained(channel)).toEqual(exact(4));
  // The first three entries again, together with the fourth.
  expect(gate.held).toBeGreaterThan(1);
});

test("[S92] the archive of a restored channel ends with exactly the entries of its log", async () => {
  const { bob, channel, a, epoch } = await openPair();
  for (const text of ["one", "two", "taken back"]) await say(a, epoch, text);
  await perform(a, epoch, { type: "message.edit", seq: 1, text: "edited and taken back" });
  await drained(channel);
  expect((await search(bob, "taken")).items).toHaveLength(2);
  await runInDurableObject(stubOf(channel), (_, { storage }) => {
    storage.sql.exec("DELETE FROM entries WHERE seq > 2");
    storage.sql.exec("UPDATE entries SET body = 'one', version = 1, changed_at = NULL WHERE seq = 1");
  });
  await evictDurableObject(stubOf(channel), { webSockets: "close" });
  const path = `/v1/operator/channels/${channel}/restore`;
  await request(path, { method: "POST", token: operator, body: { at: null } });
  const again = await join(bob, channel);
  const { epoch: nextEpoch } = await again.until((frame) => frame.type === "ready");
  await say(again, nextEpoch, "three again");
  expect(await drained(channel)).toEqual(exact(3));
  expect(await contentsOf(channel)).toEqual(["one", "two", "three again"]);
  expect((await rawRows(channel)).flat()).toHaveLength(3);
  expect((await search(bob, "taken")).items).toEqual([]);
});

test("the comparison reports different, foreign and missing rows", async () => {
  const { channel, a, epoch } = await openPair();
  for (const text of ["one", "two", "three", "four"]) await say(a, epoch, text);
  expect(await drained(channel)).toEqual(exact(4));
  const [one, two, three] = (await rawRows(channel)).flat();
  if (!one || !two || !three) throw new Error("rows are missing");
  const database = shardOf(channel);
  // One row with the sealed entry of another row, which cannot be decrypted, and one row with other
  // content.
  await database.prepare("UPDATE archive SET entry = ? WHERE rowid = ?").bind(two.entry, one.rowid).run();
  expect(await compare(channel)).toEqual({ ...exact(4), same: 3, different: 1 });
  await runInDurableObject(stubOf(channel), (_, { storage }) => {
    storage.sql.exec("UPDATE entries SET body = 'changed in the log alone' WHERE seq = 4");
  });
  expect(await compare(channel)).toEqual({ ...exact(4), same: 2, different: 2 });
  await database.prepare("DELETE FROM archive WHERE rowid = ?").bind(two.rowid).run();
  expect(await compare(channel)).toEqual({ ...exact(4), same: 1, different: 2 });
  const third = (await entriesOf(channel)).find((entry) => entry?.seq === 3);
  if (!third) throw new Error("no such entry");
  await ownArchive().put(ownArchive().choose(channel), channel, [{ ...third, seq: 77 }]);
  expect(await compare(channel)).toEqual({ ...exact(4), same: 1, different: 2, foreign: 1 });
});

test("only the operator may see the archive status", async () => {
  const { alice, channel } = await openPair();
  for (const token of [alice.token, "wrong"]) {
    for (const body of [{ do: "compare" }, { do: "rebuild" }]) {
      const sent = { method: "POST", token, body };
      expect((await request(`/v1/operator/channels/${channel}/archive`, sent)).status).toBe(404);
    }
    expect((await request("/v1/operator/channels", { token })).status).toBe(404);
  }
});
