// Every query gets the right answer, and quickly.
import { randomInt } from "node:crypto";
import { english, korean, lineOf } from "../../../scripts/seed-text.ts";
import { mapConcurrently } from "../kit/concurrency.ts";
import { RegisteredUser } from "../kit/registered-user.ts";
import type { Report } from "../kit/report.ts";
import { percentile, rounded } from "../kit/statistics.ts";
import { bundle } from "../kit/worker-bundle.ts";
import { waitUntilArchived } from "./archive-checker.ts";
import { ChannelWriter } from "./channel-writer.ts";
import { Corpus, type Place, type SearchRequest } from "./corpus.ts";
import { randomQuery } from "./search-queries.ts";
import { startArchiveServer } from "./server.ts";

const LONG = 20_000;
const CHUNK = 400;
const GUESTS = 12;
const ARCHIVED_WITHIN_MS = 180_000;
const WIDTH = 3;
const HITS = 200;
const SLOW_MS = 100;
/** Slow answers are asked again, because a pause of the machine makes any answer slow once. */
const ASKED_AGAIN = 4;
/**
 * The number of searches depends on the time. The first share goes to single searches, the second
 * to the comparison with the model, and the rest to concurrent searches.
 */
const TIMED = 0.4;
const COMPARED = 0.4;

interface TimedSearch {
  kind: string;
  order: string;
  q: string;
  ms: number;
  /** Repeats the search; resolves with its milliseconds. */
  again(): Promise<number>;
}

export async function searches(folder: string, quick: boolean): Promise<Report> {
  const server = await startArchiveServer(await bundle("src/index.ts", folder));
  try {
    const { people, places } = await seed(server.port);
    const archivedMs = await waitUntilArchived(
      server.port,
      places.map(({ id }) => id),
      ARCHIVED_WITHIN_MS,
    );
    const corpus = await Corpus.read(places, people);
    const searchers = people.slice(0, 3);
    const since = performance.now();
    const untilMs = Number(process.env.MINUTES ?? (quick ? 3 : 15)) * 60_000;
    const isBefore = (share: number): boolean => performance.now() - since < share * untilMs;
    const size = quick
      ? { timed: 1_500, crowded: 3_000, sample: 500 }
      : { timed: 60_000, crowded: 138_000, sample: 2_000 };
    const wrong: string[] = [];

    const timed: TimedSearch[] = [];
    while (timed.length < size.timed && isBefore(TIMED))
      timed.push(...(await browse(searchers, corpus, places, wrong)));
    const sample = await compareAll(searchers, corpus, places, size.sample, wrong, () => isBefore(TIMED + COMPARED));
    const crowdedSince = performance.now();
    let crowded = 0;
    await mapConcurrently(Array.from({ length: WIDTH }), WIDTH, async () => {
      while (crowded < size.crowded && isBefore(1)) crowded += (await browse(searchers, corpus, places, wrong)).length;
    });
    const crowdedSeconds = (performance.now() - crowdedSince) / 1_000;

    const times = timed.map(({ ms }) => ms);
    const slow = timed.filter(({ ms }) => ms > SLOW_MS).sort((a, b) => b.ms - a.ms);
    const stillSlow: TimedSearch[] = [];
    for (const one of slow) if (await isSlowAgain(one)) stillSlow.push(one);
    return {
      setting: { lines: corpus.lines.length, timed: timed.length, crowded, sample: sample.count, width: WIDTH },
      bars: {
        compared: { value: sample.count, atLeast: size.sample },
        wrong: { value: wrong.length, atMost: 0 },
        differentFromTheReference: { value: sample.different.length, atMost: 0 },
        over100MsEveryTime: { value: stillSlow.length, atMost: 0 },
      },
      seen: {
        levelMs: archivedMs,
        ms: {
          median: rounded(percentile(times, 0.5)),
          p99: rounded(percentile(times, 0.99)),
          "p99.9": rounded(percentile(times, 0.999)),
          max: rounded(percentile(times, 1)),
        },
        kinds: byKind(timed),
        over100MsOnce: slow.length,
        stillSlow: stillSlow.map(({ q, order }) => `${order} ${JSON.stringify(q.slice(0, 60))}`),
        slow: slow
          .slice(0, 20)
          .map(({ q, order, ms }) => `${Math.round(ms)} ms ${order} ${JSON.stringify(q.slice(0, 60))}`),
        crowdedPerSecond: rounded(crowded / crowdedSeconds),
        hitsCompared: sample.hits,
        different: sample.different.slice(0, 10),
        wrong: wrong.slice(0, 10),
      },
    };
  } finally {
    await server.remove();
  }
}

async function isSlowAgain({ again }: TimedSearch): Promise<boolean> {
  for (let time = 0; time < ASKED_AGAIN; time++) if ((await again()) <= SLOW_MS) return false;
  return true;
}

function byKind(timed: readonly TimedSearch[]): Record<string, string> {
  const groups = Map.groupBy(timed, ({ kind, order }) => `${kind}, ${order}`);
  const rows = [...groups].map(([name, some]) => {
    const times = some.map(({ ms }) => ms);
    return {
      name,
      n: some.length,
      median: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      max: percentile(times, 1),
    };
  });
  rows.sort((a, b) => b.median - a.median);
  return Object.fromEntries(
    rows.map(({ name, n, median, p99, max }) => [
      name,
      `n ${n}, median ${rounded(median)}, p99 ${rounded(p99)}, max ${rounded(max)}`,
    ]),
  );
}

/**
 * Fewer people and messages than `npm run seed` creates, but of the same kind, sent over sockets.
 */
async function seed(port: number): Promise<{ people: RegisteredUser[]; places: Place[] }> {
  const handles = ["alice", "bob", "carol", ...Array.from({ length: GUESTS }, (_, at) => `guest-${at + 1}`)];
  const people: RegisteredUser[] = [];
  for (const handle of handles) people.push(await RegisteredUser.register(port, handle));
  const [alice, bob, carol] = people;
  if (!alice || !bob || !carol) throw new Error("alice, bob and carol must be registered");
  const places: Place[] = [];
  const pairs = [
    { members: [alice, bob], lines: english },
    { members: [bob, carol], lines: korean },
    { members: [carol, alice], lines: [...korean, ...english] },
  ];
  for (const { members, lines } of pairs) {
    const [one, other] = members;
    if (!one || !other) throw new Error("a pair has two members");
    const id = await one.direct(other);
    places.push({ id, name: "", members });
    const writers = [await ChannelWriter.open(one, id), await ChannelWriter.open(other, id)];
    for (const [turn, line] of lines.entries()) await writers[turn % 2]?.say(line);
    for (const writer of writers) writer.leave();
  }
  const everyone = await alice.group("Everyone 모두", people.slice(1));
  places.push({ id: everyone, name: "Everyone 모두", members: people });
  const lead = await ChannelWriter.open(alice, everyone);
  for (const [at, person] of people.slice(1, 12).entries()) {
    const writer = await ChannelWriter.open(person, everyone);
    const root = await writer.say(`@alice ${lineOf(at % 2 ? korean : english, at)}`);
    await lead.perform({ type: "reaction.add", seq: root, emoji: "👍" });
    if (at % 4 === 0)
      for (const line of ["More of this in the thread.", lineOf(korean, at), lineOf(english, at)])
        await lead.say(line, { thread: root });
    if (at % 5 === 0) await lead.say("Exactly this.", { replyTo: root });
    if (at % 3 === 1) await writer.perform({ type: "message.edit", seq: root, text: `edited: ${lineOf(korean, at)}` });
    if (at % 3 === 2) await writer.perform({ type: "message.delete", seq: await writer.say("taken back") });
    writer.leave();
  }
  lead.leave();
  const long = await bob.group("The long one", [alice, carol]);
  places.push({ id: long, name: "The long one", members: [bob, alice, carol] });
  const writer = await ChannelWriter.open(bob, long);
  for (let from = 0; from < LONG; from += CHUNK) {
    const lines = Array.from({ length: CHUNK }, (_, by) => from + by);
    await Promise.all(lines.map((at) => writer.say(`${at + 1}. ${lineOf(at % 2 ? korean : english, at)}`)));
  }
  writer.leave();
  return { people, places };
}

const pathOf = ({ q, zone, channel }: SearchRequest, order: string, limit: number, cursor: string | null): string => {
  const query = new URLSearchParams({ q, zone: String(zone), order, limit: String(limit) });
  if (channel !== undefined) query.set("channel", channel);
  if (cursor !== null) query.set("cursor", cursor);
  return `/v1/search?${query}`;
};

interface Page {
  items: { channel: string; seq: number }[];
  next: string | null;
}

function randomSearch(corpus: Corpus, places: readonly Place[]): { kind: string; search: SearchRequest } {
  const { kind, q } = randomQuery(corpus);
  const place = randomInt(10) === 0 ? places[randomInt(places.length)] : undefined;
  const zone = randomInt(3) === 0 ? randomInt(-840, 841) : 0;
  // A URL cannot hold a lone surrogate.
  return { kind, search: { q: q.toWellFormed(), zone, ...(place && { channel: place.id }) } };
}

const oneOf = (people: readonly RegisteredUser[]): RegisteredUser => {
  const person = people[randomInt(people.length)];
  if (!person) throw new Error("there is no person");
  return person;
};

/** One search of a person, now and then with further pages. */
async function browse(
  people: readonly RegisteredUser[],
  corpus: Corpus,
  places: readonly Place[],
  wrong: string[],
): Promise<TimedSearch[]> {
  const { kind, search } = randomSearch(corpus, places);
  const person = oneOf(people);
  const order = randomInt(2) ? "newest" : "relevance";
  const limit = randomInt(4) === 0 ? randomInt(1, 51) : 20;
  const timedSearches: TimedSearch[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < (randomInt(8) === 0 ? 4 : 1); page++) {
    const path = pathOf(search, order, limit, cursor);
    const since = performance.now();
    const { status, text } = await person.ask("GET", path);
    const again = async () => {
      const from = performance.now();
      await person.ask("GET", path);
      return performance.now() - from;
    };
    timedSearches.push({ kind, order, q: search.q, ms: performance.now() - since, again });
    if (status !== 200) {
      wrong.push(`${status} for ${JSON.stringify(search)} ${order} ${cursor}: ${text.slice(0, 200)}`);
      break;
    }
    const answer: Page = JSON.parse(text);
    if (answer.items.length > limit) wrong.push(`${answer.items.length} hits instead of at most ${limit}`);
    cursor = answer.next;
    if (cursor === null) break;
  }
  return timedSearches;
}

/** Compares complete answers with the model, including their order. */
async function compareAll(
  people: readonly RegisteredUser[],
  corpus: Corpus,
  places: readonly Place[],
  count: number,
  wrong: string[],
  hasTime: () => boolean,
) {
  const different: string[] = [];
  let hits = 0;
  let compared = 0;
  await mapConcurrently(Array.from({ length: count }), 2, async () => {
    if (!hasTime()) return;
    const { search } = randomSearch(corpus, places);
    const person = oneOf(people);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const { status, text } = await person.ask("GET", pathOf(search, "newest", 50, cursor));
      if (status !== 200) {
        wrong.push(`${status} for ${JSON.stringify(search)}: ${text.slice(0, 200)}`);
        return;
      }
      const page: Page = JSON.parse(text);
      found.push(...page.items.map(({ channel, seq }) => `${channel}.${seq}`));
      cursor = page.next;
    } while (cursor !== null && found.length < HITS);
    const expected = corpus.find(person, search, HITS);
    hits += expected.length;
    compared++;
    const mine = found.slice(0, HITS);
    if (mine.join() === expected.join()) return;
    const missing = expected.filter((key) => !mine.includes(key)).length;
    const extra = mine.filter((key) => !expected.includes(key)).length;
    different.push(
      `${person.handle} ${JSON.stringify(search)}: ${mine.length} hits, not ${expected.length}; ${missing} missing, ${extra} extra`,
    );
  });
  return { count: compared, hits, different };
}
