// The plain messages of one turn are written together. Every command still sees what came before
// it.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { PlainRows } from "../../src/channel/log/plain-rows";
import { RowCounter } from "../../src/runtime/row-counter";
import { openPair } from "../support/pair";
import { composedAt, textOf } from "../support/socket";

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

const storedTexts = (channel: string) =>
  runInDurableObject(stubOf(channel), (_, { storage: { sql } }) =>
    sql
      .exec<{ seq: number; body: string }>(
        "SELECT seq, body FROM entries WHERE type = 'message.sent' AND version = seq AND changed_at = at ORDER BY seq",
      )
      .toArray(),
  );

test("21 messages of one request are written by three statements, in their order", async () => {
  const { alice, channel, b, epoch } = await openPair();
  const statements: string[] = [];
  await runInDurableObject(stubOf(channel), (_, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
      statements.push(query);
      return exec<T>(query, ...bindings);
    };
  });
  const texts = Array.from({ length: 21 }, (_, at) => `line ${at}`);
  const commands = texts.map((text, at) => ({
    ...{ id: `${at}`, type: "message.send", text },
    ...composedAt(epoch, 0),
  }));
  const caller = { user: alice.id, session: "s_test", issuedAt: Date.now() };
  expect(await stubOf(channel).runCommands(caller, commands)).toMatchObject({ ok: true });
  await b.event(21);
  expect(b.events.map(textOf)).toEqual(texts);
  expect(await storedTexts(channel)).toEqual(texts.map((body, at) => ({ seq: at + 1, body })));
  expect(statements.filter((statement) => statement.startsWith("INSERT INTO entries"))).toHaveLength(3);
});

test("a command sees the messages that came before it in its turn", async () => {
  const { alice, channel, b, epoch } = await openPair();
  const at = () => composedAt(epoch, 0);
  const commands = [
    { id: "1", type: "message.send", text: "first", ...at() },
    { id: "2", type: "message.edit", seq: 1, text: "changed", ...at() },
    { id: "3", type: "message.send", text: "second", ...at() },
    { id: "4", type: "message.send", text: "a reply", replyTo: 3, ...at() },
    { id: "5", type: "reaction.add", seq: 3, emoji: "👍", ...at() },
    { id: "6", type: "message.send", text: "third", ...at() },
  ];
  const caller = { user: alice.id, session: "s_test", issuedAt: Date.now() };
  const answered = await stubOf(channel).runCommands(caller, commands);
  expect(answered).toMatchObject({ ok: true, value: commands.map(({ id }, at) => ({ type: "ack", id, seq: at + 1 })) });
  await b.event(6);
  expect(b.events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
    "1 message.sent",
    "2 message.edited",
    "3 message.sent",
    "4 message.sent",
    "5 reaction.added",
    "6 message.sent",
  ]);
  expect(b.events[3]).toMatchObject({ data: { reply: { seq: 3, preview: "second" } } });
});

test("nothing of a transaction that failed is written by the next one", async () => {
  const { channel } = await openPair();
  await runInDurableObject(stubOf(channel), (_, { storage }) => {
    const rows = new RowCounter(storage.sql);
    const plain = new PlainRows(rows.sql, rows);
    const put = (seq: number) => plain.put({ seq, actor: "u_1", nonce: `n-${seq}`, at: 1, text: `text ${seq}` });
    plain.begin();
    put(1);
    plain.abandon();
    plain.begin();
    put(2);
    const seen = rows.sql.exec("SELECT seq FROM entries").toArray();
    put(3);
    plain.end();
    put(4);
    expect(seen).toEqual([{ seq: 2 }]);
    expect(storage.sql.exec("SELECT seq FROM entries ORDER BY seq").toArray()).toEqual(
      [2, 3, 4].map((seq) => ({ seq })),
    );
    expect(rows.written).toBe(3);
  });
});
