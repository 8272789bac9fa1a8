// A message is found as soon as it was sent: what the archive may lack, its channel finds.
import { describe, expect, test, vi } from "vitest";
import type { SearchHit } from "../../src/protocol";
import { drained, hold, search, searchAll } from "../support/archive";
import { call, openDirect, openGroup, putMember, register, removeMember } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { attach, epochOf, join } from "../support/socket";
import { nameOf, sayAll } from "./search-support";

vi.setConfig({ testTimeout: 60_000 });

const textsOf = (hits: readonly SearchHit[]): string[] => hits.map(({ excerpt }) => excerpt.text);

describe.each(["newest", "relevance"] as const)("[S183] by %s, before the archive has it", (order) => {
  const found = async (person: Parameters<typeof search>[0], q: string) =>
    textsOf((await search(person, q, { order })).items);

  test("a message is found by its author and by others, with a device and without", async () => {
    const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
    const channel = await openGroup(alice, [bob, carol]);
    hold(channel);
    const phone = await attach(carol);
    const a = await join(alice, channel);
    const epoch = await epochOf(a);
    await say(a, epoch, "a fresh walnut");
    for (const person of [alice, bob, carol]) expect(await found(person, "walnut")).toEqual(["a fresh walnut"]);
    // A program that sends over HTTP has no socket at all.
    await call(`/v1/channels/${channel}/messages`, {
      method: "POST",
      token: bob.token,
      headers: { "idempotency-key": crypto.randomUUID() },
      body: { text: "a hazelnut" },
    });
    for (const person of [alice, bob, carol]) expect(await found(person, "hazelnut")).toEqual(["a hazelnut"]);
    phone.close();
  });

  test("a search finds what it is asked for, and nothing else", async () => {
    const { alice, bob, carol, channel } = await openTrio({ name: "Nutcrackers" });
    const direct = await openDirect(alice, bob);
    const foreign = await openDirect(alice, carol);
    for (const each of [channel, direct, foreign]) hold(each);
    await sayAll(alice, channel, ["walnut of alice", "walnuts"]);
    await sayAll(bob, channel, ["walnut of bob"]);
    await sayAll(alice, direct, ["walnut between us"]);
    await sayAll(carol, foreign, ["walnut of others"]);
    const today = new Date().toISOString().slice(0, 10);
    const expected: Record<string, string[]> = {
      walnut: ["walnut between us", "walnut of alice", "walnut of bob"],
      "walnut*": ["walnut between us", "walnut of alice", "walnut of bob", "walnuts"],
      "walnut from:me": ["walnut of bob"],
      [`walnut -from:${alice.handle}`]: ["walnut of bob"],
      "walnut in:nutcrackers": ["walnut of alice", "walnut of bob"],
      [`walnut -in:${alice.handle}`]: ["walnut of alice", "walnut of bob"],
      "walnut -alice": ["walnut between us", "walnut of bob"],
      [`walnut before:${today}`]: [],
      "walnut after:2026-01-01": ["walnut between us", "walnut of alice", "walnut of bob"],
    };
    for (const [q, texts] of Object.entries(expected)) expect((await found(bob, q)).toSorted(), q).toEqual(texts);
    expect(textsOf((await search(bob, "walnut", { order, channel: direct })).items)).toEqual(["walnut between us"]);
  });

  test("an old message is found by its new text, and not by its old one", async () => {
    const { bob, channel, a, epoch } = await openPair();
    const seq = await say(a, epoch, "an old walnut");
    await drained(channel);
    hold(channel);
    await perform(a, epoch, { type: "message.edit", seq, text: "a hazelnut now" });
    expect(await found(bob, "hazelnut")).toEqual(["a hazelnut now"]);
    expect(await found(bob, "walnut")).toEqual([]);
    await perform(a, epoch, { type: "message.edit", seq, text: "an old walnut with a hazelnut" });
    for (const q of ["hazelnut", "walnut"]) expect(await found(bob, q), q).toEqual(["an old walnut with a hazelnut"]);
  });

  test("a deleted message is not found, nor by who left, nor what a newcomer may not read", async () => {
    const { alice, bob, carol, channel, a, epoch } = await openTrio({ history: "joined" });
    hold(channel);
    const seq = await say(a, epoch, "walnut one");
    await say(a, epoch, "walnut two");
    expect(await found(bob, "walnut")).toHaveLength(2);
    await perform(a, epoch, { type: "message.delete", seq });
    expect(await found(bob, "walnut")).toEqual(["walnut two"]);
    await removeMember(alice, channel, carol);
    expect(await found(carol, "walnut")).toEqual([]);
    const dave = await register("dave");
    await putMember(alice, channel, dave);
    expect(await found(dave, "walnut")).toEqual([]);
    await say(a, epoch, "walnut three");
    expect(await found(dave, "walnut")).toEqual(["walnut three"]);
    expect((await found(bob, "walnut")).toSorted()).toEqual(["walnut three", "walnut two"]);
  });
});

test("[S183] hits of the archive and of the channel are one list, newest first", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const seqs: number[] = [];
  for (let i = 0; i < 7; i++) seqs.push(await say(a, epoch, `walnut ${i}`));
  await drained(channel);
  hold(channel);
  const [first = 0, second = 0] = seqs;
  for (let i = 7; i < 12; i++) seqs.push(await say(a, epoch, `walnut ${i}`));
  await perform(a, epoch, { type: "message.edit", seq: first, text: "walnut, edited" });
  await perform(a, epoch, { type: "message.edit", seq: second, text: "not any more" });
  const left = seqs.filter((seq) => seq !== second).map((seq) => `${channel}.${seq}`);
  for (const limit of [1, 3, 11, 50])
    expect((await searchAll(bob, "walnut", { limit })).map(nameOf), String(limit)).toEqual(left.toReversed());
  const ranked = (await searchAll(bob, "walnut", { limit: 3, order: "relevance" })).map(nameOf);
  expect(ranked.toSorted()).toEqual(left.toSorted());
});

test("[S183] more hits than a page in one channel, of the same millisecond", async () => {
  const { alice, bob, channel } = await openPair();
  hold(channel);
  const seqs = await sayAll(
    alice,
    channel,
    Array.from({ length: 60 }, (_, i) => `walnut ${i}`),
  );
  const hits = await searchAll(bob, "walnut", { limit: 7 });
  expect(hits.map(({ seq }) => seq)).toEqual([...seqs.values()].sort((one, other) => other - one));
});

test("[S183] a page that ends before a hit of the archive that is gone loses none of the channel", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const gone = await say(a, epoch, "walnut");
  await drained(channel);
  hold(channel);
  const seqs: number[] = [];
  for (let i = 0; i < 4; i++) seqs.push(await say(a, epoch, `walnut ${i}`));
  await perform(a, epoch, { type: "message.delete", seq: gone });
  for (const limit of [1, 2, 3])
    expect((await searchAll(bob, "walnut", { limit })).map(({ seq }) => seq)).toEqual(seqs.toReversed());
});

test("[S183] a channel that the client has open is asked, and no other person's", async () => {
  const { alice, bob, channel } = await openPair();
  const carol = await register("carol");
  const foreign = await openDirect(alice, carol);
  const quiet = await openDirect(bob, carol);
  for (const each of [channel, foreign]) hold(each);
  await sayAll(alice, channel, ["walnut"]);
  await sayAll(alice, foreign, ["walnut of others"]);
  const open = [channel, foreign, quiet];
  const page = await call<object>("/v1/search", { method: "POST", token: bob.token, body: { q: "walnut", open } });
  expect(page).toEqual({ items: [expect.objectContaining({ channel, seq: 1 })], next: null });
});
