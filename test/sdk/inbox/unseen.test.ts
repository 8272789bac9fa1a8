// Messages below the read mark that this person has not seen.
import { beforeEach, expect, test } from "vitest";
import type { InboxRow, Message } from "../../../src/protocol";
import type { ChannelHandle, Client } from "../../../src/sdk";
import { unseenAfterChange, unseenAfterReply } from "../../../src/sdk/inbox/unseen";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;
let channel: ChannelHandle;

const unseenOf = (...seqs: number[]) => seqs.map((seq) => ({ seq, thread: 1, mention: false }));
const row = (unseen?: InboxRow["unseen"]): InboxRow => ({
  ...{ channel: "c_1", epochNumber: 1, head: 5, preview: null, read: 5, unreadFrom: null, unread: 0, mentions: 0 },
  at: server.clock.now(),
  ...(unseen && { unseen }),
});
const shown = () => alice.inbox.get()?.find(({ id }) => id === "c_1")?.row.unseen;
const reports = () => server.commands("c_1", "read.mark").map(({ seq, seen }) => ({ seq, seen }));

/** Bob edits a message, which then mentions these users. */
async function edit(seq: number, users: string[]): Promise<void> {
  const event = server.log("c_1").do("u_bob", { type: "message.edit", seq, text: "edited" });
  if (event.type === "message.edited" && event.data.body.state === "live")
    event.data.body.mentions = { users, all: null };
  server.broadcast("c_1", [event]);
  await settle();
}

beforeEach(async () => {
  server = new FakeServer();
  for (let i = 1; i <= 5; i++) server.log("c_1").say("u_bob", `line ${i}`);
  server.rows = [row(unseenOf(3, 4, 5))];
  alice = server.client("alice");
  await alice.connect();
  channel = alice.channel("c_1");
  await channel.open();
});

test("[S174] seen messages leave the list at once, and are reported together with the next mark", async () => {
  expect(shown()).toEqual(unseenOf(3, 4, 5));
  channel.markSeen([3]);
  expect(shown()).toEqual(unseenOf(4, 5));
  await settle();
  channel.markSeen([4]);
  channel.markSeen([9]);
  channel.markRead(5);
  await server.clock.advance(2_000);
  expect(reports()).toEqual([
    { seq: 0, seen: [3] },
    { seq: 5, seen: [4, 9] },
  ]);
});

test("[S174] a row that is older than a report does not bring a message back, and a later one may", async () => {
  channel.markSeen([3, 4]);
  server.sendRows([row(unseenOf(3, 4, 5))]);
  await settle();
  expect(shown()).toEqual(unseenOf(5));
  server.sendRows([row(unseenOf(5))]);
  await settle();
  server.sendRows([row(unseenOf(4, 5))]);
  await settle();
  expect(shown()).toEqual(unseenOf(4, 5));
});

test("[S174] a report that was in flight when the connection was lost is sent again", async () => {
  channel.markSeen([3, 4]);
  server.socket("c_1").cut();
  await server.clock.advance(60_000);
  expect(reports().at(-1)).toMatchObject({ seen: [3, 4] });
  expect(server.sockets.filter(({ channel: id }) => id === "c_1").length).toBeGreaterThan(1);
});

test("[S174] a report does not end an unread-from mark", async () => {
  channel.markUnread(5);
  channel.markSeen([3]);
  await server.clock.advance(3_000);
  expect(reports()).toEqual([{ seq: 0, seen: [3] }]);
  expect(server.commands("c_1", "read.unmark")).toHaveLength(1);
});

test("[S172] an open channel shows a mention that comes with an edit before the server's row", async () => {
  server.sendRows([row()]);
  await settle();
  await edit(2, ["u_alice"]);
  expect(shown()).toEqual([{ seq: 2, thread: null, mention: true }]);
  await edit(2, []);
  expect(shown()).toBeUndefined();
});

const message = (fields: { thread?: number; users?: string[]; deleted?: boolean }): Message => ({
  ...{ seq: 3, author: "u_bob", nonce: "n", at: 1, reply: null, thread: fields.thread ?? null },
  body: fields.deleted
    ? { state: "deleted", version: 9, deletedAt: 1 }
    : {
        ...{ state: "live", text: "text", attachments: [], version: 3, editedAt: null },
        mentions: { users: fields.users ?? [], all: null },
      },
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
});

test("[S174] a reply stays unseen without its mention, and nothing that is deleted does", () => {
  const reply = message({ thread: 1, users: ["u_alice"] });
  const known = row([{ seq: 3, thread: 1, mention: true }]);
  const after = (changed: Message) => unseenAfterChange(known, reply, changed, "u_alice").unseen;
  expect(after(message({ thread: 1 }))).toEqual(unseenOf(3));
  expect(after(message({ thread: 1, deleted: true }))).toBeUndefined();
  expect(unseenAfterReply(known, 1).unseen).toBeUndefined();
  expect(unseenAfterReply(known, 2).unseen).toEqual(known.unseen);
  expect(unseenAfterReply(known, null)).toBe(known);
});
