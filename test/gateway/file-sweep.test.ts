// What R2 stores is what messages have, after sends, edits, deletions, uploads that are given up,
// and tickets that nobody uses.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDirectory } from "../../src/directory/database";
import { openFiles, promiseFile } from "../../src/directory/file-references";
import { sweepFiles } from "../../src/gateway/operations/file-sweep";
import { limits } from "../../src/protocol";
import { readTicket } from "../../src/runtime/attachment-ticket";
import { PASSWORD } from "../contract/samples";
import { openDirect, type Person, register, request } from "../support/http";
import { pngOf } from "../support/pictures";
import { beginUpload, filePath, noise, sendFile, sendPart, storedKeys, uploadFile } from "../support/uploads";

let [alice, bob] = [] as unknown as [Person, Person];
let channel: string;
beforeAll(async () => {
  [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  channel = await openDirect(alice, bob);
});
beforeEach(async () => {
  const { objects } = await env.FILES.list();
  await env.FILES.delete(objects.map(({ key }) => key));
  await env.DIRECTORY.batch(["files", "file_references"].map((table) => env.DIRECTORY.prepare(`DELETE FROM ${table}`)));
});

const db = () => openDirectory(env.DIRECTORY);
const HOUR = 3_600_000;
/** Runs the sweep as if it were `later`. */
const sweep = (later = 0) => sweepFiles(env, db(), Date.now() + later, Date.now() + 10_000);
const deleteMessage = async (seq: number) => {
  const path = `/v1/channels/${channel}/messages/${seq}`;
  expect((await request(path, { method: "DELETE", token: alice.token })).status).toBe(200);
};
const dueAt = async () => (await env.DIRECTORY.prepare("SELECT due_at FROM files").all<{ due_at: number }>()).results;

/** Makes the channel report what it has not reported, as its alarm does. */
const report = async () => {
  await runInDurableObject(env.CHANNELS.getByName(channel), async (object) => await object.alarm?.());
};

describe("[S240] the bytes of a file", () => {
  test("stay while a message has them, and go with the message", async () => {
    const view = await pngOf(4, 4);
    const sent = await sendFile(alice, channel, { bytes: await pngOf(8, 8), type: "image/png", variants: { view } });
    await report();
    await sweep(30 * 24 * HOUR);
    expect((await storedKeys(env.FILES)).length).toBe(2);
    expect(await dueAt()).toEqual([{ due_at: null }]);
    await deleteMessage(sent.seq);
    expect((await request(filePath(sent.id), { token: bob.token })).status).toBe(404);
    await report();
    await sweep();
    expect(await storedKeys(env.FILES)).toEqual([]);
    expect(await dueAt()).toEqual([]);
  });

  test("stay while the channel has them and has not reported it", async () => {
    await sendFile(alice, channel, { bytes: noise(10) });
    await env.DIRECTORY.prepare("DELETE FROM file_references").run();
    await env.DIRECTORY.prepare("UPDATE files SET due_at = 1").run();
    await sweep();
    expect((await storedKeys(env.FILES)).length).toBe(1);
    const [row] = await dueAt();
    expect(row?.due_at).toBeGreaterThan(Date.now() + HOUR / 10);
  });

  test("stay while a ticket may still be used, and go after it", async () => {
    await uploadFile(alice, channel, { bytes: noise(10) });
    await sweep(limits.ticketMs);
    expect((await storedKeys(env.FILES)).length).toBe(1);
    await sweep(limits.ticketMs + 2 * HOUR);
    expect(await storedKeys(env.FILES)).toEqual([]);
  });

  test("of an upload that was not completed go after a day", async () => {
    const size = limits.uploadPartBytes + 1;
    const upload = await beginUpload(alice, channel, size);
    expect((await sendPart(alice, channel, upload, noise(size), 2)).status).toBe(204);
    const other = await beginUpload(alice, channel, 10);
    expect((await sendPart(alice, channel, other, noise(10), 1)).status).toBe(204);
    await sweep(limits.uploadMs - HOUR);
    expect((await storedKeys(env.FILES)).length).toBe(1);
    await sweep(limits.uploadMs + HOUR);
    expect(await storedKeys(env.FILES)).toEqual([]);
    expect(await dueAt()).toEqual([]);
  });

  test("stay for a forward that was promised, also when the first message is deleted", async () => {
    const done = await uploadFile(alice, channel, { bytes: noise(10) });
    const { file, id } = readTicket([env.TOKEN_SECRET], done.ticket);
    const forward = { file, ticket: "0123456789abc", channel, until: Date.now() + 2 * HOUR };
    const port = openFiles(env.DIRECTORY, () => Date.now());
    await port.applyReferences(channel, [{ file, ticket: id, state: "held" }]);
    expect(await promiseFile(db(), forward)).toBe(true);
    await port.applyReferences(channel, [{ file, ticket: id, state: "dropped" }]);
    await sweep(HOUR);
    expect((await storedKeys(env.FILES)).length).toBe(1);
    await sweep(3 * HOUR);
    expect(await storedKeys(env.FILES)).toEqual([]);
  });

  test("that no message has go with the account", async () => {
    const dora = await register("dora");
    const own = await openDirect(dora, bob);
    const sent = await sendFile(dora, own, { bytes: noise(10) });
    await uploadFile(dora, own, { bytes: noise(10) });
    await sendPart(dora, own, await beginUpload(dora, own, 10), noise(10), 1);
    expect((await storedKeys(env.FILES)).length).toBe(3);
    await request("/v1/me", { method: "DELETE", token: dora.token, body: { password: PASSWORD } });
    await runInDurableObject(env.CHANNELS.getByName(own), async (object) => await object.alarm?.());
    expect((await request(filePath(sent.id), { token: bob.token })).status).toBe(404);
    await sweep(HOUR);
    expect(await storedKeys(env.FILES)).toEqual([]);
  });

  test("go in the same way when reports arrive twice and in any order", async () => {
    const done = await uploadFile(alice, channel, { bytes: noise(10) });
    const { file, id } = readTicket([env.TOKEN_SECRET], done.ticket);
    const port = openFiles(env.DIRECTORY, () => Date.now());
    await port.applyReferences(channel, [{ file, ticket: id, state: "dropped" }]);
    for (let i = 0; i < 2; i++) await port.applyReferences(channel, [{ file, ticket: id, state: "held" }]);
    await sweep(limits.ticketMs + 2 * HOUR);
    expect(await storedKeys(env.FILES)).toEqual([]);
    await port.applyReferences(channel, [{ file, ticket: id, state: "held" }]);
    expect((await env.DIRECTORY.prepare("SELECT * FROM file_references").all()).results).toEqual([]);
  });

  test("are what is left after a hundred random steps", async () => {
    const sent: { seq: number }[] = [];
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let step = 0; step < 100; step++) {
      const kind = random(5);
      if (kind <= 1) sent.push(await sendFile(alice, channel, { bytes: noise(10, step) }));
      else if (kind === 2) await uploadFile(alice, channel, { bytes: noise(10, step) });
      else if (kind === 3)
        await beginUpload(alice, channel, 10).then((upload) => sendPart(alice, channel, upload, noise(10), 1));
      else {
        const [gone] = sent.splice(random(sent.length || 1), 1);
        if (gone) await deleteMessage(gone.seq);
      }
    }
    await report();
    await sweep(limits.ticketMs + 2 * HOUR);
    expect((await storedKeys(env.FILES)).length).toBe(sent.length);
    const usage = await env.DIRECTORY.prepare("SELECT sum(size) AS bytes FROM files").first<{ bytes: number }>();
    expect(usage?.bytes).toBe(10 * sent.length);
  });
});
