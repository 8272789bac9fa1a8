// Pinned messages: live, listed, limited, and replayed.
import { expect, test } from "vitest";
import { type Appended, limits, type Message } from "../../src/protocol";
import { call, type Person } from "../support/http";
import { perform, readAll, refusalCode, resume, say, shownBy, stableFieldsOf } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

const pinsOf = async ({ token }: Person, channel: string) =>
  (await call<{ items: Message[] }>(`/v1/channels/${channel}/pins`, { token })).items.map(({ seq }) => seq);

test("[S67] a pin reaches both sides, over the socket and HTTP, and is listed until it is removed", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(a, epoch, "other")];
  const pinned = await perform(b, epoch, { type: "message.pin", seq: other });
  const pin = { version: pinned.seq, by: bob.id, at: pinned.at };
  expect(await a.event(pinned.seq)).toMatchObject({ type: "message.pinned", data: { target: other, pin } });
  const path = (seq: number) => `/v1/channels/${channel}/messages/${seq}/pin`;
  const { seq } = await call<Appended>(path(one), { method: "PUT", token: alice.token });
  expect(await b.event(seq)).toMatchObject({ type: "message.pinned", actor: alice.id, data: { target: one } });
  expect(new Set(await pinsOf(bob, channel))).toEqual(new Set([one, other]));
  const gone = await call<Appended>(path(other), { method: "DELETE", token: alice.token });
  expect(await b.event(gone.seq)).toMatchObject({
    type: "message.unpinned",
    data: { target: other, pin: { version: gone.seq, by: null, at: null } },
  });
  expect(await pinsOf(alice, channel)).toEqual([one]);
});

test("[S67] pins are listed in the order they were made", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seqs = [];
  for (let i = 0; i < 5; i++) seqs.push(await say(a, epoch, `line ${i}`));
  for (const seq of seqs.toReversed()) {
    const { at } = await perform(a, epoch, { type: "message.pin", seq });
    await expect.poll(() => Date.now()).toBeGreaterThan(at);
  }
  expect(await pinsOf(alice, channel)).toEqual(seqs.toReversed());
});

test("[S67] a pin keeps the member who made it first, and unpinning an unpinned message is no error", async () => {
  const { bob, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  const { at } = await perform(b, epoch, { type: "message.pin", seq });
  const again = await perform(a, epoch, { type: "message.pin", seq });
  expect(again.data).toMatchObject({ pin: { version: again.seq, by: bob.id, at } });
  for (let i = 0; i < 2; i++) {
    const gone = await perform(a, epoch, { type: "message.unpin", seq });
    expect(gone.data).toMatchObject({ pin: { by: null, at: null } });
  }
});

test("[S67] a channel holds at most 50 pins", { timeout: 30_000 }, async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seqs: number[] = [];
  for (let i = 0; i <= limits.pinsPerChannel; i++) seqs.push(await say(a, epoch, `line ${i}`));
  for (const seq of seqs.slice(1)) await perform(a, epoch, { type: "message.pin", seq });
  const first = seqs[0] ?? 0;
  expect(await refusalCode(a, epoch, { type: "message.pin", seq: first })).toBe("too_many_pins");
  await perform(a, epoch, { type: "message.pin", seq: first + 1 });
  await perform(a, epoch, { type: "message.delete", seq: first + 1 });
  await perform(a, epoch, { type: "message.pin", seq: first });
  expect(await pinsOf(alice, channel)).toHaveLength(limits.pinsPerChannel);
});

test("[S69] a deleted message loses its pin and cannot be pinned again", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  await perform(a, epoch, { type: "message.pin", seq });
  await perform(a, epoch, { type: "message.delete", seq });
  expect(await pinsOf(alice, channel)).toEqual([]);
  for (const type of ["message.pin", "message.unpin"] as const)
    expect(await refusalCode(a, epoch, { type, seq })).toBe("message_deleted");
  expect(await refusalCode(a, epoch, { type: "message.pin", seq: 99 })).toBe("not_found");
});

test("[S25] a repeated pin is applied once, and a late repeat does not pin again", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  const command = { ...composedAt(epoch, seq), type: "message.pin", seq } as const;
  a.send(command);
  const pinned = await a.event(seq + 1);
  await perform(a, epoch, { type: "message.unpin", seq });
  expect(await a.answer(a.send(command), "ack")).toMatchObject({ seq: pinned.seq });
  expect(await a.answer(a.send({ ...command, type: "message.unpin" }), "error")).toMatchObject({
    code: "nonce_conflict",
  });
  expect(await pinsOf(alice, channel)).toEqual([]);
});

test("[S31] [S32] a device that catches up shows the same pins as a live one", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(b, epoch, "other")];
  await perform(b, epoch, { type: "message.pin", seq: one });
  await perform(b, epoch, { type: "message.pin", seq: other });
  await perform(a, epoch, { type: "message.unpin", seq: one });
  await perform(a, epoch, { type: "message.pin", seq: one });
  const { seq } = await perform(b, epoch, { type: "message.delete", seq: other });
  await a.event(seq);
  const replayed = await resume(bob, channel, epoch);
  expect(stableFieldsOf(replayed)).toEqual(stableFieldsOf(a));
  expect(shownBy(replayed)).toEqual(shownBy(a));
  expect(shownBy(a)).toEqual((await readAll(bob, channel)).messages);
});
