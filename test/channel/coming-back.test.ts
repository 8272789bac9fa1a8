// A member who comes back: what the objects read for it, and what the others are told.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Signal } from "../../src/protocol";
import { request } from "../support/http";
import { openPair, openTrio } from "../support/pair";
import { accessToken, composedAt, type Device, openSocket } from "../support/socket";

/** Counts every statement that an object runs from this call on. */
async function countStatements(stub: DurableObjectStub): Promise<string[]> {
  const statements: string[] = [];
  await runInDurableObject(stub, (_, { storage }) => {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
      statements.push(query);
      return exec<T>(query, ...bindings);
    };
  });
  return statements;
}

const signals = (device: Device): Signal[] =>
  device.frames.flatMap((frame) => (frame.type === "signal" ? [frame.signal] : []));

const untilHere = (device: Device, user: string) =>
  expect
    .poll(() => signals(device).flatMap((signal) => (signal.type === "here.batch" ? signal.came : [])))
    .toContain(user);

const resume = async (token: string, channel: string, epoch: string, after: number): Promise<Device> => {
  const device = await openSocket(`/v1/channels/${channel}/socket`, await accessToken(token));
  const from = { epoch, after };
  await device.answer(device.send({ type: "channel.subscribe", from, hereInBatches: true }), "ready");
  return device;
};

test("[S20] a device that missed nothing comes back without a statement, in the channel and in its user object", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  await b.event(1);
  b.close();
  const access = await accessToken(bob.token);
  const ofChannel = await countStatements(env.CHANNELS.getByName(channel));
  const ofUser = await countStatements(env.USERS.getByName(bob.id));
  const back = await openSocket(`/v1/channels/${channel}/socket`, access);
  const ready = await back.answer(back.send({ type: "channel.subscribe", from: { epoch, after: 1 } }), "ready");
  expect(ready).toMatchObject({ head: 1, delivered: { [bob.id]: 1 } });
  expect(back.events).toEqual([]);
  // The fan-out of "one" may still write; what reads for the device would be a SELECT.
  expect([...ofChannel, ...ofUser].filter((statement) => /select/i.test(statement))).toEqual([]);
  // The control: a device that missed an entry reads it.
  await openSocket(`/v1/channels/${channel}/socket`, access).then(async (late) => {
    await late.answer(late.send({ type: "channel.subscribe", from: { epoch, after: 0 } }), "ready");
    expect(late.events).toHaveLength(1);
  });
  expect(ofChannel.filter((statement) => /select/i.test(statement))).not.toEqual([]);
});

test("an upgrade loads of a sleeping user object only the time from which tokens are accepted", async () => {
  const { bob, channel } = await openPair();
  const access = await accessToken(bob.token);
  const user = env.USERS.getByName(bob.id);
  await evictDurableObject(user, { webSockets: "close" });
  const statements = await countStatements(user);
  await openSocket(`/v1/channels/${channel}/socket`, access);
  const tables = statements.flatMap((statement) => /FROM (\w+)/.exec(statement)?.[1] ?? []);
  expect([...new Set(tables)].sort()).toEqual(["account", "schema_version", "sqlite_master"]);
});

test("[S185] devices that read batches get one frame for those who come and go together", async () => {
  const { alice, bob, carol, channel, a, b, c, epoch } = await openTrio();
  for (const device of [b, c]) device.close();
  await expect.poll(() => signals(a).filter((signal) => signal.type === "here.changed" && !signal.here).length).toBe(2);
  const watching = await resume(alice.token, channel, epoch, 0);
  const before = signals(a).length;
  const [, last] = [
    await resume(bob.token, channel, epoch, 0),
    await resume(carol.token, channel, epoch, 0),
    await resume(bob.token, channel, epoch, 0),
  ];
  await untilHere(watching, bob.id);
  await untilHere(watching, carol.id);
  // Every device that reads no batches still gets a frame for each person.
  const single = signals(a).slice(before);
  expect(single.filter(({ type }) => type === "here.changed")).toHaveLength(2);
  expect(single.filter(({ type }) => type === "here.batch")).toEqual([]);
  const batches = signals(watching).filter(({ type }) => type === "here.batch");
  expect(batches.length).toBeLessThanOrEqual(2);
  expect(signals(watching).filter(({ type }) => type === "here.changed")).toEqual([]);
  last?.close();
  await expect
    .poll(() => signals(watching).flatMap((signal) => (signal.type === "here.batch" ? signal.gone : [])))
    .toEqual([carol.id]);
});

test("[S104] [S185] a batch does not name a person who came and became invisible before it was sent", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  b.close();
  await expect.poll(() => signals(a)).toContainEqual({ type: "here.changed", channel, user: bob.id, here: false });
  const watching = await resume(alice.token, channel, epoch, 0);
  const hide = { method: "PATCH", token: bob.token, body: { presence: "invisible" } };
  expect((await request("/v1/me", hide)).status).toBe(200);
  await resume(bob.token, channel, epoch, 0);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(signals(watching).flatMap((signal) => (signal.type === "here.batch" ? signal.came : []))).not.toContain(
    bob.id,
  );
});
