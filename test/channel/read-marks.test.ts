// Read marks under a flood of repeated and reordered updates: no mark ever goes back, in the
// channel, for viewers, or in the inbox.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { ServerFrame } from "../../src/protocol";
import { SeededRandom } from "../simulation/kit/seeded-random";
import { openGroup, type Person, register } from "../support/http";
import { perform } from "../support/poll";
import { runs } from "../support/runs";
import { attach, composedAt, type Device, epochOf, join } from "../support/socket";

const UPDATES = runs(1_000, 20_000);
const SEED = Number(process.env.SEED || 1);
const MESSAGES = 500;
/** How many updates of one member are under way at the same time, on two sockets and over HTTP. */
const WAVE = 150;
/** An object is evicted after this many waves. */
const WAVES_PER_EVICTION = 10;

interface Reader {
  person: Person;
  /** Two devices with the channel open, and one with only the inbox. */
  viewing: [Device, Device];
  inbox: Device;
  /** The highest mark that was set and acknowledged. */
  highest: number;
}

const below = (random: SeededRandom, end: number): number => Math.floor(random.next() * end);

/**
 * The updates of a member who scrolls on three devices: seqs that mostly rise, each sent once or
 * several times, out of order.
 */
function wave(random: SeededRandom, from: number): number[] {
  const seqs: number[] = [];
  while (seqs.length < WAVE) {
    const seq = random.next() < 0.3 ? below(random, from) : from + below(random, 20);
    for (let times = random.next() < 0.3 ? 3 : 1; times > 0; times--) seqs.push(seq);
  }
  return seqs
    .slice(0, WAVE)
    .map((seq) => ({ seq, at: random.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ seq }) => seq);
}

/** Whether marks never go back, in the order in which one connection received them. */
const isRising = (marks: readonly number[]): boolean =>
  marks.every((mark, at) => at === 0 || mark >= (marks[at - 1] ?? 0));

const marksShown = (frames: readonly ServerFrame[], user: string): number[] =>
  frames.flatMap((frame) =>
    frame.type === "signal" && frame.signal.type === "read.marked" && frame.signal.user === user
      ? [frame.signal.seq]
      : [],
  );

/** The rows of a channel in the order of arrival. Clients order them by head, then mark [S45]. */
const rowsShown = (frames: readonly ServerFrame[], channel: string) =>
  frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows.filter((row) => row.channel === channel) : []));

const storedRead = (user: string, channel: string): Promise<number> =>
  runInDurableObject(env.USERS.getByName(user), (_, { storage }) => {
    const row = storage.sql.exec<{ read: number }>("SELECT read FROM inbox WHERE channel = ?", channel).toArray()[0];
    return row?.read ?? 0;
  });

test(`[S37] ${UPDATES} read marks, repeated and out of order: none goes back`, {
  timeout: 60_000 + UPDATES * 20,
}, async () => {
  const random = new SeededRandom("", SEED);
  const people = await Promise.all(["alice", "bob", "carol"].map((name) => register(name)));
  const [owner, ...others] = people as [Person, ...Person[]];
  const channel = await openGroup(owner, others);
  const author = await join(owner, channel);
  const epoch = await epochOf(author);
  const { head: firstHead } = await author.until((frame) => frame.type === "ready");
  for (let sent = 0; sent < MESSAGES; sent++)
    author.send({ type: "message.send", ...composedAt(epoch, firstHead), text: "m" });
  await author.event(firstHead + MESSAGES);
  const head = firstHead + MESSAGES;
  const readers: Reader[] = await Promise.all(
    others.map(async (person) => ({
      person,
      viewing: [await join(person, channel), await join(person, channel)],
      inbox: await attach(person),
      highest: 0,
    })),
  );

  const stored = new Map<string, number[]>(others.map(({ id }) => [id, []]));
  let updates = 0;
  for (let round = 0; updates < UPDATES; round++) {
    for (const reader of readers) {
      // Rises up to the head over the whole run, so that there is always a mark to raise.
      const from = firstHead + Math.floor((updates / UPDATES) * MESSAGES);
      await flood(reader, channel, wave(random, from), head);
      updates += WAVE;
    }
    if (round % WAVES_PER_EVICTION === WAVES_PER_EVICTION - 1) {
      const evicted =
        random.next() < 0.5 ? env.CHANNELS.getByName(channel) : env.USERS.getByName(pick(random, others).id);
      await evictDurableObject(evicted, { webSockets: "hibernate" });
    }
    for (const { person } of readers) stored.get(person.id)?.push(await storedRead(person.id, channel));
  }

  for (const { person, highest, inbox, viewing } of readers) {
    for (const device of [author, ...viewing]) expect(isRising(marksShown(device.frames, person.id))).toBe(true);
    expect(isRising(stored.get(person.id) ?? [])).toBe(true);
    await expect.poll(() => rowsShown(inbox.frames, channel).at(-1)?.read, { timeout: 8_000 }).toBe(highest);
    expect(isRising(rowsShown(inbox.frames, channel).map(({ read }) => read))).toBe(true);
    const late = await attach(person);
    expect(rowsShown(late.frames, channel).at(-1)).toMatchObject({
      head,
      read: highest,
      unread: Math.min(100, head - highest),
    });
    late.close();
  }
  console.log(
    `${updates} marks by ${readers.length} members over two sockets and HTTP: all rose to ${readers.map(({ highest }) => highest)}`,
  );
});

const pick = <T>(random: SeededRandom, items: readonly T[]): T => items[below(random, items.length)] as T;

/** Sends a third of the updates on each connection at the same time, and checks the answers. */
async function flood(reader: Reader, channel: string, seqs: readonly number[], head: number): Promise<void> {
  const third = Math.ceil(seqs.length / 3);
  const parts = [seqs.slice(0, third), seqs.slice(third, 2 * third), seqs.slice(2 * third)] as const;
  const { person, viewing, highest } = reader;
  const answers = await Promise.all([
    markOn(viewing[0], parts[0]),
    markOn(viewing[1], parts[1]),
    markOverHttp(person, channel, parts[2]),
  ]);
  for (const [connection, marks] of answers.entries()) {
    expect(isRising([highest, ...marks])).toBe(true);
    for (const [at, mark] of marks.entries())
      expect(mark).toBeGreaterThanOrEqual(Math.min(head, parts[connection]?.[at] ?? 0));
  }
  reader.highest = Math.max(highest, Math.min(head, Math.max(...seqs)));
  for (const marks of answers) expect(Math.max(...marks)).toBeLessThanOrEqual(reader.highest);
}

async function markOn(device: Device, seqs: readonly number[]): Promise<number[]> {
  const before = device.frames.length;
  const ids = seqs.map((seq) => device.send({ type: "read.mark", seq }));
  await device.answer(ids.at(-1) ?? "", "ack");
  const received = device.frames.slice(before);
  const acks = new Map(received.flatMap((frame) => (frame.type === "ack" ? [[frame.id, frame.seq] as const] : [])));
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
