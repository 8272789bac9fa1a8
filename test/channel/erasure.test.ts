// The erasure of one author's messages, a batch at a time.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { readAll, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform } from "../support/poll";
import { composedAt } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

test("[S101] the erasure goes through the log in batches, and a batch may be repeated", async () => {
  const { alice, bob, channel, b, epoch } = await openPair();
  for (let i = 0; i < 250; i += 50) {
    const commands = Array.from({ length: 50 }, (_, j) => ({
      ...{ id: String(j), type: "message.send", text: `line ${i + j}` },
      ...composedAt(epoch, 0),
    }));
    await perform(alice, channel, commands);
  }
  await say(b, epoch, "bob's");
  const erase = async (after: number) => {
    const answer = await stubOf(channel).erase(alice.id, after);
    return answer.ok ? answer.value : answer.code;
  };
  expect(await erase(0)).toBe(100);
  expect((await b.event(351)).data).toMatchObject({ target: 100 });
  expect(await erase(0)).toBe(200);
  expect(await erase(100)).toBeNull();
  expect((await b.event(451)).data).toMatchObject({ target: 200 });
  expect(await erase(0)).toBeNull();
  const deleted = b.events.flatMap(({ type, actor, data }) =>
    type === "message.deleted" && "target" in data ? [[actor, data.target]] : [],
  );
  expect(deleted).toEqual(Array.from({ length: 250 }, (_, i) => [alice.id, i + 1]));
  expect((await stubOf(channel).state()).ok).toBe(true);
  const page = await perform(bob, channel, [{ id: "1", type: "history.page", query: { limit: 5 } }]);
  expect(page).toMatchObject([{ page: { head: 501, messages: [{}, {}, {}, {}, { body: { text: "bob's" } }] } }]);
});

test("[S101] a thread no longer counts the erased replies, and shows an erased root without its text", async () => {
  const { alice, bob, channel, a, b, epoch } = await openTrio();
  const root = await say(a, epoch, "alice's root");
  await say(b, epoch, "bob in it", { thread: root });
  await say(a, epoch, "alice in it", { thread: root });
  expect(await stubOf(channel).erase(alice.id, 0)).toEqual({ ok: true, value: null });
  const { messages } = await readAll(bob, channel);
  expect(messages.map(({ body }) => (body.state === "live" ? body.text : null))).toEqual([null, "bob in it", null]);
  expect(messages[0]?.replies).toMatchObject({ count: 1, participants: [bob.id] });
});

test("[S101] the erasure of a missing channel finds nothing and does not create it", async () => {
  const stub = stubOf("c_nowhere");
  expect(await stub.erase("u_nobody", 0)).toEqual({ ok: true, value: null });
  const tables = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'entries'").toArray(),
  );
  expect(tables).toEqual([]);
});
