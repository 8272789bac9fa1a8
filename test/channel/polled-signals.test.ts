// Signals of a channel over held polls, for networks that block sockets.
import { expect, test } from "vitest";
import { silent, startCall } from "../support/calls";
import { openPair } from "../support/pair";
import { Poller } from "../support/poll";
import { join } from "../support/socket";

/** Returns a poller that knows everything, and how it is asked next. */
async function upToDate(person: Parameters<typeof join>[0], channel: string, epoch: string, after = 0) {
  const poller = new Poller(person, `/v1/channels/${channel}/events`);
  await expect.poll(() => poller.ask({ epoch, after })).toBeNull();
  return { poller, held: () => poller.ask({ epoch, after, wait: 20_000 }) };
}

test("[S107] a held poll brings who is typing, and the next one waits again", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  const { poller, held } = await upToDate(bob, channel, epoch);
  const waiting = held();
  // The poll may not be held yet when the first signal is sent.
  const typist = setInterval(() => a.send({ type: "typing.start" }), 200);
  expect(await waiting).toEqual([
    { type: "signal", signal: { type: "typing.started", channel, user: alice.id, thread: null } },
  ]);
  clearInterval(typist);
  expect(await poller.ask({ epoch, after: 0, wait: 200 })).toBeNull();
});

test("[S107] a held poll is answered when another person opens or closes the channel", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  b.close();
  await b.untilClosed();
  const { held } = await upToDate(bob, channel, epoch);
  const waiting = held();
  a.close();
  expect((await waiting)?.at(-1)).toMatchObject({ type: "ready", here: [] });
  const again = held();
  await join(alice, channel);
  expect((await again)?.at(-1)).toMatchObject({ type: "ready", here: [alice.id] });
});

test("[S254] a held poll of the channel shows who is in a call", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  b.close();
  await b.untilClosed();
  const { call } = await startCall(a, silent);
  const { held } = await upToDate(bob, channel, epoch, call);
  const waiting = held();
  a.send({ type: "call.state", ...silent, hand: true });
  const second = await join(alice, channel);
  await second.answer(second.send({ type: "call.join", call, media: silent }), "ack");
  await expect.poll(async () => (await waiting)?.at(-1)?.type).toBe("ready");
});
