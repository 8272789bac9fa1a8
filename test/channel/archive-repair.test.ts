// The archive after a loss: the comparison with the log, the rebuild, the restore of a channel, and
// an object that lost its archive cursor.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import {
  appendAll,
  command,
  compare,
  contentsOf,
  drained,
  entriesOf,
  exact,
  hold,
  operator,
  ownArchive,
  rawRows,
  ring,
  sayMany,
  search,
} from "../support/archive";
import { request } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);
const shardOf = (channel: string): D1Database => ownArchive().database(ownArchive().choose(channel));

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
