// Compares the search with a filter over all messages, for a few people, a few hundred messages and
// random queries.
import { expect, test } from "vitest";
import { holds, parseSearch } from "../../src/domain/search-query";
import { SeededRandom } from "../simulation/kit/seeded-random";
import { drained, searchAll } from "../support/archive";
import { openDirect, openGroup, type Person, register, removeMember } from "../support/http";
import { perform } from "../support/poll";
import { runs } from "../support/runs";
import { composedAt } from "../support/socket";

const MESSAGES = 400;
/** The number of queries. Each is run by three people. */
const QUERIES = 100;
const SEED = 20_261_121;

/** Returns the same numbers for the same seed. */
function diceOf(seed: number) {
  const random = new SeededRandom("", seed);
  const below = (bound: number): number => Math.floor(random.next() * bound);
  const one = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("the list is empty");
    return item;
  };
  return { below, one, isOnce: (in_: number) => below(in_) === 0 };
}
type RandomSource = ReturnType<typeof diceOf>;

const words = [
  ...[
    "plan",
    "planning",
    "Planet",
    "Café",
    "cafe\u0301",
    "naïve",
    "x",
    "Straße",
    "don't",
    "v2",
    "2026",
    "unbelievable",
  ],
  ...["회의", "회의록을", "내일", "ㅋㅋㅋ", "의자", "회의".normalize("NFD"), "v2회의"],
  ...["ひらがな", "カタカナ", "ｶﾀｶﾅ", "がぎ", "東京", "京都", "北京大学", "น้ำ"],
  ...[
    "👍🏽",
    "👍",
    "👨‍👩‍👧‍👦",
    "❤️",
    "c++",
    "@kim_1",
    "example.com",
    "C#",
    "10,000",
    "🇰🇷🇺🇸",
    "1️⃣",
    "v2_final_plan",
    "(a)",
    "…",
    "—",
    "'",
    "*",
    "#7",
  ],
];
const gaps = [" ", " ", " ", ", ", "\n", "", "-"];

const textOf = ({ one, below }: RandomSource): string =>
  Array.from({ length: 1 + below(8) }, () => one(words) + one(gaps)).join("");

interface Said {
  channel: string;
  author: Person;
  seq: number;
  text: string | null;
}

async function send(person: Person, channel: string, commands: object[]): Promise<number[]> {
  const seqs: number[] = [];
  for (let i = 0; i < commands.length; i += 64) {
    const some = commands
      .slice(i, i + 64)
      .map((command, j) => ({ id: String(j), ...composedAt("none", 0), ...command }));
    for (const frame of await perform(person, channel, some)) {
      if (frame.type !== "ack") throw new Error(JSON.stringify(frame));
      seqs.push(frame.seq);
    }
  }
  return seqs;
}

/** Deletes or edits some messages, each one once. */
async function change(some: Said[], makeText: (() => string) | null): Promise<void> {
  for (const message of some) message.text = makeText?.() ?? null;
  for (const ofAuthor of Map.groupBy(some, ({ channel, author }) => `${channel} ${author.id}`).values()) {
    const [first] = ofAuthor;
    if (!first) continue;
    const commands = ofAuthor.map(({ seq, text }) =>
      text === null ? { type: "message.delete", seq } : { type: "message.edit", seq, text },
    );
    await send(first.author, first.channel, commands);
  }
}

async function openWorld(dice: RandomSource) {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const named: Record<string, string> = {
    Readers: await openGroup(alice, [bob, carol], { name: "Readers" }),
    "Night Writers": await openGroup(alice, [bob], { name: "Night Writers" }),
    Painters: await openGroup(bob, [carol], { name: "Painters" }),
  };
  const [readers = "", writers = "", painters = ""] = Object.values(named);
  const [ab, bc, notes] = [await openDirect(alice, bob), await openDirect(carol, bob), await openDirect(carol, carol)];
  const members = new Map<string, Person[]>([
    [readers, [alice, bob, carol]],
    [writers, [alice, bob]],
    [painters, [bob, carol]],
    [ab, [alice, bob]],
    [bc, [bob, carol]],
    [notes, [carol]],
  ]);
  const said: Said[] = [];
  for (const [channel, people] of members) {
    for (const author of people) {
      const count = Math.ceil(MESSAGES / members.size / people.length);
      const texts = Array.from({ length: count }, () => textOf(dice));
      const seqs = await send(
        author,
        channel,
        texts.map((text) => ({ type: "message.send", text })),
      );
      said.push(...texts.map((text, i) => ({ channel, author, text, seq: seqs[i] ?? 0 })));
    }
  }
  const some = () => said.filter(({ text }) => text !== null && dice.isOnce(12));
  await change(some(), () => textOf(dice));
  await change(some(), null);
  for (const channel of members.keys()) await drained(channel);
  // Edits and deletions after the archiving. A deleted message is not found even if the archive
  // still has it.
  await change(some(), () => textOf(dice));
  for (const channel of members.keys()) await drained(channel);
  await change(some(), null);
  await removeMember(alice, readers, carol);
  members.set(readers, [alice, bob]);
  /** Returns what a name refers to, for one person. */
  const placesOf = (who: Person): Record<string, string> => ({
    ...named,
    [ab]: ab,
    [notes]: notes,
    ...(who === alice && { [bob.handle]: ab }),
    ...(who === bob && { [alice.handle]: ab, [carol.handle]: bc }),
    ...(who === carol && { [bob.handle]: bc }),
  });
  return { people: [alice, bob, carol], members, said, placesOf, names: [...Object.keys(named), ab, notes] };
}
type World = Awaited<ReturnType<typeof openWorld>>;

interface Query {
  typed: string;
  from: string | null;
  place: string | null;
}

function queryOf(dice: RandomSource, { said, people, names }: World): Query {
  const { one, below, isOnce } = dice;
  const source = (): string[] => [...(one(said).text ?? one(words))];
  const piece = (longest: number): string => {
    const points = source();
    const start = below(points.length);
    return points.slice(start, start + 1 + below(longest)).join("");
  };
  const clause = (): string => {
    const kind = below(5);
    if (kind === 0) return one(words);
    if (kind === 1) return piece(4);
    if (kind === 2) return `"${piece(14)}"`;
    if (kind === 3) return `${[...one(words)].slice(0, 1 + below(6)).join("")}*`;
    return `${one(words)} ${one(words)}`;
  };
  const parts = isOnce(10) ? [] : [clause(), ...(isOnce(4) ? [clause()] : []), ...(isOnce(6) ? [`-${clause()}`] : [])];
  const from = isOnce(4) ? one(["me", "nobody-at-all", ...people.map(({ handle }) => handle)]) : null;
  const place = isOnce(4) ? one([...names, ...people.map(({ handle }) => handle)]) : null;
  if (from !== null) parts.push(`from:${isOnce(2) && from !== "me" ? "@" : ""}${from}`);
  if (place !== null) parts.push(`in:"${place}"`);
  if (isOnce(12)) parts.push(one(["after:2020-01-01", "before:2020-01-01", "before:2100-1-1", "after:2020/1/1"]));
  return { typed: parts.join(" "), from, place };
}

/**
 * Returns every message that the person may read and that matches the query, checked one by one.
 */
function expected(world: World, who: Person, { typed, from, place }: Query): string[] {
  const search = parseSearch(typed, 0);
  const { clauses } = search.without;
  if (typed === "" || search.clauses.length + clauses.length + search.from.length + search.in.length === 0) {
    if (search.before === null && search.after === null) return [];
  }
  const isDated = !typed.includes("before:2020");
  const sought = place === null ? null : (world.placesOf(who)[place] ?? "nowhere");
  const author = from === "me" ? who.handle : from;
  return world.said
    .filter(({ channel }) => world.members.get(channel)?.includes(who) && (sought === null || sought === channel))
    .filter((message) => isDated && (author === null || message.author.handle === author))
    .filter(({ text }) => text !== null && holds(search, text))
    .map(({ channel, seq }) => `${channel}.${seq}`)
    .sort();
}

test.each(Array.from({ length: runs(1, 20) }, (_, i) => SEED + i))(
  "[S94] [S96] a search finds what a filter over everything finds, for each of three people (seed %i)",
  { timeout: 3_600_000 },
  async (seed) => {
    const dice = diceOf(seed);
    const world = await openWorld(dice);
    const wrong: object[] = [];
    let found = 0;
    for (let i = 0; i < QUERIES; i++) {
      const query = queryOf(dice, world);
      const order = dice.one(["newest", "relevance"]);
      await Promise.all(
        world.people.map(async (who) => {
          const right = expected(world, who, query);
          const limit = right.length < 40 ? 15 : 50;
          const hits = await searchAll(who, query.typed, { limit, order });
          const names = hits.map(({ channel, seq }) => `${channel}.${seq}`).sort();
          found += right.length;
          if (JSON.stringify(names) !== JSON.stringify(right)) {
            const said = (name: string) => world.said.find(({ channel, seq }) => `${channel}.${seq}` === name)?.text;
            const missing = right.filter((name) => !names.includes(name)).map(said);
            const extra = names.filter((name, at) => !right.includes(name) || names[at - 1] === name).map(said);
            wrong.push({ typed: query.typed, who: who.handle, order, limit, missing, extra });
          }
        }),
      );
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(found).toBeGreaterThan(QUERIES);
  },
);
