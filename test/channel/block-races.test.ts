// Blocks that begin and end while the other person writes. Whatever the order, the person who
// blocks has each entry in the end, and none that was made during a block before its end.
import { expect, test, vi } from "vitest";
import { block, unblock } from "../support/block";
import { openDirect, register } from "../support/http";
import { perform, resume, say } from "../support/log";
import { fixtureSize } from "../support/runs";
import { epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const ROUNDS = fixtureSize(4, 40);
const MESSAGES = 6;

test("[S215] [S216] a block that races messages lets none through, and its end brings them all", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  for (let round = 0; round < ROUNDS; round++) {
    const b = await join(bob, channel);
    const send = async () => {
      for (let i = 0; i < MESSAGES; i++) await say(a, epoch, `round ${round}, ${i}`);
    };
    await Promise.all([send(), block(bob, alice)]);
    await b.untilClosed();
    // The block has begun: its log ends where the sockets were told.
    const during = await resume(bob, channel, epoch);
    const { head } = await during.until((frame) => frame.type === "ready");
    expect(Math.max(0, ...b.events.map(({ seq }) => seq))).toBeLessThanOrEqual(head);
    const last = await say(a, epoch, `round ${round}, blocked`);
    await perform(a, epoch, { type: "reaction.add", seq: last, emoji: "👍" });
    await Promise.all([send(), unblock(bob, alice)]);
    expect(Math.max(0, ...during.events.map(({ seq }) => seq))).toBe(head);
    const after = await resume(bob, channel, epoch);
    const next = await say(a, epoch, `round ${round}, open`);
    await after.event(next);
    expect(after.events.map(({ seq }) => seq)).toEqual(Array.from({ length: next }, (_, at) => at + 1));
    for (const device of [during, after]) device.close();
  }
});
