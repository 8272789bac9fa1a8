// The hits of a search: current messages that the caller may read, with their excerpts.
import { describe, expect, test, vi } from "vitest";
import type { SearchHit, SearchPage } from "../../src/protocol";
import { drained, intercept, search } from "../support/archive";
import { call, openDirect, openGroup, type Person, putMember, register, removeMember } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { epochOf, join } from "../support/socket";
import { nameOf, sayAll } from "./search-support";

vi.setConfig({ testTimeout: 60_000 });

describe("[S96] a hit is the current message", () => {
  test("a message that was deleted or edited since it was archived is matched by its current text", async () => {
    const { bob, channel, a, epoch } = await openPair();
    for (const text of ["walnut one", "walnut two", "walnut three"]) await say(a, epoch, text);
    await drained(channel);
    intercept(channel, async () => {
      throw new Error("the archive is not updated");
    });
    await perform(a, epoch, { type: "message.delete", seq: 1 });
    await perform(a, epoch, { type: "message.edit", seq: 2, text: "hazelnut two" });
    await perform(a, epoch, { type: "message.edit", seq: 3, text: "the third walnut" });
    const hits = (await search(bob, "walnut")).items;
    expect(hits.map(({ seq, excerpt }) => [seq, excerpt.text])).toEqual([[3, "the third walnut"]]);
    expect((await search(bob, "three")).items).toEqual([]);
  });

  test("a removed member finds nothing at once, and a new one finds everything", async () => {
    const { alice, bob, carol, channel } = await openTrio();
    await sayAll(alice, channel, ["walnut"]);
    await drained(channel);
    const found = async (who: Person) => (await search(who, "walnut")).items.length;
    expect([await found(bob), await found(carol)]).toEqual([1, 1]);
    await removeMember(alice, channel, bob);
    expect([await found(bob), await found(carol)]).toEqual([0, 1]);
    expect((await search(bob, "walnut", { channel })).items).toEqual([]);
    expect((await search(bob, `walnut in:${channel}`)).items).toEqual([]);
    const dave = await register("dave");
    expect(await found(dave)).toBe(0);
    await putMember(alice, channel, dave);
    await putMember(alice, channel, bob);
    expect([await found(dave), await found(bob)]).toEqual([1, 1]);
  });

  test("a group that hides its history from newcomers hides it in search too", async () => {
    const { alice, bob, channel, a, epoch } = await openTrio({ history: "joined" });
    const dave = await register("dave");
    const root = await say(a, epoch, "walnut before");
    await putMember(alice, channel, dave);
    await say(a, epoch, "walnut after", { replyTo: root });
    await drained(channel);
    const found = async (who: Person) => (await search(who, "walnut")).items.map(({ excerpt }) => excerpt.text);
    expect(await found(bob)).toEqual(["walnut after", "walnut before"]);
    expect(await found(dave)).toEqual(["walnut after"]);
  });

  test("a deleted group is not searched", async () => {
    const { alice, bob, channel } = await openTrio();
    await sayAll(alice, channel, ["walnut"]);
    await drained(channel);
    expect((await search(bob, "walnut")).items).toHaveLength(1);
    await call(`/v1/channels/${channel}`, { method: "DELETE", token: alice.token });
    for (const who of [alice, bob]) expect((await search(who, "walnut")).items).toEqual([]);
  });

  test("messages of a direct channel are found by its two members", async () => {
    const { alice, bob, channel } = await openPair();
    const carol = await register("carol");
    await openDirect(carol, alice);
    await sayAll(alice, channel, ["walnut"]);
    await drained(channel);
    for (const who of [alice, bob]) expect((await search(who, "walnut")).items).toHaveLength(1);
    for (const q of ["walnut", `in:${channel} walnut`, `from:${alice.handle}`, `in:${bob.handle}`]) {
      expect((await search(carol, q)).items, q).toEqual([]);
    }
    expect((await search(carol, "walnut", { channel })).items).toEqual([]);
  });

  test("has its position, also in a thread", async () => {
    const { alice, bob, channel, a, b, epoch } = await openPair();
    const root = await say(a, epoch, "walnut");
    const reply = await say(b, epoch, "walnut in the thread", { thread: root });
    await drained(channel);
    const { items } = await search(bob, "walnut");
    expect(items).toMatchObject([
      { channel, seq: reply, author: bob.id, thread: root },
      { channel, seq: root, author: alice.id, thread: null },
    ]);
  });

  test("a new message is found at once, without another one", async () => {
    const { bob, channel, a, epoch } = await openPair();
    await say(a, epoch, "walnut");
    expect((await search(bob, "walnut")).items.map(nameOf)).toEqual([`${channel}.1`]);
  });
});

test("[S97] the marks of an excerpt cover the matches, ascending and without overlap", async () => {
  const { alice, bob, channel } = await openPair();
  await sayAll(alice, channel, [
    `${"before ".repeat(200)}the WALNUT, and a second walnut\n\n  and walnuts ${"after ".repeat(200)}`,
    "👍🏽 그 회의와 회의록, 👨‍👩‍👧‍👦 café 회의",
  ]);
  await drained(channel);
  const marked = ({ excerpt: { text, marks } }: SearchHit) => marks.map(([start, end]) => text.slice(start, end));
  const one = async (q: string): Promise<SearchHit> => {
    const [hit] = (await search(bob, q)).items;
    if (!hit) throw new Error(`${q} was not found`);
    return hit;
  };
  expect(marked(await one("walnut"))).toEqual(["WALNUT", "walnut"]);
  expect(marked(await one("walnut*"))).toEqual(["WALNUT", "walnut", "walnuts"]);
  expect(marked(await one('"second walnut"'))).toEqual(["second walnut"]);
  expect(marked(await one("회의"))).toEqual(["회의", "회의", "회의"]);
  expect(marked(await one("의록 CAFE"))).toEqual(["의록", "café"]);
  expect(marked(await one(`from:${alice.handle}`))).toEqual([]);
  const { excerpt } = await one("walnut second");
  expect([...excerpt.text].length).toBeLessThanOrEqual(242);
  for (const [i, [start, end]] of excerpt.marks.entries()) {
    expect(start).toBeLessThan(end);
    expect(start).toBeGreaterThan(i === 0 ? -1 : (excerpt.marks[i - 1]?.[1] ?? 0));
    expect(end).toBeLessThanOrEqual(excerpt.text.length);
  }
});

test("[S96] a page reveals nothing from before a member joined, not even that there is more", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [], { history: "joined" });
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  for (let i = 0; i < 12; i++) await say(a, epoch, `merger ${i}`);
  await drained(channel);
  // The clocks of the directory and the channel may differ by some seconds.
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  await putMember(alice, channel, bob);
  const options = { token: bob.token };
  expect(await call<SearchPage>("/v1/search?q=merger&limit=1", options)).toEqual({ items: [], next: null });
  expect(await call<SearchPage>("/v1/search?q=merger&limit=1&order=relevance", options)).toEqual({
    items: [],
    next: null,
  });
  const byAlice = await say(a, epoch, "merger again");
  await drained(channel);
  expect((await call<SearchPage>("/v1/search?q=merger", options)).items).toMatchObject([{ seq: byAlice }]);
});
