import { beforeAll, expect, test } from "vitest";
import { type ChannelHandle, createClient } from "../../src/sdk";
import type { Server } from "../simulation/kit/dev-server";
import { arrive, idOf, listen } from "./people";
import { sharedServer } from "./server";

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});

async function openGroup() {
  const [alice, bob, carol] = [
    await arrive(server.url, "alice"),
    await arrive(server.url, "bob"),
    await arrive(server.url, "carol"),
  ];
  const id = await alice.createGroup({ name: "Friends", members: [idOf(bob), idOf(carol)] });
  const channels = { a: alice.channel(id), b: bob.channel(id), c: carol.channel(id) };
  await Promise.all(Object.values(channels).map((channel) => channel.open()));
  return { alice, bob, carol, id, ...channels };
}

const find = (channel: ChannelHandle, text: string) =>
  channel.view.get().messages.find((message) => message.text === text);
const seqOf = async (channel: ChannelHandle, text: string): Promise<number> => {
  await expect.poll(() => find(channel, text)?.seq ?? null).not.toBeNull();
  return find(channel, text)?.seq ?? 0;
};

test("reactions, replies, pins and edits reach every member of a group, on every device", async () => {
  const { bob, id, a, b, c } = await openGroup();
  const phone = createClient({ url: server.url, ...(bob.token ? { token: bob.token } : {}) });
  await phone.connect();
  const onPhone = phone.channel(id);
  await onPhone.open();
  a.send("shall we?");
  const seq = await seqOf(b, "shall we?");
  b.react(seq, "👍");
  c.react(seq, "👍");
  c.react(seq, "🎉");
  b.pin(seq);
  c.send("we shall", { replyTo: seq });
  a.edit(seq, "shall we go?");
  for (const channel of [a, b, c, onPhone]) {
    await expect.poll(() => find(channel, "shall we go?")?.reactions).toHaveLength(2);
    const message = find(channel, "shall we go?");
    expect(message?.reactions.find(({ emoji }) => emoji === "👍")?.users).toHaveLength(2);
    await expect.poll(() => find(channel, "shall we go?")?.pin.by).toBe(idOf(bob));
    await expect.poll(() => find(channel, "we shall")?.reply?.preview).toBe("shall we go?");
  }
  expect(await c.versions(seq)).toMatchObject([{ text: "shall we?" }]);
  expect((await c.pins()).map((message) => message.seq)).toEqual([seq]);
});

test("the replies of a thread are not in the channel, and its followers get them as unread", async () => {
  const { bob, carol, id, a, b } = await openGroup();
  a.send("the plan");
  const root = await seqOf(b, "the plan");
  const thread = b.thread(root);
  await thread.open();
  thread.send("first reply");
  const seen = a.thread(root);
  await seen.open();
  await expect.poll(() => seen.view.get().messages.map((message) => message.text)).toEqual(["first reply"]);
  await expect.poll(() => find(a, "the plan")?.replies.count).toBe(1);
  expect(a.view.get().messages.map((message) => message.text)).toEqual(["the plan"]);
  seen.send("second reply");
  const unreadOf = (client: typeof bob) => client.inbox.get()?.find((entry) => entry.id === id)?.row.unread;
  await expect.poll(() => find(b, "the plan")?.replies.count).toBe(2);
  // Carol does not follow the thread: only the message of the channel is unread for her.
  await expect.poll(() => unreadOf(carol)).toBe(1);
});

test("a mention counts for the mentioned member, and an unread-from mark lasts until the channel is read again", async () => {
  const { bob, carol, id, a, b } = await openGroup();
  const handle = bob.me.get()?.handle ?? "";
  a.send(`@${handle} look`);
  const row = (client: typeof bob) => client.inbox.get()?.find((entry) => entry.id === id)?.row;
  await expect.poll(() => row(bob)).toMatchObject({ unread: 1, mentions: 1 });
  await expect.poll(() => row(carol)).toMatchObject({ unread: 1, mentions: 0 });
  const seq = await seqOf(b, `@${handle} look`);
  b.markRead(seq);
  await expect.poll(() => row(bob)).toMatchObject({ unread: 0, mentions: 0 });
  b.markUnread(seq);
  await expect.poll(() => row(bob)).toMatchObject({ unread: 1, unreadFrom: seq });
  b.markRead(seq, { explicit: true });
  await expect.poll(() => row(bob)).toMatchObject({ unread: 0, unreadFrom: null });
});

test("a removed member gets nothing more, and a newcomer to a group with hidden history sees only what follows", async () => {
  const { alice, bob, carol, id, a, c } = await openGroup();
  const received = listen(c);
  a.send("carol is still here");
  await seqOf(c, "carol is still here");
  await alice.removeMember(id, idOf(carol));
  a.send("carol is gone");
  await seqOf(a, "carol is gone");
  await expect.poll(() => c.view.get().phase).toBe("gone");
  await expect.poll(() => carol.inbox.get()?.some((entry) => entry.id === id)).toBe(false);
  expect(
    received.some(
      (event) =>
        event.type === "message.sent" && event.data.body.state === "live" && event.data.body.text === "carol is gone",
    ),
  ).toBe(false);

  const late = await alice.createGroup({ name: "From here on", history: "joined", members: [idOf(bob)] });
  const ours = alice.channel(late);
  await ours.open();
  ours.send("before carol");
  await seqOf(ours, "before carol");
  await alice.putMember(late, idOf(carol));
  ours.send("after carol");
  const hers = carol.channel(late);
  await hers.open();
  await seqOf(hers, "after carol");
  expect(hers.view.get().messages.map((message) => message.text)).toEqual(["after carol"]);
});
