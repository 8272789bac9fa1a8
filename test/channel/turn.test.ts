import { expect, test } from "vitest";
import { openDirect, register } from "../support/http";
import { join } from "../support/socket";

test("a message reaches both sides once, and its event is the sender's acknowledgement", async () => {
  const alice = await register("alice");
  const bob = await register("bob");
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  const b = await join(bob, channel);
  const nonce = crypto.randomUUID();
  const { epoch } = await a.until((frame) => frame.type === "ready");
  a.send({ type: "message.send", nonce, epoch, after: 0, text: "hello" });
  const seen = await b.until((frame) => frame.type === "events");
  await a.until((frame) => frame.type === "events");
  expect(seen).toMatchObject({ channel, head: 1, events: [{ seq: 1, type: "message.sent", actor: alice.id, nonce }] });
  expect(a.events).toHaveLength(1);
});
