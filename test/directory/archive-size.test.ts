// How many bytes of a database a message takes, by the kind of its text.
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { findNewest } from "../../src/directory/archive/search";
import { SearchTokens } from "../../src/directory/archive/tokens";
import { WorkSlices } from "../../src/directory/archive/work-slices";
import type { ArchivedEntry } from "../../src/domain/archive";
import { partsOfText } from "../../src/domain/message";
import { parseSearch } from "../../src/domain/search-query";
import { noMentions } from "../../src/protocol";
import { newId, randomBase36 } from "../../src/runtime/ids";
import { ownArchive } from "../support/archive";

vi.setConfig({ testTimeout: 120_000 });

const archive = ownArchive();
const SHARD = "ARCHIVE";
const author = newId("u", 1);
const entryOf = (seq: number, body: string): ArchivedEntry => ({
  ...{ seq, type: "message.sent", actor: author, nonce: crypto.randomUUID(), at: Date.UTC(2026, 10, 21) + seq },
  ...{ target: null, thread: null, replyTo: null, detail: null },
  body: { state: "live", ...partsOfText(body), mentions: noMentions, version: seq, changedAt: seq },
});

/** Numbers that are the same in each run. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const random = randoms(7);
const han = Array.from({ length: 20_000 }, (_, i) => String.fromCodePoint(0x4e00 + i));
const syllables = Array.from({ length: 600 }, (_, i) => String.fromCodePoint(0xac00 + i * 18));
const words = Array.from({ length: 3_000 }, () => randomBase36(3 + Math.floor(random() * 7)));
const repeat = (count: number, one: () => string, separator = "") => Array.from({ length: count }, one).join(separator);

const kinds: Record<string, { count: number; text(): string; atMost: number }> = {
  "a short message of Korean": {
    count: 2_000,
    text: () => repeat(6, () => repeat(3, () => pick(random, syllables)), " "),
    atMost: 1_400,
  },
  "a short message of words": { count: 2_000, text: () => repeat(12, () => pick(random, words), " "), atMost: 2_100 },
  "100,000 Han letters": { count: 4, text: () => repeat(100_000, () => pick(random, han)), atMost: 600_000 },
  "100,000 letters of Korean": {
    count: 4,
    text: () => repeat(25_000, () => repeat(3, () => pick(random, syllables)), " "),
    atMost: 420_000,
  },
  "100,000 letters of words": { count: 4, text: () => repeat(14_000, () => pick(random, words), " "), atMost: 420_000 },
  "100,000 letters of distinct words": {
    count: 4,
    text: () => repeat(12_500, () => random().toString(36).slice(2, 9), " "),
    atMost: 560_000,
  },
  "one word of 100,000 letters": { count: 4, text: () => repeat(1_000, () => randomBase36(100)), atMost: 120_000 },
};

test.each(Object.entries(kinds))("%s", async (name, { count, text, atMost }) => {
  const channel = newId("c", Date.now());
  const size = async () => (await env[SHARD].prepare("SELECT 1").run()).meta.size_after;
  const before = await size();
  const batch = count > 100 ? 100 : 1;
  for (let seq = 1; seq <= count; seq += batch)
    await archive.put(
      SHARD,
      channel,
      Array.from({ length: batch }, (_, i) => entryOf(seq + i, text())),
    );
  const bytes = Math.round(((await size()) - before) / count);
  console.log(`${name}: ${bytes} bytes`);
  expect(bytes).toBeLessThan(atMost);
});

test("a search finds the end of a long message: single characters, phrases and prefixes", async () => {
  const channel = newId("c", Date.now());
  const shard = archive.choose(channel);
  const body = `${repeat(60_000, () => pick(random, han))} 회의실 예약 rendezvous`;
  await archive.put(shard, channel, [entryOf(1, body), entryOf(2, "nothing of this")]);
  const found = async (q: string) => {
    const query = {
      ...parseSearch(q, 0),
      withoutAuthors: [],
      has: [],
      channels: [{ id: channel, since: 0 }],
      authors: [],
    };
    return (await findNewest(archive, query, null, 10)).hits.map(({ seq }) => seq);
  };
  const letters = [...body];
  for (const q of [
    "회의실",
    '"회의실 예약"',
    "rendez*",
    "rendezvous",
    // Across the last exact term.
    letters.slice(8_185, 8_199).join(""),
    letters.slice(59_990, 60_000).join(""),
  ])
    expect(await found(q), q).toEqual([1]);
  expect(await found("absentword")).toEqual([]);
});

test("the caches of words stay within their bytes, however long and many the words are", async () => {
  const tokens = new SearchTokens(new Uint8Array(32));
  const slices = new WorkSlices();
  for (let i = 0; i < 60; i++)
    await tokens.columnsOf("c_x", entryOf(i + 1, randomBase36(10).padEnd(100_000, "x")), slices);
  // Only the prefixes are kept: at most five of each word.
  expect(tokens.cachedBytes).toBeLessThan(400_000);
  for (let i = 0; i < 12; i++)
    await tokens.columnsOf(
      "c_x",
      entryOf(
        i + 1,
        repeat(2_500, () => randomBase36(39), " "),
      ),
      slices,
    );
  expect(tokens.cachedBytes).toBeGreaterThan(4 * 1024 ** 2);
  expect(tokens.cachedBytes).toBeLessThanOrEqual(8 * 1024 ** 2);
});
