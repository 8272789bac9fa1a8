// Messages with attachments, and with no text, in everything that reads a message.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { attachmentsIn, bytesOf, partsColumn } from "../../src/channel/log/parts-column";
import { StateSaver } from "../../src/channel/members/state-saver";
import { UsageCounter } from "../../src/channel/usage";
import { budgets, type Message, type WindowJob } from "../../src/protocol";
import { noteFor } from "../../src/push/push-note";
import { RowCounter } from "../../src/runtime/row-counter";
import { contentsOf, drained, entriesOf, exact, search } from "../support/archive";
import { attachmentsOf, photo, sayParts } from "../support/attachments";
import { call, openDirect, register } from "../support/http";
import { perform, readAll, resume, say, shownBy } from "../support/log";
import { openPair } from "../support/pair";
import { atRest } from "../support/rest";
import { attach, epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const harbour = photo({ alt: "a harbour at dawn" });
const plan = photo({ name: "계획.pdf", type: "application/pdf", size: 7 });
const both = [harbour, plan];
const summary = { count: 2, name: "photo.jpg", type: "image/jpeg" };

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);
const rowsOf = (channel: string, sql: string) =>
  runInDurableObject(stubOf(channel), (_, { storage }) => storage.sql.exec(sql).toArray());

test("[S149] a message with attachments and no text is the same live, in a replay, on a page and over HTTP", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const { seq, data } = await sayParts(a, epoch, { attachments: both });
  const body = { state: "live", text: "", mentions: { users: [], all: null }, attachments: both };
  expect(data).toMatchObject({ body: { ...body, version: seq, editedAt: null } });
  expect(await b.event(seq)).toMatchObject({ data });
  await sayParts(b, epoch, { text: "look", attachments: [plan] }, { replyTo: seq });
  await sayParts(a, epoch, { attachments: [plan] }, { thread: seq });
  const { seq: last } = await perform(a, epoch, { type: "message.edit", seq, text: "a harbour" });
  await b.event(last);
  const replayed = await resume(bob, channel, epoch);
  const { messages } = await readAll(bob, channel);
  expect(shownBy(replayed)).toEqual(messages);
  expect(shownBy(b)).toEqual(messages);
  const path = `/v1/channels/${channel}/messages/${seq}`;
  expect(await call<Message>(path, { token: alice.token })).toEqual(messages[0]);
  expect(messages[0]?.body).toMatchObject({ ...body, text: "a harbour", version: last });
});

test("a plain message has nothing in the column, and no attachments in its frames", async () => {
  const { channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  await b.event(seq);
  await perform(a, epoch, { type: "message.edit", seq, text: "hello again" });
  expect(await rowsOf(channel, "SELECT parts FROM entries")).toEqual([{ parts: null }, { parts: null }]);
  expect(await rowsOf(channel, "SELECT parts FROM versions")).toEqual([{ parts: null }]);
});

test("the column has a version, and is null without attachments", () => {
  const stored = both.map((attachment, at) => ({ ...attachment, id: `a_${at}` }));
  const column = partsColumn({ text: "", attachments: stored });
  expect(JSON.parse(column ?? "")).toEqual({ v: 1, attachments: stored });
  expect(attachmentsIn(column)).toEqual(stored);
  expect(attachmentsIn(partsColumn({ text: "hi", attachments: [] }))).toEqual([]);
  // A later version may mean something else, so it is not read as this one.
  expect(() => attachmentsIn(JSON.stringify({ v: 2, attachments: stored }))).toThrow();
});

describe("a quote", () => {
  test("[S151] [S152] says what is attached, and nothing once its message is deleted", async () => {
    const { alice, bob, channel, a, b, epoch } = await openPair();
    const { seq } = await sayParts(a, epoch, { attachments: both });
    const reply = await perform(b, epoch, { type: "message.send", text: "which one?", replyTo: seq });
    const quote = { seq, author: alice.id };
    expect(reply.data).toMatchObject({ reply: { ...quote, state: "live", preview: "", attachments: summary } });
    await perform(a, epoch, { type: "message.delete", seq });
    const replayed = await resume(bob, channel, epoch);
    const { data } = await replayed.event(reply.seq);
    expect("reply" in data && data.reply).toEqual({ ...quote, state: "deleted", preview: null });
  });

  test("of a message whose text became empty is not that of a deleted one", async () => {
    const { a, b, epoch } = await openPair();
    const { seq } = await sayParts(a, epoch, { text: "hello", attachments: [plan] });
    await perform(a, epoch, { type: "message.edit", seq, text: "" });
    const { data } = await perform(b, epoch, { type: "message.send", text: "?", replyTo: seq });
    expect(data).toMatchObject({ reply: { state: "live", preview: "" } });
  });
});

test("[S150] an edit keeps the attachments, and each version has its own", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const { seq } = await sayParts(a, epoch, { attachments: both });
  const edit = await perform(a, epoch, { type: "message.edit", seq, text: "one" });
  expect(edit.data).toMatchObject({ body: { text: "one", attachments: both } });
  await perform(a, epoch, { type: "message.edit", seq, text: "two" });
  const path = `/v1/channels/${channel}/messages/${seq}/versions`;
  expect(await call(path, { token: alice.token })).toMatchObject({
    items: [
      { text: "", attachments: both },
      { text: "one", attachments: both },
    ],
  });
});

test("[S151] an inbox row says what is attached, and the message is unread", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  b.close();
  const { seq, at } = await sayParts(a, epoch, { attachments: both });
  const preview = { author: alice.id, text: "", at, attachments: summary };
  expect(await stubOf(channel).wake(bob.id)).toMatchObject({ ok: true, value: { preview, unread: 1 } });
  const phone = await attach(bob);
  const rows = phone.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
  expect(rows.find((row) => row.channel === channel)).toMatchObject({ preview, unread: 1 });
  await perform(a, epoch, { type: "message.delete", seq });
  expect(await stubOf(channel).wake(bob.id)).toMatchObject({ ok: true, value: { preview: null, unread: 0 } });
});

test("[S151] a notification says what is attached, unless previews are off", async () => {
  vi.spyOn(env.PUSH, "send").mockImplementation(async () => undefined as never);
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  const { seq } = await sayParts(a, epoch, { attachments: both });
  const job: WindowJob = { kind: "window", id: "j", channel, epoch, from: seq, to: seq };
  const claimed = await vi.waitFor(
    async () => {
      const answer = await stubOf(channel).claimNotifications(job);
      if (!answer.ok || answer.value.notifications.length === 0) throw new Error("nothing is due yet");
      return answer.value;
    },
    { timeout: 15_000, interval: 50 },
  );
  vi.restoreAllMocks();
  expect(claimed.messages[seq]).toMatchObject({ author: alice.id, text: "", attachments: summary });
  const [due] = claimed.notifications;
  if (!due) throw new Error("nothing is due");
  const settings = {
    presence: "auto",
    level: "all",
    mutedUntil: 0,
    quiet: null,
    blocked: [],
    subscriptions: [],
  } as const;
  const noteWith = (previews: boolean) =>
    noteFor(
      job,
      claimed,
      due,
      { ...settings, subscriptions: [], user: bob.id, previews },
      { [alice.id]: { name: "Alice" } },
    );
  expect(noteWith(true)).toMatchObject({ text: "", attachments: summary, author: { name: "Alice" } });
  expect(noteWith(false)).toMatchObject({ text: "", author: null });
  expect(noteWith(false)).not.toHaveProperty("attachments");
});

test("[S150] the archive holds the attachments, and a search finds names and alt texts", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const sent = await sayParts(a, epoch, { attachments: both });
  const { seq } = sent;
  const attached = attachmentsOf(sent);
  const other = await say(a, epoch, "no file at all");
  expect(await drained(channel)).toEqual(exact(other));
  expect((await entriesOf(channel))[0]?.body).toMatchObject({ state: "live", text: "", attachments: both });
  const found = async (q: string) => (await search(bob, q)).items.map((hit) => hit.seq);
  for (const q of ["photo", "계획", "harbour dawn", '"at dawn"', "pdf"]) expect(await found(q), q).toEqual([seq]);
  expect(await found("jpeg")).toEqual([]);
  const linked = await say(a, epoch, "see https://example.com/chart");
  for (const when of ["in the tail", "in the archive"]) {
    for (const q of ["has:image", "has:file", "dawn has:image"]) expect(await found(q), `${q} ${when}`).toEqual([seq]);
    expect(await found("has:link"), when).toEqual([linked]);
    expect(await found("has:video"), when).toEqual([]);
    expect((await search(bob, "has:image")).items[0]?.attachments, when).toEqual(attached);
    expect((await search(bob, "has:link")).items[0], when).not.toHaveProperty("attachments");
    await drained(channel);
  }
  expect((await search(bob, "dawn")).items[0]?.excerpt.text).toContain("a harbour at dawn");
  await perform(a, epoch, { type: "message.delete", seq });
  expect(await found("photo")).toEqual([]);
  expect(await drained(channel)).toEqual(exact(other + 2));
  expect(await contentsOf(channel)).toEqual(["(deleted)", "no file at all", "see https://example.com/chart", null]);
});

test("the bytes of a day count all parts, when they are stored and again after a crash", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const sent = await sayParts(a, epoch, { text: "one", attachments: both });
  await perform(a, epoch, { type: "message.edit", seq: sent.seq, text: "a harbour" });
  await atRest(channel);
  const before = bytesOf({ text: "one", attachments: attachmentsOf(sent) });
  const now = bytesOf({ text: "a harbour", attachments: attachmentsOf(sent) });
  expect(now).toBeGreaterThan(JSON.stringify(attachmentsOf(sent)).length);
  const [row] = await rowsOf(channel, "SELECT state FROM standing");
  const saved = JSON.parse(String(row?.state));
  expect(saved).toMatchObject({ v: 1, daily: { accounts: { [alice.id]: { own: before + now } } } });
  const recounted = await runInDurableObject(stubOf(channel), (_, { storage }) => {
    storage.sql.exec("DELETE FROM standing");
    const sources = {
      usage: () => new UsageCounter(null, new RowCounter(storage.sql), 0).total,
      head: () => 2,
      budgets,
      isLarge: false,
    };
    return new StateSaver(storage.sql, sources, Date.now()).dailyBytes.stored.accounts[alice.id]?.own;
  });
  // The edit and its message both have the present parts.
  expect(recounted).toBe(2 * now);
});
