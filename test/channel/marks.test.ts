// Read marks under a flood that repeats and turns round whatever was said: none ever goes back, in the channel, before those who look on, and in the inbox.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { ServerFrame } from "../../src/protocol";
import { Random } from "../cost/random";
import { openGroup, type Person, register } from "../support/http";
import { perform } from "../support/poll";
import { runs } from "../support/runs";
import { attach, composedAt, type Device, epochOf, join } from "../support/socket";

const UPDATES = runs(5_000);
const SEED = Number(process.env.SEED || 1);
const MESSAGES = 500;
/** Updates of one person that are under way at the same time, on two sockets and over HTTP. */
const WAVE = 150;
/** Waves after which the channel forgets everything. */
const FORGETS = 10;

interface Reader {
  person: Person;
  /** Two devices with the channel open, and one that has only the inbox. */
  looking: [Device, Device];
  listening: Device;
  /** The highest that was asked for and acknowledged. */
  highest: number;
}

const below = (dice: Random, end: number): number => Math.floor(dice.next() * end);

/** What somebody scrolling up and down on three devices says: seqs that mostly rise, each said once or several times, out of order. */
function wave(dice: Random, from: number): number[] {
  const seqs: number[] = [];
  while (seqs.length < WAVE) {
    const seq = dice.next() < 0.3 ? below(dice, from) : from + below(dice, 20);
    for (let times = dice.next() < 0.3 ? 3 : 1; times > 0; times--) seqs.push(seq);
  }
  return seqs
    .slice(0, WAVE)
    .map((seq) => ({ seq, at: dice.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ seq }) => seq);
}

/** Marks as they stand in answers, in the order in which one connection hears them. */
const isRising = (marks: readonly number[]): boolean =>
  marks.every((mark, at) => at === 0 || mark >= (marks[at - 1] ?? 0));

const marksShown = (frames: readonly ServerFrame[], user: string): number[] =>
  frames.flatMap((frame) =>
    frame.type === "signal" && frame.signal.type === "read.marked" && frame.signal.user === user
      ? [frame.signal.seq]
      : [],
  );

/** The order of rows is the client's to mind [S45]: of two with one head, the mark decides. */
const rowsShown = (frames: readonly ServerFrame[], channel: string) =>
  frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows.filter((row) => row.channel === channel) : []));

const storedRead = (user: string, channel: string): Promise<number> =>
  runInDurableObject(env.USERS.getByName(user), (_, { storage }) => {
    const row = storage.sql.exec<{ read: number }>("SELECT read FROM inbox WHERE channel = ?", channel).toArray()[0];
    return row?.read ?? 0;
  });

test(`[S37] ${UPDATES} marks, said again and out of order: none goes back`, {
  timeout: 60_000 + UPDATES * 20,
}, async () => {
  const dice = new Random(SEED);
  const people = await Promise.all(["alice", "bob", "carol"].map((name) => register(name)));
  const [owner, ...others] = people as [Person, ...Person[]];
  const channel = await openGroup(owner, others);
  const author = await join(owner, channel);
  const epoch = await epochOf(author);
  const { head: begun } = await author.until((frame) => frame.type === "ready");
  for (let sent = 0; sent < MESSAGES; sent++)
    author.send({ type: "message.send", ...composedAt(epoch, begun), text: "m" });
  await author.event(begun + MESSAGES);
  const head = begun + MESSAGES;
  const readers: Reader[] = await Promise.all(
    others.map(async (person) => ({
      person,
      looking: [await join(person, channel), await join(person, channel)],
      listening: await attach(person),
      highest: 0,
    })),
  );

  const stored = new Map<string, number[]>(others.map(({ id }) => [id, []]));
  let updates = 0;
  for (let round = 0; updates < UPDATES; round++) {
    for (const reader of readers) {
      // Up to the end and beyond within the run, so that there is always something to raise.
      const from = begun + Math.floor((updates / UPDATES) * MESSAGES);
      await flood(reader, channel, wave(dice, from), head);
      updates += WAVE;
    }
    if (round % FORGETS === FORGETS - 1) {
      const forgetful =
        dice.next() < 0.5 ? env.CHANNELS.getByName(channel) : env.USERS.getByName(pick(dice, others).id);
      await evictDurableObject(forgetful, { webSockets: "hibernate" });
    }
    for (const { person } of readers) stored.get(person.id)?.push(await storedRead(person.id, channel));
  }

  for (const { person, highest, listening, looking } of readers) {
    for (const device of [author, ...looking]) expect(isRising(marksShown(device.frames, person.id))).toBe(true);
    expect(isRising(stored.get(person.id) ?? [])).toBe(true);
    await expect.poll(() => rowsShown(listening.frames, channel).at(-1)?.read, { timeout: 8_000 }).toBe(highest);
    expect(isRising(rowsShown(listening.frames, channel).map(({ read }) => read))).toBe(true);
    const came = await attach(person);
    expect(rowsShown(came.frames, channel).at(-1)).toMatchObject({
      head,
      read: highest,
      unread: Math.min(100, head - highest),
    });
    came.close();
  }
  console.log(
    `${updates} marks by ${readers.length} people over two sockets and HTTP: all rose to ${readers.map(({ highest }) => highest)}`,
  );
});

const pick = <T>(dice: Random, items: readonly T[]): T => items[below(dice, items.length)] as T;

/** A third of them on each way, all under way together; checks what each is answered. */
async function flood(reader: Reader, channel: string, seqs: readonly number[], head: number): Promise<void> {
  const third = Math.ceil(seqs.length / 3);
  const parts = [seqs.slice(0, third), seqs.slice(third, 2 * third), seqs.slice(2 * third)] as const;
  const { person, looking, highest } = reader;
  const answers = await Promise.all([
    markOn(looking[0], parts[0]),
    markOn(looking[1], parts[1]),
    markOverHttp(person, channel, parts[2]),
  ]);
  for (const [way, marks] of answers.entries()) {
    expect(isRising([highest, ...marks])).toBe(true);
    for (const [at, mark] of marks.entries())
      expect(mark).toBeGreaterThanOrEqual(Math.min(head, parts[way]?.[at] ?? 0));
  }
  reader.highest = Math.max(highest, Math.min(head, Math.max(...seqs)));
  for (const marks of answers) expect(Math.max(...marks)).toBeLessThanOrEqual(reader.highest);
}

async function markOn(device: Device, seqs: readonly number[]): Promise<number[]> {
  const before = device.frames.length;
  const ids = seqs.map((seq) => device.send({ type: "read.mark", seq }));
  await device.answer(ids.at(-1) ?? "", "ack");
  const heard = device.frames.slice(before);
  const acks = new Map(heard.flatMap((frame) => (frame.type === "ack" ? [[frame.id, frame.seq] as const] : [])));
  return ids.map((id) => acks.get(id) ?? Number.NaN);
}

async function markOverHttp(person: Person, channel: string, seqs: readonly number[]): Promise<number[]> {
  const frames = await perform(
    person,
    channel,
    seqs.map((seq, at) => ({ id: `${at}`, type: "read.mark", seq })),
  );
  return frames.map((frame) => (frame.type === "ack" ? frame.seq : Number.NaN));
}
