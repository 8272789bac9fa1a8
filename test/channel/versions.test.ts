// The versions of a message: its texts before its edits.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { call, request } from "../support/http";
import { perform, say } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

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
