// What the directory knows of the files of messages, whatever is lost on the way.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FileReports } from "../../src/channel/archive/file-reports";
import { FileReferences } from "../../src/channel/log/file-references";
import { openFiles } from "../../src/directory/file-references";
import { type FilesPort, referenceStates } from "../../src/domain/file-ports";
import { sign, ticketContent } from "../support/attachments";
import { openGroup, register, removeMember } from "../support/http";
import { perform } from "../support/log";
import { openPair } from "../support/pair";
import { epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => vi.restoreAllMocks());

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

/** Stores the rows of files whose upload is complete, as the end of an upload does. */
const storeFiles = (files: readonly string[], channel: string) =>
  env.DIRECTORY.batch(
    files.map((file) =>
      env.DIRECTORY.prepare(
        `INSERT INTO files (file, upload, account, channel, name, type, size, parts, variants, created_at, due_at)
           VALUES (?1, ?1, 'u_1', ?2, 'photo.jpg', 'image/jpeg', 9, '{}', '{}', 1, 1)`,
      ).bind(file, channel),
    ),
  );

/** Returns the states of a channel's references, by file, and which files are due for deletion. */
async function known(channel: string): Promise<{ states: Record<string, number>; due: string[] }> {
  const { results: rows } = await env.DIRECTORY.prepare("SELECT file, state FROM file_references WHERE channel = ?")
    .bind(channel)
    .all<{ file: string; state: number }>();
  const { results: due } = await env.DIRECTORY.prepare(
    "SELECT file FROM files WHERE channel = ? AND due_at IS NOT NULL",
  )
    .bind(channel)
    .all<{ file: string }>();
  return { states: Object.fromEntries(rows.map(({ file, state }) => [file, state])), due: due.map(({ file }) => file) };
}

/** Sends a message with a file whose row the directory has. Returns its seq and its file. */
async function sendStored(device: Awaited<ReturnType<typeof join>>, epoch: string) {
  const content = ticketContent(device.user, device.channel);
  await storeFiles([content.file], device.channel);
  const event = await perform(device, epoch, { type: "message.send", text: "", attachments: [sign(content)] });
  return { seq: event.seq, file: content.file };
}

const { held, dropped } = referenceStates;

test("the alarm reports files that messages have, and files that they have no more", async () => {
  const { channel, a, epoch } = await openPair();
  const [kept, gone] = [await sendStored(a, epoch), await sendStored(a, epoch)];
  await runDurableObjectAlarm(stubOf(channel));
  await expect.poll(() => known(channel)).toEqual({ states: { [kept.file]: held, [gone.file]: held }, due: [] });
  await perform(a, epoch, { type: "message.delete", seq: gone.seq });
  await runDurableObjectAlarm(stubOf(channel));
  const after = { states: { [kept.file]: held, [gone.file]: dropped }, due: [gone.file] };
  await expect.poll(() => known(channel)).toEqual(after);
});

test("a report that a crash prevents is made after it", async () => {
  const { channel, a, epoch } = await openPair();
  const { file } = await sendStored(a, epoch);
  await evictDurableObject(stubOf(channel), { webSockets: "close" });
  await runDurableObjectAlarm(stubOf(channel));
  await expect.poll(() => known(channel)).toMatchObject({ states: { [file]: held } });
});

test("a message without attachments reports nothing", async () => {
  const { channel, a, epoch } = await openPair();
  await perform(a, epoch, { type: "message.send", text: "hello" });
  await runDurableObjectAlarm(stubOf(channel));
  expect(await known(channel)).toEqual({ states: {}, due: [] });
});

test("the erasure of a channel reports all of its files as gone before it ends", async () => {
  const alice = await register("alice");
  const channel = await openGroup(alice, []);
  const a = await join(alice, channel);
  const { file } = await sendStored(a, await epochOf(a));
  expect((await removeMember(alice, channel, alice)).ok).toBe(true);
  await expect.poll(async () => (await stubOf(channel).eraseChannel()).ok).toBe(true);
  await expect.poll(() => known(channel)).toEqual({ states: { [file]: dropped }, due: [file] });
});

test("the erasure of an account drops the files of its messages", async () => {
  const { alice, channel, a, b, epoch } = await openPair();
  const { file } = await sendStored(a, epoch);
  const other = await sendStored(b, epoch);
  expect(await stubOf(channel).erase(alice.id, 0)).toEqual({ ok: true, value: null });
  await runDurableObjectAlarm(stubOf(channel));
  const states = { [file]: dropped, [other.file]: held };
  await expect.poll(() => known(channel)).toEqual({ states, due: [file] });
});

describe("with a directory that loses requests and answers", () => {
  test("the references are right in the end, after 1,000 random changes with crashes", async () => {
    const { channel } = await openPair();
    const files = Array.from({ length: 40 }, (_, at) => `f_random${at}`);
    await storeFiles(files, channel);
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const directory = openFiles(env.DIRECTORY, () => 1);
    let isReliable = false;
    const late: Promise<unknown>[] = [];
    const flaky: FilesPort = {
      async applyReferences(name, changes) {
        const fate = isReliable ? 3 : random(4);
        if (fate === 0) throw new Error("injected: not stored");
        // The request arrives again after later ones.
        if (fate === 1) late.push(Promise.resolve().then(() => directory.applyReferences(name, changes)));
        await directory.applyReferences(name, changes);
        if (fate === 2) throw new Error("injected: stored and not answered");
      },
    };
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const model = new Map<string, string>();
    await runInDurableObject(stubOf(channel), async (_, { storage }) => {
      let now = 1;
      let rows = new FileReferences(storage.sql);
      const open = () => {
        rows = new FileReferences(storage.sql);
        const log = { files: rows, header: { channel } };
        const alarm = { arm: () => undefined };
        return new FileReports({ log: log as never, reportedTo: flaky, alarm, now: () => now });
      };
      let reports = open();
      for (let step = 0; step < 1_000; step++) {
        now += 1_000_000;
        const kind = random(10);
        const file = files[random(files.length)] ?? "";
        if (kind < 6 && !model.has(file)) {
          rows.hold(`t${file}`, file, step);
          model.set(file, "held");
        } else if (kind < 8 && model.get(file) === "held" && files.indexOf(file) % 3 > 0) {
          rows.drop([`t${file}`]);
          model.set(file, "dropped");
        } else if (kind === 8) {
          reports = open();
          continue;
        }
        reports.onTurnCommitted();
        if (kind === 9) await reports.onAlarm();
      }
      isReliable = true;
      await Promise.all(late);
      now += 1_000_000;
      expect(await open().report()).toBe(true);
    });
    const { states, due } = await known(channel);
    const expected = Object.fromEntries([...model].map(([file, state]) => [file, state === "held" ? held : dropped]));
    expect(states).toEqual(expected);
    expect(Object.values(states)).toEqual(expect.arrayContaining([held, dropped]));
    expect(due.toSorted()).toEqual(files.filter((file) => model.get(file) !== "held").toSorted());
  });
});
