// Storage of the version before parts: its object schema, and its rows of the archive.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { migrations } from "../../src/channel/schema";
import { archiveKeysOf } from "../../src/directory/archive/archive-keys";
import { readEntry } from "../../src/directory/archive/sealed-entry";
import { keyOf } from "../../src/directory/archive/tokens";
import { WorkSlices } from "../../src/directory/archive/work-slices";
import type { ArchivedEntry } from "../../src/domain/archive";
import type { Message } from "../../src/protocol";
import { compare, drained, entriesOf, exact, ownArchive, search } from "../support/archive";
import { photo, sayParts } from "../support/attachments";
import { call } from "../support/http";
import { perform, readAll, resume, say, shownBy } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { composedAt } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

test("an object without the columns of parts opens, and every read is as before", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "first");
  await perform(a, epoch, { type: "message.edit", seq, text: "second" });
  const composed = { ...composedAt(epoch, 2), type: "message.send", text: "gone" } as const;
  a.send(composed);
  const { seq: gone } = await a.event(3);
  await perform(a, epoch, { type: "message.delete", seq: gone });
  await say(a, epoch, "an answer to @bob", { replyTo: seq });
  const before = await readAll(bob, channel);
  const partsStep = migrations.findIndex((step) => step.includes("ADD COLUMN parts"));
  await runInDurableObject(stubOf(channel), (_, { storage: { sql } }) => {
    // Later steps added these.
    sql.exec("DROP VIEW current_entries; DROP TABLE purged_ranges; ALTER TABLE log DROP COLUMN purged");
    for (const table of ["entries", "versions"]) sql.exec(`ALTER TABLE ${table} DROP COLUMN parts`);
    sql.exec("ALTER TABLE members DROP COLUMN roles; ALTER TABLE members DROP COLUMN timed_out_until");
    sql.exec("ALTER TABLE members DROP COLUMN until");
    sql.exec("ALTER TABLE log DROP COLUMN guild; ALTER TABLE log DROP COLUMN call; DROP TABLE member_states");
    sql.exec("DROP TABLE files");
    sql.exec("UPDATE schema_version SET version = ?", partsStep);
    // The saved state had no version.
    sql.exec("UPDATE standing SET state = json_remove(state, '$.v')");
  });
  await evictDurableObject(stubOf(channel), { webSockets: "close" });
  expect(await readAll(bob, channel)).toEqual(before);
  const device = await resume(alice, channel, epoch);
  expect(shownBy(device)).toEqual(before.messages);
  const path = `/v1/channels/${channel}/messages/${seq}`;
  expect(await call(`${path}/versions`, { token: bob.token })).toMatchObject({ items: [{ text: "first" }] });
  // The digest of a text is as before, so a late repeat is recognised.
  expect(await device.answer(device.send(composed), "ack")).toMatchObject({ seq: gone });
  const { seq: next } = await sayParts(device, epoch, { attachments: [photo()] });
  expect((await call<Message>(`/v1/channels/${channel}/messages/${next}`, { token: bob.token })).body).toMatchObject({
    attachments: [photo()],
  });
  expect(await drained(channel)).toEqual(exact(next));
});

/** The JSON of an entry as the version before sealed it. */
function firstVersionOf({ body, detail, ...entry }: ArchivedEntry): string {
  const isDeleted = body?.state === "deleted";
  const mentions = body?.state === "live" && body.mentions.users.length > 0 ? JSON.stringify(body.mentions) : null;
  return JSON.stringify({
    ...entry,
    ...{ version: body?.version ?? null, changedAt: body?.changedAt ?? null, isDeleted, mentions, detail },
    body: body && (body.state === "live" ? body.text : ""),
  });
}

/** Seals another JSON into the row of an entry. */
async function replaceEntry(channel: string, seq: number, json: string): Promise<void> {
  const key = keyOf(channel, seq);
  const sealed = await archiveKeysOf(env.ARCHIVE_KEY).seal.close(key, json, new WorkSlices());
  const database = ownArchive().database(ownArchive().choose(channel));
  await database.prepare("UPDATE archive SET entry = ? WHERE tags MATCH ?").bind(sealed, `"${key}"`).run();
}

test("rows that the version before archived are the same as the log, and are found", async () => {
  const { bob, channel, a, b, epoch } = await openTrio();
  const seq = await say(a, epoch, `hello @${bob.handle}`);
  const gone = await say(b, epoch, "gone");
  await perform(b, epoch, { type: "message.delete", seq: gone });
  await perform(b, epoch, { type: "reaction.add", seq, emoji: "👍" });
  const { seq: head } = await perform(a, epoch, { type: "message.edit", seq, text: `hello again @${bob.handle}` });
  await drained(channel);
  const entries = await entriesOf(channel);
  expect(entries).toHaveLength(head);
  expect(entries.find((entry) => entry?.seq === seq)?.body).toMatchObject({ mentions: { users: [bob.id] } });
  for (const entry of entries) if (entry) await replaceEntry(channel, entry.seq, firstVersionOf(entry));
  expect(await entriesOf(channel)).toEqual(entries);
  expect(await compare(channel)).toEqual(exact(head));
  expect((await search(bob, "hello")).items).toMatchObject([{ seq }]);
});

test("a comparison is one of meaning: order of fields and left out defaults do not count, content does", async () => {
  const { bob, channel, a, epoch } = await openTrio();
  const { seq } = await sayParts(a, epoch, { text: "hello", attachments: [photo()] });
  const mention = await say(a, epoch, `hello @${bob.handle}`);
  await drained(channel);
  const entries = await entriesOf(channel);
  const head = entries.length;
  const at = (place: number) => {
    const entry = entries.find((one) => one?.seq === place);
    if (entry?.body?.state !== "live") throw new Error(`no live message at ${place}`);
    return { entry, body: entry.body };
  };
  const reversed = (value: object) =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => field !== null)
        .reverse(),
    );
  const store = ({ body: _, ...entry }: ArchivedEntry, body: object) =>
    replaceEntry(channel, entry.seq, JSON.stringify({ body, v: 2, ...reversed(entry) }));
  const [plain, mentioned] = [at(seq), at(mention)];
  await store(plain.entry, reversed({ ...plain.body, mentions: null }));
  await store(mentioned.entry, reversed({ ...mentioned.body, attachments: null }));
  expect(await compare(channel)).toEqual(exact(head));
  const { version, changedAt } = plain.body;
  const changes: [ArchivedEntry, object][] = [
    [plain.entry, { ...plain.body, text: "hallo" }],
    [plain.entry, { state: "deleted", version, changedAt }],
    [plain.entry, { ...plain.body, attachments: [] }],
    [plain.entry, { ...plain.body, attachments: [{ ...photo({ name: "other.jpg" }), id: "a_1" }] }],
    [mentioned.entry, { ...mentioned.body, mentions: { users: [], all: null } }],
  ];
  for (const [entry, body] of changes) {
    await store(entry, body);
    expect(await compare(channel), JSON.stringify(body)).toEqual({ ...exact(head), same: head - 1, different: 1 });
    await store(entry, at(entry.seq).body);
  }
  await replaceEntry(channel, seq, JSON.stringify({ v: 3, seq }));
  expect(await compare(channel)).toEqual({ ...exact(head), same: head - 1, different: 1 });
  expect(readEntry({ v: 3, seq })).toBeNull();
});
