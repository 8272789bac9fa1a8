// A channel whose archive is in a database of an earlier configuration: it is searchable there, and
// moves when it next works.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { Archive } from "../../src/directory/archive/archive";
import { drained, exact, ownArchive, rawRows, ring, search } from "../support/archive";
import { say } from "../support/log";
import { openPair } from "../support/pair";
import { join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const rowsIn = async (database: D1Database, channel: string): Promise<number> => {
  const query = "SELECT count(*) AS n FROM archive WHERE channel = ?";
  return (await database.prepare(query).bind(channel).first<{ n: number }>())?.n ?? 0;
};

/** Leaves a channel as the earlier configuration did: archived in the directory's database. */
async function archiveInDirectory(channel: string, shard = "DIRECTORY"): Promise<void> {
  await drained(channel);
  const own = ownArchive();
  const rows = await own.list(own.choose(channel), channel, 0, 1_000);
  const before = new Archive(new Map([["DIRECTORY", env.DIRECTORY]]), env.ARCHIVE_KEY);
  await before.put(
    "DIRECTORY",
    channel,
    rows.flatMap(({ entry }) => (entry ? [entry] : [])),
  );
  while (await own.clearBatch(own.choose(channel), channel));
  const stub = env.CHANNELS.getByName(channel);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("UPDATE log SET archive = ?", shard);
  });
  await evictDurableObject(stub, { webSockets: "close" });
}

test("is found before and after the move, and leaves nothing behind", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  for (const text of ["a walnut", "a hazelnut", "another walnut"]) await say(a, epoch, text);
  await archiveInDirectory(channel);
  expect(await rowsIn(env.DIRECTORY, channel)).toBe(3);
  expect((await rawRows(channel)).flat()).toEqual([]);
  const { items, next } = await search(bob, "walnut", { limit: 1 });
  expect(items.map(({ seq }) => seq)).toEqual([3]);
  expect((await search(bob, "walnut", { limit: 1, cursor: next ?? "" })).items.map(({ seq }) => seq)).toEqual([1]);

  const again = await join(alice, channel);
  await say(again, epoch, "a third walnut");
  expect(await drained(channel)).toEqual(exact(4));
  expect(await rowsIn(env.DIRECTORY, channel)).toBe(0);
  expect((await rawRows(channel)).flat()).toHaveLength(4);
  expect((await search(bob, "walnut")).items.map(({ seq }) => seq)).toEqual([4, 3, 1]);
  const shard = await runInDurableObject(
    env.CHANNELS.getByName(channel),
    (_, { storage }) => storage.sql.exec<{ archive: string }>("SELECT archive FROM log").one().archive,
  );
  expect(shard).toBe(ownArchive().choose(channel));
});

test("a move that fails is continued, and no entry goes to the former database", async () => {
  const { alice, channel, a, epoch } = await openPair();
  for (const text of ["one", "two"]) await say(a, epoch, text);
  await archiveInDirectory(channel);
  const clear = vi.spyOn(Archive.prototype, "clearBatch").mockRejectedValue(new Error("no database"));
  const again = await join(alice, channel);
  await say(again, epoch, "three");
  await ring(channel);
  expect(clear).toHaveBeenCalled();
  expect(await rowsIn(env.DIRECTORY, channel)).toBe(2);
  clear.mockRestore();
  expect(await drained(channel)).toEqual(exact(3));
  expect(await rowsIn(env.DIRECTORY, channel)).toBe(0);
});

test("a database that is not bound any more is left, and the log is stored again", async () => {
  const { alice, channel, a, epoch } = await openPair();
  await say(a, epoch, "one");
  await archiveInDirectory(channel, "ARCHIVE_9");
  const again = await join(alice, channel);
  await say(again, epoch, "two");
  expect(await drained(channel)).toEqual(exact(2));
});

test("an empty former database is asked once, and then never again", async () => {
  const archive = ownArchive();
  await env.DIRECTORY.exec("DELETE FROM archive");
  expect(await archive.formerInUse()).toEqual([]);
  const prepare = vi.spyOn(env.DIRECTORY, "prepare");
  await archive.formerInUse();
  expect(prepare).not.toHaveBeenCalled();
  prepare.mockRestore();
});
