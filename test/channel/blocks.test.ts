// A direct channel in which bob blocks alice. She gets the answers as before.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { closeCodes, type FrameOf, type Page } from "../../src/protocol";
import { block, unblock } from "../support/block";
import { call, openDirect, type Person, register, request } from "../support/http";
import { perform, refusalCode, resume, say, shownBy } from "../support/log";
import { attach, type Device, epochOf, isLiveInbox, join } from "../support/socket";

let alice: Person;
let bob: Person;
let channel: string;
let a: Device;
let epoch: string;

beforeEach(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  channel = await openDirect(alice, bob);
  a = await join(alice, channel);
  epoch = await epochOf(a);
});

const pageOf = (person: Person, query = ""): Promise<Page> =>
  call<Page>(`/v1/channels/${channel}/messages${query}`, { token: person.token });
const textsOf = ({ messages }: Page) => messages.map(({ body }) => (body.state === "live" ? body.text : null));
const poll = (person: Person, query: string, headers = {}) =>
  request(`/v1/channels/${channel}/events${query}`, { token: person.token, headers });

test("[S214] [S215] nothing that is written after a block reaches the person who blocks", async () => {
  const inbox = await attach(bob);
  const b = await join(bob, channel);
  await say(a, epoch, "before");
  await b.event(1);
  await block(bob, alice);
  expect((await b.untilClosed()).code).toBe(closeCodes.restarted);
  const again = await resume(bob, channel, epoch, 0);
  const before = inbox.frames.length;
  await say(a, epoch, "after");
  await perform(a, epoch, { type: "message.edit", seq: 1, text: "changed" });
  a.send({ type: "typing.start" });
  // An answer to a later command shows that nothing else has come before it.
  const ready = await again.answer(again.send({ type: "channel.subscribe", from: { epoch, after: 1 } }), "ready");
  expect(ready).toMatchObject({ head: 1, here: [], permissions: ["read"], reads: { [bob.id]: 0 }, delivered: {} });
  expect(again.frames.filter(({ type }) => type === "signal")).toEqual([]);
  expect(again.events.map(({ seq }) => seq)).toEqual([1]);
  const fresh = await resume(bob, channel, epoch, 0);
  expect(shownBy(fresh).map(({ body }) => body.state)).toEqual(["deleted"]);
  for (const query of ["", "?after=0", "?around=2", "?before=9"]) {
    const page = await pageOf(bob, query);
    expect(page).toMatchObject({ head: 1, moreAfter: false });
    expect(textsOf(page)).toEqual([null]);
  }
  expect((await request(`/v1/channels/${channel}/messages/2`, { token: bob.token })).status).toBe(404);
  expect(await call(`/v1/channels/${channel}/messages/1/versions`, { token: bob.token })).toMatchObject({ items: [] });
  expect(await (await poll(bob, `?epoch=${epoch}&after=0`)).text()).not.toMatch(/after"|changed/);
  expect(
    inbox.frames
      .slice(before)
      .filter(isLiveInbox)
      .flatMap(({ rows }) => rows),
  ).toEqual([]);
  const synced = await attach(bob);
  expect(synced.frames.find(({ type }) => type === "inbox")).not.toMatchObject({ rows: [{ head: 3 }] });
  expect(textsOf(await pageOf(alice))).toEqual(["changed", "after"]);
});

test("[S214] the person who is blocked gets the answers as before", async () => {
  const read = await say(a, epoch, "read");
  const b = await join(bob, channel);
  await b.answer(b.send({ type: "read.mark", seq: read }), "ack");
  const asBefore = async () => {
    const device = await join(alice, channel);
    const { reads, permissions, role } = await device.until((frame) => frame.type === "ready");
    device.close();
    const info = await call(`/v1/channels/${channel}`, { token: alice.token });
    return { reads, permissions, role, info };
  };
  b.close();
  const before = await asBefore();
  await block(bob, alice);
  expect(await asBefore()).toEqual(before);
  const seq = await say(a, epoch, "still sent");
  await perform(a, epoch, { type: "reaction.add", seq, emoji: "👍" });
  const again = await join(bob, channel);
  await again.answer(again.send({ type: "read.mark", seq: seq + 5 }), "ack");
  expect((await asBefore()).reads).toEqual({ ...before.reads, [alice.id]: seq });
  const id = a.send({ type: "channel.subscribe" });
  expect((await a.answer(id, "ready")).here).not.toContain(bob.id);
});

test("[S216] a person who blocks reads what they had, and writes nothing", async () => {
  await say(a, epoch, "before");
  await block(bob, alice);
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  const b = await resume(bob, channel, epoch);
  expect(textsOf(await pageOf(bob))).toEqual(["before"]);
  expect(await refusalCode(b, epoch, { type: "message.send", text: "no" })).toBe("forbidden");
  expect(await refusalCode(b, epoch, { type: "reaction.add", seq: 1, emoji: "👍" })).toBe("forbidden");
});

test("[S216] the end of a block brings what was written meanwhile, as unread", async () => {
  await say(a, epoch, "before");
  await block(bob, alice);
  await say(a, epoch, "meanwhile");
  const b = await resume(bob, channel, epoch);
  const inbox = await attach(bob);
  await unblock(bob, alice);
  expect((await b.untilClosed()).code).toBe(closeCodes.restarted);
  const again = await resume(bob, channel, epoch, 1);
  expect(again.events.map(({ seq }) => seq)).toEqual([2]);
  await say(again, epoch, "hello again");
  const row = await inbox.until((frame): frame is FrameOf<"inbox"> => isLiveInbox(frame) && frame.rows[0]?.head === 3);
  expect(row.rows).toMatchObject([{ channel, preview: { text: "hello again" } }]);
});
