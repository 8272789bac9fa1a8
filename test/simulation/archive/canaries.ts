// Deleted is gone: secrets are said in every way there is, found everywhere, deleted, and found nowhere, down to the bytes of every file.
import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { bundle } from "../kit/bundling.ts";
import { inCrowd } from "../load/in-crowd.ts";
import type { Report } from "../load/scenario.ts";
import { drained, eventsOf, messagesOf } from "./holding.ts";
import { Needles } from "./needles.ts";
import { Person, password } from "./person.ts";
import { bytesWith, openIn, type Remains, rowsWith } from "./remains.ts";
import { Play, type Said, secretsOf } from "./saying.ts";
import { Server } from "./server.ts";
import { Talker } from "./talker.ts";

const WIDTH = 8;
const LEVEL_MS = 60_000;
const CLOSED_MS = 60_000;

export async function canaries(folder: string, quick: boolean): Promise<Report> {
  const count = quick ? 200 : 1_000;
  const erasedCount = quick ? 30 : 100;
  const server = await Server.start(await bundle("src/index.ts", folder));
  try {
    const { port, state } = server;
    const people: Person[] = [];
    for (const handle of ["alice", "bob", "carol", "dave"]) people.push(await Person.register(port, handle));
    const [alice, bob, carol, dave] = people;
    if (!alice || !bob || !carol || !dave) throw new Error("somebody is missing");
    const groups = [await alice.group("one", [bob, carol, dave]), await bob.group("둘", [alice, carol, dave])];
    const seats: [Person, string][] = groups.flatMap((group) =>
      people.map((person): [Person, string] => [person, group]),
    );
    const pairs: [Person, Person][] = [
      [alice, bob],
      [bob, carol],
      [alice, dave],
    ];
    const channels = [...groups];
    for (const [one, other] of pairs) {
      const channel = await one.direct(other);
      channels.push(channel);
      seats.push([one, channel], [other, channel]);
    }
    const talkers: Talker[] = [];
    for (const [person, channel] of seats) talkers.push(await Talker.open(person, channel));
    const play = new Play();
    const staying = talkers.filter(({ person }) => person !== dave);
    const leaving = talkers.filter(({ person }) => person === dave);
    const turn = (some: readonly Talker[]): Talker => {
      const talker = some[randomInt(some.length)];
      if (!talker) throw new Error("nobody is there");
      return talker;
    };
    for (let at = 0; at < count; at++) {
      await play.say(play.kept, turn(staying));
      await play.say(play.gone, turn(staying));
      if (at < erasedCount) await play.say(play.erased, turn(leaving));
    }
    // The newest of every channel is one that goes: the inboxes show it.
    for (const channel of channels)
      await play.say(play.gone, turn(staying.filter((talker) => talker.channel === channel)));
    const level = await drained(port, channels, LEVEL_MS);

    const doomed = new Needles(secretsOf([...play.gone, ...play.erased]));
    const keeping = new Needles(secretsOf(play.kept));
    const readers = [alice, bob, carol];
    const doomedCount = secretsOf([...play.gone, ...play.erased]).length;
    const keptCount = secretsOf(play.kept).length;
    const before = {
      bytes: bytesWith(doomed, state),
      rows: rowsWith(doomed, state),
      answers: await heard(doomed, readers, channels, [...play.gone, ...play.erased]),
      searches: await searched(readers, [...play.gone, ...play.erased]),
    };

    await inCrowd(play.gone, WIDTH, ({ talker, seq }) => talker.perform({ type: "message.delete", seq }));
    await dave.demand("DELETE", "/v1/me", { password });
    const faults = talkers.flatMap((talker) => talker.faults.map((fault) => `${talker.person.handle}: ${fault}`));
    for (const talker of talkers) talker.leave();
    await delay(1_000);
    await drained(port, channels, LEVEL_MS);

    const after = {
      answers: await heard(doomed, readers, channels, [...play.gone, ...play.erased]),
      searches: await searched(readers, [...play.gone, ...play.erased]),
      keptSearches: await searched(readers, play.kept),
      rows: rowsWith(doomed, state),
    };
    const openBytes = bytesWith(doomed, state);
    const since = performance.now();
    while (openIn(state).length > 0 && performance.now() - since < CLOSED_MS) await delay(500);
    const open = openIn(state);
    const closedMs = Math.round(performance.now() - since);
    const bytes = bytesWith(doomed, state);
    const keptBytes = bytesWith(keeping, state);
    const current = play.kept.filter(({ wasEdited }) => !wasEdited).length;
    return {
      setting: {
        canaries: doomedCount,
        ofAnErasedAccount: secretsOf(play.erased).length,
        kept: keptCount,
        channels: channels.length,
      },
      bars: {
        foundInFilesBefore: { value: before.bytes.needles.size, atLeast: doomedCount },
        foundBySearchBefore: { value: before.searches.found, atLeast: before.searches.expected },
        foundInAnswersBefore: { value: Object.keys(before.answers).length, atLeast: 6 },
        inAnswers: { value: sum(after.answers), atMost: 0 },
        bySearch: { value: after.searches.all, atMost: 0 },
        inRows: { value: sum(after.rows.remains), atMost: 0 },
        filesStillOpen: { value: open.length, atMost: 0 },
        // Of the objects' own files it is only told (`after.bytes`): see docs/decisions/012.
        inBytesOutsideOfTheObjects: { value: sum(outsideOfObjects(bytes.remains)), atMost: 0 },
        keptInFiles: { value: keptBytes.needles.size, atLeast: keptCount },
        keptBySearch: { value: after.keptSearches.found, atLeast: after.keptSearches.expected },
        unexpectedFaults: { value: faults.filter((fault) => !fault.startsWith("dave: closed")).length, atMost: 0 },
      },
      seen: {
        levelMs: level,
        open: open.slice(0, 5),
        closedMs,
        plainKept: current,
        before: { files: before.bytes.remains, rows: before.rows.remains, answers: before.answers },
        openBytes: openBytes.remains,
        after: { answers: after.answers, rows: after.rows.remains, bytes: bytes.remains },
        megabytes: Math.round(bytes.bytes / 1e6),
        rowsRead: after.rows.rows,
        faults: faults.slice(0, 10),
        left: [...bytes.needles].slice(0, 20).map((needle) => waysOf([...play.gone, ...play.erased], needle)),
      },
    };
  } finally {
    await server.remove();
  }
}

const sum = (remains: Record<string, number>): number =>
  Object.values(remains).reduce((total, count) => total + count, 0);

const outsideOfObjects = (remains: Remains): Remains =>
  Object.fromEntries(Object.entries(remains).filter(([place]) => !/^(Channel|User)Object\//.test(place)));

/** How a secret had been said. */
function waysOf(all: readonly Said[], needle: string): string {
  const said = all.find(({ secrets }) => secrets.includes(needle));
  if (!said) return "?";
  const { talker, seq, thread, wasEdited, secrets } = said;
  const which = secrets.indexOf(needle) === 0 && wasEdited ? " (earlier version)" : "";
  return `${talker.person.handle} in ${talker.channel.slice(0, 8)} at ${seq}${thread ? ` thread ${thread}` : ""}${wasEdited ? " edited" : ""}${which}`;
}

/** Needles in everything that may be asked but the search, by what was asked. */
async function heard(
  needles: Needles,
  readers: readonly Person[],
  channels: readonly string[],
  said: readonly Said[],
): Promise<Record<string, number>> {
  const found = new Map<string, Set<string>>();
  const note = (what: string, text: string): void => {
    for (const { needle } of needles.findInText(text)) found.set(what, (found.get(what) ?? new Set()).add(needle));
  };
  for (const person of readers) {
    note("inbox", (await person.ask("GET", "/v1/inbox?after=0")).text);
    note("export", (await person.ask("GET", "/v1/me/export")).text);
    const list = await person.demand<{ items: { id: string }[] }>("GET", "/v1/channels");
    const mine = new Set(list.items.map(({ id }) => id));
    for (const channel of channels.filter((id) => mine.has(id))) {
      note("history", JSON.stringify(await messagesOf(person, channel)));
      note("events", JSON.stringify(await eventsOf(person, channel)));
      note("pins", (await person.ask("GET", `/v1/channels/${channel}/pins`)).text);
    }
    const readable = said.filter(({ talker }) => mine.has(talker.channel));
    const threads = new Set(
      readable.flatMap(({ talker, thread }) => (thread === null ? [] : [`${talker.channel} ${thread}`])),
    );
    await inCrowd([...threads], WIDTH, async (name) => {
      const [channel = "", root] = name.split(" ");
      note("thread", JSON.stringify(await messagesOf(person, channel, Number(root))));
    });
    if (person !== readers[0]) continue;
    await inCrowd(readable, WIDTH, async ({ talker, seq, wasEdited }) => {
      const path = `/v1/channels/${talker.channel}/messages/${seq}`;
      note("message", (await person.ask("GET", path)).text);
      if (wasEdited) note("versions", (await person.ask("GET", `${path}/versions`)).text);
    });
  }
  return Object.fromEntries([...found].map(([what, some]) => [what, some.size]));
}

interface Searched {
  /** Searches by those who may read the message for what it says, and how many of them found one. */
  expected: number;
  found: number;
  /** Searches by anybody for anything that found something. */
  all: number;
}

/** Every secret is looked for as a word, a phrase and a beginning, by its author or, where that one is gone, by the others in turn. */
async function searched(readers: readonly Person[], said: readonly Said[]): Promise<Searched> {
  const result: Searched = { expected: 0, found: 0, all: 0 };
  await inCrowd(said, WIDTH, async ({ talker, secrets }, at) => {
    const isAuthor = readers.includes(talker.person);
    const reader = isAuthor ? talker.person : readers[at % readers.length];
    if (!reader) throw new Error("nobody is there");
    for (const secret of secrets) {
      const isExpected = isAuthor && secret === secrets.at(-1);
      for (const q of [secret, `"${secret}"`, `${secret.slice(0, 8)}*`]) {
        const page = await reader.demand<{ items: unknown[] }>("GET", `/v1/search?limit=5&q=${encodeURIComponent(q)}`);
        if (isExpected) result.expected++;
        if (page.items.length === 0) continue;
        result.all++;
        if (isExpected) result.found++;
      }
    }
  });
  return result;
}
