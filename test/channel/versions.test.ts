// The versions of a message: its texts before its edits.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { call, request } from "../support/http";
import { perform, say } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt, type Device } from "../support/socket";

interface Versions {
  items: { text: string; version: number; at: number }[];
  next: string | null;
}

const pathOf = (channel: string, seq: number) => `/v1/channels/${channel}/messages/${seq}/versions`;

test("[S75] each edit keeps the text before it, oldest first, with its time, for every member", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  const sent = await perform(a, epoch, { type: "message.send", text: "one" });
  const { seq } = sent;
  const versions = ({ token }: { token: string }) => call<Versions>(pathOf(channel, seq), { token });
  expect(await versions(alice)).toEqual({ items: [], next: null });
  const two = await perform(a, epoch, { type: "message.edit", seq, text: "two" });
  await perform(a, epoch, { type: "message.edit", seq, text: "three" });
  const items = [
    { text: "one", version: seq, at: sent.at },
    { text: "two", version: two.seq, at: two.at },
  ];
  expect(await versions(bob)).toEqual({ items, next: null });
});

test("[S25] a repeated edit makes one version", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "one");
  const edit = { ...composedAt(epoch, seq), type: "message.edit", seq, text: "two" } as const;
  a.send(edit);
  await a.event(seq + 1);
  await a.answer(a.send(edit), "ack");
  expect((await call<Versions>(pathOf(channel, seq), { token: alice.token })).items).toHaveLength(1);
});

test("[S33] [S69] a deleted message has no versions, in the answer or in the rows", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "secret one");
  await perform(a, epoch, { type: "message.edit", seq, text: "secret two" });
  await perform(a, epoch, { type: "message.delete", seq });
  expect(await call<Versions>(pathOf(channel, seq), { token: alice.token })).toEqual({ items: [], next: null });
  const rows = await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) =>
    ["entries", "versions", "aspects"].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
  );
  expect(JSON.stringify(rows)).not.toContain("secret");
});

test("[S50] an entry that is no message has no versions", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "one");
  const { seq: edit } = await perform(a, epoch, { type: "message.edit", seq, text: "two" });
  for (const other of [0, edit, 99])
    expect((await request(pathOf(channel, other), { token: alice.token })).status).toBe(404);
});

/** Edits a message to each of these texts in turn. */
async function editEach(a: Device, epoch: string, seq: number, texts: readonly string[]): Promise<void> {
  for (const text of texts) await perform(a, epoch, { type: "message.edit", seq, text });
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `edit ${i}`);

/** Returns the texts of the kept versions, oldest first, from all pages. */
async function textsOf(channel: string, seq: number, token: string): Promise<string[]> {
  const texts: string[] = [];
  for (let query = ""; ; ) {
    const page = await call<Versions>(`${pathOf(channel, seq)}${query}`, { token });
    texts.push(...page.items.map(({ text }) => text));
    if (page.next === null) return texts;
    query = `?cursor=${page.next}`;
  }
}

test("[S75] the newest 50 versions are kept, also of a message that had more", { timeout: 30_000 }, async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "first");
  const texts = numbered(limits.versionsPerMessage + 9);
  await editEach(a, epoch, seq, texts);
  expect(await textsOf(channel, seq, alice.token)).toEqual(texts.slice(8, -1));
  const countOf = (insert: boolean) =>
    runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) => {
      const many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)";
      const from = "SELECT -i, ?, 1, 'an old version' FROM n";
      if (insert) sql.exec(`INSERT INTO versions (version, target, at, body) ${many} ${from}`, seq);
      return sql.exec("SELECT count(*) AS count FROM versions").one().count;
    });
  expect(await countOf(true)).toBe(limits.versionsPerMessage + 300);
  await editEach(a, epoch, seq, ["last"]);
  expect(await countOf(false)).toBe(limits.versionsPerMessage);
  expect(await textsOf(channel, seq, alice.token)).toEqual(texts.slice(9));
});

test("[S75] the versions of a message have at most a mebibyte, but one is always kept", {
  timeout: 30_000,
}, async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "first");
  // Four bytes for each code point: two of these texts are within the limit, three are not.
  const texts = ["a", "b", "c", "d", "e"].map((mark) => mark + "😀".repeat(limits.messageCodePoints - 1));
  await editEach(a, epoch, seq, [...texts, "last"]);
  expect((await textsOf(channel, seq, alice.token)).map((text) => text[0])).toEqual(["d", "e"]);
  const bytes = await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) =>
    sql.exec<{ bytes: number }>("SELECT sum(octet_length(body)) AS bytes FROM versions").one(),
  );
  expect(bytes.bytes).toBeLessThanOrEqual(limits.versionBytesPerMessage);
});
