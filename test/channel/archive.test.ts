// The archive: a copy of every log outside of its object. The copy lags a little and ends equal to
// the log. `archive-repair.test.ts` has the comparison, the rebuild and the restore.
import { expect, test, vi } from "vitest";
import {
  appendAll,
  command,
  compare,
  contentsOf,
  databases,
  drained,
  exact,
  hold,
  intercept,
  rawRows,
  ring,
  sayMany,
  search,
} from "../support/archive";
import { openGroup, register } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { composedAt } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

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
  // The first page of a comparison stores what waits for a full batch.
  await command(channel, { do: "compare" });
  expect(puts).toBe(1);
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
  expect((await search(bob, "line")).items).toHaveLength(20);
  // The first page of a comparison would wait for the drain.
  const behind = await command(channel, { do: "compare", after: Number.MAX_SAFE_INTEGER });
  expect(behind).toMatchObject({ head: 201, archived: 0 });
  expect((await rawRows(channel)).flat()).toEqual([]);
  expect(gate.held).toBe(1);
  gate.isFree = true;
  await alarm;
  expect(await drained(channel)).toEqual(exact(201));
});
