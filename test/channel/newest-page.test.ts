// The newest page is written by SQLite where it can be. It must say what every other page says.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { readNewestPage } from "../../src/channel/log/newest-page";
import { openTrio } from "../support/pair";
import { composedAt } from "../support/socket";

const hostile =
  '\u0001\u001f\b\f\r tab\t newline\n quote" back\\slash / </script> \u007f \u2028\u2029 é 가 👩‍👩‍👧 \ufeff end';

test("the newest page of a socket equals the page before the next seq", async () => {
  const { channel, a, epoch } = await openTrio();
  const first = (await a.until((frame) => frame.type === "ready")).head;
  const ask = async (query: { limit: number; before?: number }) =>
    (await a.answer(a.send({ type: "history.page", query }), "page")).page;
  const isWrittenBySql = (limit: number) =>
    runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) => {
      return readNewestPage(sql, 0, limit) !== null;
    });
  const compare = async (limit: number, isWritten: boolean) => {
    expect(await isWrittenBySql(limit)).toBe(isWritten);
    const newest = await ask({ limit });
    const before = await ask({ limit, before: newest.head + 1 });
    expect(newest).toEqual(before);
    return newest;
  };
  expect(await compare(10, true)).toMatchObject({ messages: [], moreBefore: false });
  for (const text of [hostile, "two", "three"]) a.send({ type: "message.send", ...composedAt(epoch, first), text });
  await a.event(first + 3);
  expect((await compare(10, true)).messages).toHaveLength(3);
  expect(await compare(2, true)).toMatchObject({ moreBefore: true, moreAfter: false });
  a.send({ type: "reaction.add", ...composedAt(epoch, first), seq: first + 2, emoji: "👍" });
  await a.event(first + 4);
  expect((await compare(10, false)).messages[1]?.reactions.items).toHaveLength(1);
  await compare(1, true);
  a.send({ type: "message.send", ...composedAt(epoch, first), text: "reply", replyTo: first + 3 });
  a.send({ type: "message.send", ...composedAt(epoch, first), text: "thread", thread: first + 3 });
  await a.event(first + 6);
  await compare(10, false);
  for (let at = 0; at < 3; at++)
    a.send({ type: "message.send", ...composedAt(epoch, first), text: "long ".repeat(19_000) });
  await a.event(first + 9);
  const long = await compare(10, false);
  expect(long).toMatchObject({ moreBefore: true });
  expect(long.messages.length).toBeLessThan(3);
});
