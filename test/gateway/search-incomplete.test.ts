// What a search asks, how much, and what it says when something does not answer.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { Archive } from "../../src/directory/archive/archive";
import { forgetPlaces } from "../../src/directory/archive/channel-places";
import { limits } from "../../src/protocol";
import { drained, hold, ownArchive, search } from "../support/archive";
import { openDirect, openGroup, type Person, putMember, register } from "../support/http";
import { countedBindings, searchResponse, searchWith } from "../support/search-bindings";
import { unreachable } from "../support/unreachable";
import { nameOf, sayAll } from "./search-support";

vi.setConfig({ testTimeout: 60_000 });

/** Opens a group of two people with one message. Its archive is stored, or held back. */
async function openWith(alice: Person, bob: Person, text: string, isArchived: boolean): Promise<string> {
  const channel = await openGroup(alice, [bob]);
  if (!isArchived) hold(channel);
  await sayAll(alice, channel, [text]);
  if (isArchived) await drained(channel);
  return channel;
}

/** Opens a group that is archived in the database of a name. */
async function openIn(shard: string, alice: Person, bob: Person, text: string): Promise<string> {
  for (;;) {
    const channel = await openGroup(alice, []);
    if (ownArchive().choose(channel) !== shard) continue;
    await putMember(alice, channel, bob);
    await sayAll(alice, channel, [text]);
    await drained(channel);
    return channel;
  }
}

describe.each(["newest", "relevance"] as const)("[S184] by %s, the rest of the page arrives", (order) => {
  test("while a channel does not answer, which is named", async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const archived = await openWith(alice, bob, "walnut one", true);
    const fresh = await openWith(alice, bob, "walnut two", false);
    const found = async (broken: string) => {
      const page = await searchWith(
        unreachable((name) => name === broken),
        bob,
        { q: "walnut", order },
      );
      return { hits: page.items.map(({ channel }) => channel), incomplete: page.incomplete };
    };
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(await found(archived)).toEqual({ hits: [fresh], incomplete: [archived] });
    expect(await found(fresh)).toEqual({ hits: [archived], incomplete: [fresh] });
    const everything = { hits: [fresh, archived], incomplete: undefined };
    const page = await found("none");
    expect({ ...page, hits: page.hits.toSorted() }).toEqual({ ...everything, hits: everything.hits.toSorted() });
  });

  test("while the user object does not answer: any channel may lack its newest messages", async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const archived = await openWith(alice, bob, "walnut one", true);
    const fresh = await openWith(alice, bob, "walnut two", false);
    vi.spyOn(console, "error").mockImplementation(() => {});
    const bindings = unreachable((name) => name === bob.id);
    const page = await searchWith(bindings, bob, { q: "walnut", order });
    expect(page.items.map(({ channel }) => channel)).toEqual([archived]);
    expect(page.incomplete?.toSorted()).toEqual([archived, fresh].sort());
    // The channel that the client has open is asked in any case.
    const open = await searchWith(bindings, bob, { q: "walnut", order, open: [fresh] });
    expect(open.items.map(({ channel }) => channel).toSorted()).toEqual([archived, fresh].sort());
    expect(open.incomplete).toEqual([archived]);
  });

  test("while a database does not answer: its channels are named", async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const one = await openIn("ARCHIVE", alice, bob, "walnut one");
    const two = await openIn("ARCHIVE_2", alice, bob, "walnut two");
    await evictDurableObject(env.USERS.getByName(bob.id), { webSockets: "close" });
    expect((await search(bob, "walnut", { order })).items).toHaveLength(2);
    vi.spyOn(console, "error").mockImplementation(() => {});
    const page = await searchWith(countedBindings((name) => name === "ARCHIVE_2").bindings, bob, {
      q: "walnut",
      order,
    });
    expect(page.items.map(({ channel }) => channel)).toContain(one);
    expect(page.incomplete).toEqual(expect.arrayContaining([two]));
    expect(page.incomplete).not.toContain(one);
    // No database at all is no page.
    const response = await searchResponse(countedBindings(() => true).bindings, bob, { q: "walnut", order });
    expect(response.status).toBeGreaterThanOrEqual(500);
  });
});

test("a search asks only the databases with channels of the person, also in a new isolate", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  await openIn("ARCHIVE_2", alice, bob, "walnut one");
  await openIn("ARCHIVE_2", alice, bob, "walnut two");
  forgetPlaces();
  for (const order of ["newest", "relevance"] as const) {
    const { bindings, databases } = countedBindings();
    expect((await searchWith(bindings, bob, { q: "walnut", order })).items).toHaveLength(2);
    expect(new Set(databases)).toEqual(new Set(["ARCHIVE_2"]));
  }
  // A channel without an entry is nowhere. This is looked up once in a while.
  await openDirect(bob, alice);
  const counts: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { bindings, databases } = countedBindings();
    expect((await searchWith(bindings, bob, { q: "walnut" })).items).toHaveLength(2);
    counts.push(new Set(databases).size);
  }
  expect(counts[0]).toBe(3);
  expect(Math.max(...counts.slice(1))).toBeLessThanOrEqual(2);
});

test("a channel is found where it is after the list of databases changed, then only there", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openIn("ARCHIVE", alice, bob, "walnut");
  // As if it had been stored while the list was another one.
  const own = ownArchive();
  const rows = await own.list("ARCHIVE", channel, 0, 1_000);
  await own.put(
    "ARCHIVE_3",
    channel,
    rows.flatMap(({ entry }) => (entry ? [entry] : [])),
  );
  while (await own.clearBatch("ARCHIVE", channel));
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    storage.sql.exec("UPDATE log SET archive = 'ARCHIVE_3'");
  });
  forgetPlaces();
  const first = countedBindings();
  const found = async ({ bindings }: typeof first) =>
    (await searchWith(bindings, bob, { q: "walnut" })).items.map(nameOf);
  const walnut = `${channel}.${rows.at(-1)?.seq ?? 0}`;
  expect(await found(first)).toEqual([walnut]);
  expect(new Set(first.databases)).toEqual(new Set(["ARCHIVE", "ARCHIVE_2", "ARCHIVE_3"]));
  const second = countedBindings();
  expect(await found(second)).toEqual([walnut]);
  expect(second.databases).toEqual(["ARCHIVE_3"]);
  // Another list is another isolate. A listed database still has it, a former one may.
  for (const lists of [
    { ARCHIVES: "ARCHIVE_2 ARCHIVE_3", FORMER_ARCHIVES: "ARCHIVE" },
    { ARCHIVES: "ARCHIVE ARCHIVE_2", FORMER_ARCHIVES: "ARCHIVE_3" },
  ]) {
    const { bindings } = countedBindings();
    const page = await searchWith({ ...bindings, ...lists } as unknown as Env, bob, { q: "walnut" });
    expect(page.items.map(nameOf), JSON.stringify(lists)).toEqual([walnut]);
  }
  forgetPlaces();
  expect(Archive.prototype.choose.call(own, channel)).toBe("ARCHIVE");
});

test("[S184] a search asks a bounded number of channels, the open ones first, and names the others", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const count = limits.searchAskedChannels + 5;
  const channels: string[] = [];
  for (let i = 0; i < count; i++) channels.push(await openWith(alice, bob, `walnut ${i}`, false));
  const { bindings, tails } = countedBindings();
  const open = channels.slice(0, 2);
  const page = await searchWith(bindings, bob, { q: "walnut", open, limit: 50 });
  expect(tails).toHaveLength(limits.searchAskedChannels);
  expect(new Set(tails)).toEqual(new Set([...open, ...channels.slice(7)]));
  expect(page.items).toHaveLength(limits.searchAskedChannels);
  expect(page.incomplete?.toSorted()).toEqual(channels.slice(2, 7).sort());
});
