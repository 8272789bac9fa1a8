// A page of missed events is written by SQLite. It must say what the events say that every other
// reader gets.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { readEvents } from "../../src/channel/log/history";
import { readMissedEvents } from "../../src/channel/log/missed-events";
import { encodeEvent } from "../../src/protocol";
import { openTrio } from "../support/pair";
import { composedAt } from "../support/socket";

test("the text of missed events is the encoding of the events, for all readers", async () => {
  const { bob, channel, a, epoch } = await openTrio();
  const first = (await a.until((frame) => frame.type === "ready")).head;
  const send = (command: { text: string; replyTo?: number; thread?: number }) =>
    a.send({ type: "message.send", ...composedAt(epoch, first), ...command });
  const hostile =
    '\u0001\u001f\b\f\r tab\t newline\n quote" back\\slash / </script> \u007f \u2028\u2029 é 가 👩‍👩‍👧 \ufeff end';
  const sent = [
    send({ text: hostile }),
    send({ text: `@${bob.handle} look` }),
    send({ text: "reply", replyTo: first + 1 }),
    send({ text: "in a thread", thread: first + 1 }),
  ];
  await a.event(first + sent.length);
  a.send({ type: "message.edit", ...composedAt(epoch, first), seq: first + 1, text: "edited" });
  a.send({ type: "reaction.add", ...composedAt(epoch, first), seq: first + 2, emoji: "👍" });
  a.send({ type: "message.delete", ...composedAt(epoch, first), seq: first + 3 });
  await expect
    .poll(() => a.events.map(({ type }) => type))
    .toEqual(expect.arrayContaining(["message.edited", "reaction.added", "message.deleted"]));
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) => {
    for (const since of [0, first + 2]) {
      const { events, last, characters } = readEvents(sql, 0, since);
      const page = readMissedEvents(sql, 0, since);
      const parsed: unknown = JSON.parse(`[${page.events}]`);
      expect(parsed).toEqual(events.map((event) => JSON.parse(encodeEvent(event))));
      expect(page.last).toBe(last);
      expect(page.characters).toBeGreaterThanOrEqual(characters);
    }
    expect(readMissedEvents(sql, 1_000, 0)).toEqual({ events: "", last: null, characters: 0 });
  });
});
