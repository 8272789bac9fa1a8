// The restore of a channel. Local storage has no point-in-time recovery, so the test makes the
// restored copy itself, row by row, as the platform would leave it: earlier entries, an earlier
// roster, the old epoch.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, onTestFinished, test } from "vitest";
import { request } from "../support/http";
import { say } from "../support/log";
import { openPair } from "../support/pair";
import { Poller, perform } from "../support/poll";
import { attach, composedAt, isLiveInbox, join } from "../support/socket";

const operator = "the-operator-of-the-tests";
const renew = (channel: string, token = operator, at: number | null = null) =>
  request(`/v1/operator/channels/${channel}/restore`, { method: "POST", token, body: { at } });

/** Does what the platform does to the storage of a channel. */
async function putBack(channel: string, head: number): Promise<void> {
  const stub = env.CHANNELS.getByName(channel);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("DELETE FROM entries WHERE seq > ?", head);
    storage.sql.exec("DELETE FROM aspects WHERE seq > ?", head);
  });
  await evictDurableObject(stub, { webSockets: "close" });
}

test("[S92] every cursor of the epoch before gets a reset", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  for (const text of ["one", "two", "three"]) await say(a, epoch, text);
  const poller = new Poller(bob, `/v1/channels/${channel}/events`);
  await poller.ask({ epoch, after: 3 });
  await putBack(channel, 1);
  expect((await renew(channel)).status).toBe(204);
  expect(await poller.ask({ epoch, after: 3 })).toMatchObject([{ type: "reset", reason: "epoch", head: 1 }]);
  const back = await join(alice, channel);
  const reset = await back.answer(back.send({ type: "channel.subscribe", from: { epoch, after: 0 } }), "reset");
  expect(reset).toMatchObject({ reason: "epoch", head: 1 });
  expect(reset.epoch).not.toBe(epoch);
  expect(await say(back, reset.epoch, "another two")).toBe(2);
});

test("[S92] the sockets are closed with a code to reconnect", async () => {
  const { channel, a, b } = await openPair();
  expect((await renew(channel)).status).toBe(204);
  expect(await a.untilClosed()).toMatchObject({ code: 4002 });
  expect(await b.untilClosed()).toMatchObject({ code: 4002 });
});

test("[S92] marks fall back to the head, and the inbox follows into the next epoch", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const phone = await attach(bob);
  for (const text of ["one", "two", "three"]) await say(a, epoch, text);
  // A mark over HTTP is stored at once, so the copy has it.
  expect(await perform(bob, channel, [{ id: "1", type: "read.mark", seq: 3 }])).toMatchObject([{ seq: 3 }]);
  await putBack(channel, 1);
  expect((await renew(channel)).status).toBe(204);
  const again = await join(bob, channel);
  const ready = await again.answer(again.send({ type: "channel.subscribe" }), "ready");
  expect(ready).toMatchObject({ head: 1, reads: { [bob.id]: 1 } });
  await say(again, ready.epoch, "two again");
  const lived = await phone.until(
    (frame): frame is Extract<typeof frame, { type: "inbox" }> =>
      isLiveInbox(frame) && frame.rows.some((row) => row.epochNumber === 2 && row.head === 2),
  );
  expect(lived.rows).toMatchObject([{ channel, epochNumber: 2, head: 2, read: 2 }]);
});

test("[S93] [S25] a command of the epoch before is done once: found if it was restored, repeated if it was lost", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  await say(a, epoch, "zero");
  const kept = { id: "1", type: "message.send", ...composedAt(epoch, 1), text: "kept" };
  const lost = { id: "2", type: "message.send", ...composedAt(epoch, 2), text: "lost" };
  expect(await perform(alice, channel, [kept, lost])).toMatchObject([{ seq: 2 }, { seq: 3 }]);
  await putBack(channel, 2);
  expect((await renew(channel)).status).toBe(204);
  const again = () => perform(alice, channel, [kept, lost, { ...kept, id: "3", text: "another" }]);
  const answers = [
    { type: "ack", seq: 2 },
    { type: "ack", seq: 3 },
    { type: "error", code: "nonce_conflict" },
  ];
  expect(await again()).toMatchObject(answers);
  expect(await again()).toMatchObject(answers);
  const poller = new Poller(bob, `/v1/channels/${channel}/events`);
  const ready = (await poller.ask())?.at(-1);
  expect(ready).toMatchObject({ type: "ready", head: 3 });
});

test("[S93] a late retry does not bring back what was deleted in the epoch before", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const said = { id: "1", type: "message.send", ...composedAt(epoch, 0), text: "secret" };
  await perform(alice, channel, [said, { id: "2", type: "message.delete", ...composedAt(epoch, 0), seq: 1 }]);
  await say(a, epoch, "after");
  await putBack(channel, 2);
  expect((await renew(channel)).status).toBe(204);
  expect(await perform(alice, channel, [said])).toMatchObject([{ type: "ack", seq: 1 }]);
  const [page] = await perform(alice, channel, [{ id: "3", type: "history.page", query: {} }]);
  expect(page).toMatchObject({ page: { head: 2, messages: [{ seq: 1, body: { state: "deleted" } }] } });
});

test("only the operator may restore, and only a channel that exists", async () => {
  const { alice, channel } = await openPair();
  expect((await renew(channel, alice.token)).status).toBe(404);
  expect((await renew(channel, "wrong")).status).toBe(404);
  expect((await renew("c_none")).status).toBe(404);
  // The storage of the tests has no earlier state: the answer says so, and nothing changes.
  const refused = await renew(channel, operator, Date.now() - 1_000);
  expect(await refused.json()).toMatchObject({ code: "restore_unavailable", temporary: false });
});

test("[S92] the inboxes of members without a channel socket follow too", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  b.close();
  const phone = await attach(bob);
  for (const text of ["one", "two", "taken back"]) await say(a, epoch, text);
  await phone.until((frame): frame is typeof frame => isLiveInbox(frame) && frame.rows.some((row) => row.head === 3));
  await putBack(channel, 1);
  expect((await renew(channel)).status).toBe(204);
  const rowOf = async () => {
    const { frames } = await attach(bob);
    return frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : [])).at(-1);
  };
  await expect.poll(rowOf, { timeout: 10_000 }).toMatchObject({ epochNumber: 2, head: 1, preview: { text: "one" } });
});

test("[S92] a member who was offline in the earlier state and is online now gets deliveries again", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  b.close();
  await say(a, epoch, "one");
  const stub = env.CHANNELS.getByName(channel);
  const asleep = () =>
    runInDurableObject(stub, async (instance, { storage }) => {
      await instance.alarm();
      return storage.sql.exec<{ state: string }>("SELECT state FROM standing").toArray()[0]?.state ?? "";
    });
  await expect.poll(asleep, { timeout: 10_000 }).toMatch(new RegExp(`"quiet":\\["${bob.id}`));
  const earlier = await asleep();
  const phone = await attach(bob);
  await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("UPDATE standing SET state = ?", earlier).toArray(),
  );
  await evictDurableObject(stub, { webSockets: "close" });
  expect((await renew(channel)).status).toBe(204);
  await perform(alice, channel, [{ id: "1", type: "message.send", ...composedAt(epoch, 1), text: "two" }]);
  const update = await phone.until(
    (frame): frame is Extract<typeof frame, { type: "inbox" }> =>
      isLiveInbox(frame) && frame.rows.some((row) => row.head === 2),
  );
  expect(update.rows).toMatchObject([{ epochNumber: 2, head: 2 }]);
});

test("an object that is about to restart accepts nothing, and the request waits for its successor", async () => {
  const { channel } = await openPair();
  const stub = env.CHANNELS.getByName(channel);
  const taken: string[] = [];
  await runInDurableObject(stub, (instance, state) => {
    const put = (target: object, name: string, value: unknown) =>
      Object.defineProperty(target, name, { value, configurable: true });
    put(state.storage, "getBookmarkForTime", async () => "earlier");
    put(state.storage, "onNextSessionRestoreBookmark", async () => "now");
    const base = Object.getPrototypeOf(Object.getPrototypeOf(instance)) ?? {};
    const owner = Object.hasOwn(base, "applyRoster") ? base : Object.getPrototypeOf(instance);
    const { applyRoster } = owner;
    onTestFinished(() => {
      put(owner, "applyRoster", applyRoster);
    });
    put(owner, "applyRoster", async function (this: unknown, roster: unknown) {
      const answer = await applyRoster.call(this, roster);
      taken.push(this === instance ? "by the one that goes" : "by the one that woke");
      return answer;
    });
  });
  expect((await renew(channel, operator, Date.now() - 60_000)).status).toBe(204);
  expect(taken).toEqual(["by the one that woke"]);
  const pending = await env.DIRECTORY.prepare("SELECT count(*) AS left FROM roster_outbox WHERE object = ?")
    .bind(channel)
    .first();
  expect(pending).toEqual({ left: 0 });
});
