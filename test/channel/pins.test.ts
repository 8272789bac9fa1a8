// Pinned messages.
import { expect, test } from "vitest";
import { type Appended, limits, type Message } from "../../src/protocol";
import { call, type Person } from "../support/http";
import { courseOf, perform, pictureOf, readAll, refusal, resume, say } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

const pinsOf = async ({ token }: Person, channel: string) =>
  (await call<{ items: Message[] }>(`/v1/channels/${channel}/pins`, { token })).items.map(({ seq }) => seq);

test("[S67] a pin reaches both sides, over the socket and HTTP, and is listed until it is taken off", async () => {
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

test("[S67] are listed in the order they were pinned", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seqs = [];
  for (let i = 0; i < 5; i++) seqs.push(await say(a, epoch, `line ${i}`));
  for (const seq of seqs.toReversed()) {
    const { at } = await perform(a, epoch, { type: "message.pin", seq });
    await expect.poll(() => Date.now()).toBeGreaterThan(at);
  }
  expect(await pinsOf(alice, channel)).toEqual(seqs.toReversed());
});

test("[S67] whoever pinned first stays named, and unpinning what is not pinned is no error", async () => {
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

test("[S67] a channel holds 50 pins and not one more", { timeout: 30_000 }, async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seqs: number[] = [];
  for (let i = 0; i <= limits.pinsPerChannel; i++) seqs.push(await say(a, epoch, `line ${i}`));
  for (const seq of seqs.slice(1)) await perform(a, epoch, { type: "message.pin", seq });
  const first = seqs[0] ?? 0;
  expect(await refusal(a, epoch, { type: "message.pin", seq: first })).toBe("too_many_pins");
  await perform(a, epoch, { type: "message.pin", seq: first + 1 });
  await perform(a, epoch, { type: "message.delete", seq: first + 1 });
  await perform(a, epoch, { type: "message.pin", seq: first });
  expect(await pinsOf(alice, channel)).toHaveLength(limits.pinsPerChannel);
});

test("[S69] a deleted message is pinned no more and never again", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  await perform(a, epoch, { type: "message.pin", seq });
  await perform(a, epoch, { type: "message.delete", seq });
  expect(await pinsOf(alice, channel)).toEqual([]);
  for (const type of ["message.pin", "message.unpin"] as const)
    expect(await refusal(a, epoch, { type, seq })).toBe("message_deleted");
  expect(await refusal(a, epoch, { type: "message.pin", seq: 99 })).toBe("not_found");
});

test("[S25] a repeated pin is done once, and a late repeat pins nothing again", async () => {
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

test("[S31] [S32] a device that catches up sees the pins that a live one saw", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(b, epoch, "other")];
  await perform(b, epoch, { type: "message.pin", seq: one });
  await perform(b, epoch, { type: "message.pin", seq: other });
  await perform(a, epoch, { type: "message.unpin", seq: one });
  await perform(a, epoch, { type: "message.pin", seq: one });
  const { seq } = await perform(b, epoch, { type: "message.delete", seq: other });
  await a.event(seq);
  const replayed = await resume(bob, channel, epoch);
  expect(courseOf(replayed)).toEqual(courseOf(a));
  expect(pictureOf(replayed)).toEqual(pictureOf(a));
  expect(pictureOf(a)).toEqual((await readAll(bob, channel)).messages);
});
