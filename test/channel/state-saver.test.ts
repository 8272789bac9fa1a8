// What survives the loss of an object's memory, and what must not come back after it.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Appended, Page } from "../../src/protocol";
import { upgradeRequest } from "../../src/runtime/identity";
import { call } from "../support/http";
import { openPair } from "../support/pair";
import { atRest } from "../support/rest";
import { composedAt } from "../support/socket";

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);
const hibernate = (channel: string) => evictDurableObject(stubOf(channel), { webSockets: "hibernate" });

test("[S38] the read mark of an own message survives a loss of memory, whether or not the row was just saved", async () => {
  const { alice, channel, a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  await b.event(1);
  await atRest(channel);
  b.send({ type: "message.send", ...composedAt(epoch, 1), text: "two" });
  a.send({ type: "message.send", ...composedAt(epoch, 1), text: "three" });
  await b.event(3);
  await a.event(3);
  await atRest(channel);
  await hibernate(channel);
  expect(await stubOf(channel).wake(alice.id)).toMatchObject({ ok: true, value: { read: 3, unread: 0 } });
});

test("[S38] sending marks everything before it as read, even if the object is evicted right after", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const post = (text: string) =>
    call<Appended>(`/v1/channels/${channel}/messages`, {
      ...{ method: "POST", token: bob.token, body: { text }, headers: { "idempotency-key": text } },
    });
  const crash = () => evictDurableObject(stubOf(channel), { webSockets: "close" });
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  await a.event(1);
  await post("two");
  await crash();
  expect(await stubOf(channel).wake(bob.id)).toMatchObject({ ok: true, value: { read: 2, unread: 0 } });
  // The same with a row that was saved between the two.
  await atRest(channel);
  await post("three");
  await crash();
  expect(await stubOf(channel).wake(bob.id)).toMatchObject({ ok: true, value: { read: 3, unread: 0 } });
});

test("[S37] a read mark survives a socket that the server closes", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  await b.event(1);
  await b.answer(b.send({ type: "read.mark", seq: 1 }), "ack");
  await call(`/v1/sessions/${bob.session}`, { method: "DELETE", token: bob.token });
  expect(await b.untilClosed()).toMatchObject({ code: 4100 });
  await evictDurableObject(stubOf(channel), { webSockets: "close" });
  expect(await stubOf(channel).wake(bob.id)).toMatchObject({ ok: true, value: { read: 1, unread: 0 } });
});

test("[S4] a socket closed with its session stays closed, even if its client stays silent through a hibernation", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  await call(`/v1/sessions/${bob.session}`, { method: "DELETE", token: bob.token });
  await b.untilClosed();
  await hibernate(channel);
  const states = await runInDurableObject(stubOf(channel), (_, state) =>
    state.getWebSockets(bob.id).map((socket) => socket.readyState),
  );
  expect(states.every((state) => state !== WebSocket.READY_STATE_OPEN)).toBe(true);
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "alone" });
  await a.event(1);
  const page = await call<Page>(`/v1/channels/${channel}/messages`, { token: alice.token });
  expect(page.messages).toHaveLength(1);
});

test("[S8] an object refuses an upgrade without opening a socket that would keep it awake", async () => {
  const caller = { user: "u_stranger", session: "s_none", issuedAt: Date.now(), device: null };
  const { channel } = await openPair();
  for (const name of [channel, "c_guessed"]) {
    const answer = await stubOf(name).fetch(...upgradeRequest(caller));
    expect([answer.status, answer.webSocket, answer.headers.get("x-parley-close")]).toEqual([403, null, "4200"]);
  }
});
