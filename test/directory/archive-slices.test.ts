// A batch is composed in slices of a few milliseconds. Between them the isolate runs other events.
import { afterEach, expect, test, vi } from "vitest";
import { WorkSlices } from "../../src/directory/archive/work-slices";
import type { ArchivedEntry } from "../../src/domain/archive";
import { partsOfText } from "../../src/domain/message";
import { noMentions } from "../../src/protocol";
import { newId, randomBase36 } from "../../src/runtime/ids";
import { ownArchive } from "../support/archive";

vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.restoreAllMocks();
});

const entryOf = (seq: number, text: string): ArchivedEntry => ({
  ...{ seq, type: "message.sent", actor: "u_alice", nonce: crypto.randomUUID(), at: Date.UTC(2026, 10, 21) + seq },
  ...{ target: null, thread: null, replyTo: null, detail: null },
  body: { state: "live", ...partsOfText(text), mentions: noMentions, version: seq, changedAt: seq },
});

/** Records the estimated work of each slice of the puts that follow. */
function recordSlices(): number[] {
  const slices: number[] = [];
  const { take, pause } = WorkSlices.prototype;
  let usedUs = 0;
  vi.spyOn(WorkSlices.prototype, "take").mockImplementation(function (this: WorkSlices, us) {
    usedUs += us;
    return take.call(this, us);
  });
  vi.spyOn(WorkSlices.prototype, "pause").mockImplementation(async function (this: WorkSlices) {
    slices.push(usedUs);
    usedUs = 0;
    await pause.call(this);
  });
  return slices;
}

const newWords = (count: number): string =>
  Array.from({ length: count }, () => `${randomBase36(3)}q${randomBase36(4)}`).join(" ");

const batches: [string, () => ArchivedEntry[], number][] = [
  ["a hundred messages of new words", () => Array.from({ length: 100 }, (_, i) => entryOf(i + 1, newWords(20))), 3],
  ["one message of 100,000 letters in new words", () => [entryOf(1, newWords(11_000))], 20],
  ["one message of 100,000 Han letters", () => [entryOf(1, "漢字会議室予約".repeat(14_285))], 5],
];

test.each(batches)("%s is composed in slices, between which other events run", async (_, entries, atLeast) => {
  const archive = ownArchive();
  const channel = newId("c", Date.now());
  const slices = recordSlices();
  let isStored = false;
  let events = 0;
  const put = archive.put(archive.choose(channel), channel, entries()).then(() => {
    isStored = true;
  });
  while (!isStored) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    events++;
  }
  await put;
  expect(slices.length).toBeGreaterThanOrEqual(atLeast);
  // A slice of 1.2 ms, and the step that used it up.
  expect(Math.max(...slices)).toBeLessThan(5_000);
  expect(events).toBeGreaterThanOrEqual(slices.length);
});

test("batches of many channels follow each other, with time for other events", async () => {
  const archive = ownArchive();
  const beganAt: number[] = [];
  const { begin } = WorkSlices.prototype;
  vi.spyOn(WorkSlices.prototype, "begin").mockImplementation(async function (this: WorkSlices, ...size) {
    await begin.apply(this, size);
    beganAt.push(Date.now());
  });
  const channels = Array.from({ length: 10 }, () => newId("c", Date.now()));
  const entries = Array.from({ length: 100 }, (_, i) => entryOf(i + 1, `line ${i}`));
  await Promise.all(channels.map((channel) => archive.put(archive.choose(channel), channel, entries)));
  expect(beganAt).toHaveLength(10);
  // 21 ms for each. Timers may be late, which shortens single gaps but not their sum.
  expect((beganAt.at(-1) ?? 0) - (beganAt[0] ?? 0)).toBeGreaterThan(150);
});

test("a clock that went back delays a batch by seconds at most", async () => {
  const slices = new WorkSlices();
  const { now } = Date;
  const moved = vi.spyOn(Date, "now").mockImplementation(() => now.call(Date) + 3_600_000);
  await slices.begin(100, 0);
  moved.mockRestore();
  const startedAt = Date.now();
  await slices.begin(100, 0);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});
