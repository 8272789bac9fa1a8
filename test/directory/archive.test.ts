// The databases of the archive: what a put changes, and what a row reveals.

import { env } from "cloudflare:workers";
import { createCipheriv } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openArchive } from "../../src/directory/archive/open-archive";
import { keysOf, Seal, unseal } from "../../src/directory/archive/seal";
import { readEntry } from "../../src/directory/archive/sealed-entry";
import { type ArchiveQuery, findNewest, findRanked } from "../../src/directory/archive/search";
import { WorkSlices } from "../../src/directory/archive/work-slices";
import type { ArchivedEntry } from "../../src/domain/archive";
import { byPosition, type HitPosition } from "../../src/domain/hit-position";
import { type LiveBody, partsOfText, type StoredBody } from "../../src/domain/message";
import { parseSearch } from "../../src/domain/search-query";
import { noMentions } from "../../src/protocol";
import { newId, randomBase36 } from "../../src/runtime/ids";
import { ownArchive, type RawRow, rawRows } from "../support/archive";

const archive = ownArchive();
const author = newId("u", 1);

const entry = (seq: number, body: StoredBody): ArchivedEntry => ({
  ...{ seq, type: "message.sent", actor: author, nonce: crypto.randomUUID(), at: Date.UTC(2026, 10, 21) + seq },
  ...{ target: null, thread: null, replyTo: null, detail: null, body },
});
const message = (seq: number, text: string, changed: Partial<LiveBody> = {}): ArchivedEntry => {
  const parts = { ...partsOfText(text), mentions: noMentions };
  return entry(seq, { state: "live", ...parts, version: seq, changedAt: seq, ...changed });
};
const deleted = (seq: number, version: number): ArchivedEntry =>
  entry(seq, { state: "deleted", version, changedAt: 7 });
const newChannel = () => newId("c", Date.now());
const put = (channel: string, entries: ArchivedEntry[]) => archive.put(archive.choose(channel), channel, entries);
const list = async (channel: string) => {
  const rows = await archive.list(archive.choose(channel), channel, 0, 10_000);
  return rows.map(({ entry }) => entry).toSorted((one, other) => (one?.seq ?? 0) - (other?.seq ?? 0));
};
const whole = (channels: readonly string[]) => channels.map((id) => ({ id, since: 0 }));
const queryFor = (q: string, part: Partial<ArchiveQuery>): ArchiveQuery => ({
  ...parseSearch(q, 0),
  withoutAuthors: [],
  has: [],
  ...{ channels: [], authors: [], ...part },
});
const found = async (q: string, channels: string[], part: Partial<ArchiveQuery> = {}) =>
  (await findNewest(archive, queryFor(q, { channels: whole(channels), ...part }), null, 1_000)).hits.map(
    ({ seq }) => seq,
  );

describe("a put", () => {
  const entries = Array.from({ length: 10 }, (_, i) => message(i + 1, `walnut ${i}`));

  test("changes nothing when repeated", async () => {
    const channel = newChannel();
    await put(channel, entries);
    const once = (await rawRows(channel)).flat();
    await put(channel, entries);
    expect((await rawRows(channel)).flat()).toEqual(once);
    expect(await list(channel)).toEqual(entries);
  });

  test("works in batches, in any order and overlapping", async () => {
    const channel = newChannel();
    await put(channel, entries.slice(6));
    await put(channel, entries.slice(0, 4));
    await put(channel, entries.slice(2, 8));
    expect(await list(channel)).toEqual(entries);
    expect(await found("walnut", [channel])).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test("of an older version keeps the newer one", async () => {
    const sent = message(1, "walnut");
    const edited = message(1, "hazelnut", { version: 2, changedAt: 5 });
    const again = message(1, "chestnut", { version: 3, changedAt: 6 });
    const gone = deleted(1, 4);
    const states = [sent, edited, again, gone];
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 0, 3, 2],
      [3, 0, 1, 2],
      [2, 3, 0, 3],
    ];
    for (const order of orders) {
      const channel = newChannel();
      for (const at of order) await put(channel, states.slice(at, at + 1));
      expect(await list(channel), String(order)).toEqual([gone]);
      expect(await found("walnut hazelnut chestnut", [channel])).toEqual([]);
    }
  });

  test("of a deleted message leaves nothing to find", async () => {
    const channel = newChannel();
    await put(channel, [message(1, "walnut")]);
    await put(channel, [deleted(1, 2)]);
    const rows = (await rawRows(channel)).flat();
    expect(rows).toMatchObject([{ seq: 1, version: 2, terms: "", starts: "", tags: `o.${channel} ${channel}.1` }]);
    expect(await found("", [channel], { authors: [author] })).toEqual([]);
  });

  test("counts the billed rows", async () => {
    const channel = newChannel();
    const first = await put(channel, entries);
    expect(first.written).toBeGreaterThanOrEqual(entries.length);
    expect((await put(channel, entries)).written).toBe(0);
  });
});

test("a clear deletes the rows of one channel in batches, and reports when there are none", async () => {
  const [one, other] = [newChannel(), newChannel()];
  const entries = Array.from({ length: 1_100 }, (_, i) => message(i + 1, "x"));
  await put(one, entries);
  await put(other, [message(1, "stays")]);
  const answers: boolean[] = [];
  do answers.push(await archive.clearBatch(archive.choose(one), one));
  while (answers.at(-1));
  expect(answers).toEqual([true, true, true, false]);
  expect(await list(one)).toEqual([]);
  expect(await list(other)).toHaveLength(1);
});

test("a channel whose id begins with the id of another is separate", async () => {
  const channel = newChannel();
  const longer = `${channel}0`;
  const shard = archive.choose(channel);
  await archive.put(shard, channel, [message(1, "short walnut")]);
  await archive.put(shard, longer, [message(1, "long walnut"), message(11, "eleventh")]);
  expect(await found("walnut", [channel])).toEqual([1]);
  expect(await archive.list(shard, channel, 0, 10)).toMatchObject([{ entry: { body: { text: "short walnut" } } }]);
  await archive.clearBatch(shard, channel);
  expect(await archive.list(shard, longer, 0, 10)).toHaveLength(2);
});

describe("a row", () => {
  const secretWords = ["rendezvous", "wednesday", "회의실", "東京駅"];
  const text = secretWords.join(" ");

  async function rowOf(entry: ArchivedEntry): Promise<RawRow> {
    const channel = newChannel();
    await put(channel, [entry]);
    const [row] = (await rawRows(channel)).flat();
    if (!row) throw new Error("nothing was stored");
    return row;
  }

  test("holds no word of the text and no nonce, and differs each time", async () => {
    const entry = message(1, text, { mentions: { users: ["u_secret"], all: null } });
    const [row, again] = [await rowOf(entry), await rowOf(entry)];
    const columns = Object.values(row).join("\n").toLowerCase();
    for (const hidden of [...secretWords, entry.nonce, "u_secret", "rendez", "message.sent"]) {
      expect(columns).not.toContain(hidden);
      expect(columns).not.toContain(
        btoa(unescape(encodeURIComponent(hidden)))
          .slice(0, -4)
          .toLowerCase(),
      );
    }
    expect(row.entry).not.toBe(again.entry);
    expect(row.terms).toBe(again.terms);
  });

  test("can be unsealed with the key of the archive, for its own entry, if it is unchanged", async () => {
    const entry = message(1, text);
    const row = await rowOf(entry);
    const { seal, tokens } = keysOf(env.ARCHIVE_KEY);
    const place = `${row.channel}.1`;
    expect(readEntry(unseal(seal, place, row.entry))).toEqual(entry);
    expect(unseal(keysOf("another secret").seal, place, row.entry)).toBeNull();
    expect(unseal(tokens, place, row.entry)).toBeNull();
    expect(unseal(seal, `${row.channel}.2`, row.entry)).toBeNull();
    const bytes = Buffer.from(row.entry, "base64");
    for (const at of [0, 20, bytes.length - 1]) {
      const bent = Buffer.from(bytes);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(unseal(seal, place, bent.toString("base64")), String(at)).toBeNull();
    }
    for (const broken of ["", "x", "AAAA", row.entry.slice(0, 30)]) expect(unseal(seal, place, broken)).toBeNull();
  });

  test("of an earlier version, which was not compressed, can still be unsealed", async () => {
    const entry = message(1, "회의실 ".repeat(1_000));
    const { seal: key } = keysOf(env.ARCHIVE_KEY);
    const place = "c_x.1";
    const iv = Buffer.alloc(12, 7);
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    cipher.setAAD(Buffer.from(place));
    const sealed = Buffer.concat([
      iv,
      cipher.update(JSON.stringify(entry), "utf8"),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    expect(unseal(key, place, sealed.toString("base64"))).toEqual(entry);
    const present = await new Seal(key).close(place, JSON.stringify(entry), new WorkSlices());
    expect(present.length).toBeLessThan(sealed.length / 10);
    expect(unseal(key, place, present)).toEqual(entry);
  });

  test("is neither found nor read by an archive with another key", async () => {
    const channel = newChannel();
    await put(channel, [message(1, text)]);
    const other = openArchive({ ...env, ARCHIVE_KEY: "another secret" });
    const shard = other.choose(channel);
    expect(await other.list(shard, channel, 0, 10)).toMatchObject([{ seq: 1, entry: null }]);
    const query = queryFor("rendezvous", { channels: whole([channel]) });
    expect((await findNewest(other, query, null, 10)).hits).toEqual([]);
    expect((await findNewest(archive, query, null, 10)).hits).toHaveLength(1);
  });
});

test.each(["NOWHERE", "ARCHIVE NOWHERE", "ARCHIVE_KEY"])("ARCHIVES=%s is refused", (names) => {
  expect(() => openArchive({ ...env, ARCHIVES: names })).toThrow("no database is bound");
  expect(() => openArchive({ ...env, FORMER_ARCHIVES: names })).toThrow("no database is bound");
});

test("ARCHIVES may not name the directory", () => {
  expect(() => openArchive({ ...env, ARCHIVES: "ARCHIVE DIRECTORY" })).toThrow("must not fill");
});

test("ARCHIVES may use any white space as a separator", () => {
  expect(openArchive({ ...env, ARCHIVES: " ARCHIVE\n\tARCHIVE_2  " }).databases).toHaveLength(2);
});

test("a search covers a thousand channels at once", async () => {
  const own = newChannel();
  await put(own, [message(1, "walnut")]);
  const many = Array.from({ length: 1_000 }, () => `c_${randomBase36(20)}`);
  expect(await found("walnut", [...many, own])).toEqual([1]);
  expect(await found("walnut", many)).toEqual([]);
});

test("[S94] messages of the same millisecond are paged without a gap, across channels and databases", async () => {
  const channels = Array.from({ length: 9 }, newChannel);
  for (const channel of channels)
    await put(
      channel,
      Array.from({ length: 5 }, (_, i) => ({ ...message(i + 1, "walnut"), at: 7_000 })),
    );
  const query = queryFor("walnut", { channels: whole(channels) });
  for (const order of ["newest", "relevance"] as const) {
    const seen: HitPosition[] = [];
    for (let isLast = false; !isLast; ) {
      const page =
        order === "newest"
          ? await findNewest(archive, query, seen.at(-1) ?? null, 4)
          : await findRanked(archive, query, seen.length, 4);
      seen.push(...page.hits);
      ({ isLast } = page);
    }
    expect(new Set(seen.map(({ channel, seq }) => `${channel}.${seq}`)).size, order).toBe(45);
    expect(seen, order).toHaveLength(45);
    if (order === "newest") expect(seen).toEqual(seen.toSorted(byPosition));
  }
});

test("a millisecond with more entries than rowids loses none", { timeout: 120_000 }, async () => {
  const archive = openArchive({ ...env, ARCHIVES: "ARCHIVE" });
  const channel = "c_0crowdedmoment";
  const at = Date.UTC(2026, 10, 21);
  const entry = (seq: number, when: number) => ({ ...message(seq, "crowded"), at: when });
  for (let from = 1; from <= 9_000; from += 500) {
    const batch = Array.from({ length: 500 }, (_, i) => entry(from + i, at));
    await archive.put("ARCHIVE", channel, batch);
  }
  await archive.put("ARCHIVE", channel, [entry(9_001, at + 1), entry(9_002, at + 2)]);
  let place = 0;
  const seqs = new Set<number>();
  for (;;) {
    const rows = await archive.list("ARCHIVE", channel, place, 1_000);
    for (const { seq } of rows) seqs.add(seq);
    if (rows.length < 1_000) break;
    place = rows.at(-1)?.place ?? 0;
  }
  expect(seqs.size).toBe(9_002);
});
