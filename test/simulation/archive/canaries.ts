// Deletion removes every trace. Secrets are sent in every possible way, found everywhere, deleted,
// and then found nowhere, down to the bytes of every file.
import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { mapConcurrently } from "../kit/concurrency.ts";
import { password, RegisteredUser } from "../kit/registered-user.ts";
import type { Report } from "../kit/report.ts";
import { bundle } from "../kit/worker-bundle.ts";
import { eventsOf, messagesOf, waitUntilArchived } from "./archive-checker.ts";
import { ChannelWriter } from "./channel-writer.ts";
import { bytesWith, openIn, type Remains, rowsWith } from "./deleted-text-scan.ts";
import { Needles } from "./search-samples.ts";
import { type SecretMessage, SecretWorkload, secretsOf } from "./secret-messages.ts";
import { startArchiveServer } from "./server.ts";

const WIDTH = 8;
const ARCHIVED_WITHIN_MS = 60_000;
const CLOSED_MS = 60_000;

export async function canaries(folder: string, quick: boolean): Promise<Report> {
  const count = quick ? 200 : 1_000;
  const erasedCount = quick ? 30 : 100;
  const server = await startArchiveServer(await bundle("src/index.ts", folder));
  try {
    const { port, state } = server;
    const people: RegisteredUser[] = [];
    for (const handle of ["alice", "bob", "carol", "dave"]) people.push(await RegisteredUser.register(port, handle));
    const [alice, bob, carol, dave] = people;
    if (!alice || !bob || !carol || !dave) throw new Error("a person is missing");
    const groups = [await alice.group("one", [bob, carol, dave]), await bob.group("둘", [alice, carol, dave])];
    const subscribers: [RegisteredUser, string][] = groups.flatMap((group) =>
      people.map((person): [RegisteredUser, string] => [person, group]),
    );
    const pairs: [RegisteredUser, RegisteredUser][] = [
      [alice, bob],
      [bob, carol],
      [alice, dave],
    ];
    const channels = [...groups];
    for (const [one, other] of pairs) {
      const channel = await one.direct(other);
      channels.push(channel);
      subscribers.push([one, channel], [other, channel]);
    }
    const writers: ChannelWriter[] = [];
    for (const [person, channel] of subscribers) writers.push(await ChannelWriter.open(person, channel));
    const workload = new SecretWorkload();
    const staying = writers.filter(({ person }) => person !== dave);
    const leaving = writers.filter(({ person }) => person === dave);
    const turn = (some: readonly ChannelWriter[]): ChannelWriter => {
      const writer = some[randomInt(some.length)];
      if (!writer) throw new Error("there is no writer");
      return writer;
    };
    for (let at = 0; at < count; at++) {
      await workload.say(workload.kept, turn(staying));
      await workload.say(workload.deleted, turn(staying));
      if (at < erasedCount) await workload.say(workload.erased, turn(leaving));
    }
    // The newest message of every channel is deleted too, because inboxes show it.
    for (const channel of channels)
      await workload.say(workload.deleted, turn(staying.filter((writer) => writer.channel === channel)));
    const archivedMs = await waitUntilArchived(port, channels, ARCHIVED_WITHIN_MS);

    const doomed = new Needles(secretsOf([...workload.deleted, ...workload.erased]));
    const keeping = new Needles(secretsOf(workload.kept));
    const readers = [alice, bob, carol];
    const doomedCount = secretsOf([...workload.deleted, ...workload.erased]).length;
    const keptCount = secretsOf(workload.kept).length;
    const before = {
      bytes: bytesWith(doomed, state),
      rows: rowsWith(doomed, state),
      answers: await findInAnswers(doomed, readers, channels, [...workload.deleted, ...workload.erased]),
      searches: await findBySearch(readers, [...workload.deleted, ...workload.erased]),
    };

    await mapConcurrently(workload.deleted, WIDTH, ({ writer, seq }) =>
      writer.perform({ type: "message.delete", seq }),
    );
    await dave.demand("DELETE", "/v1/me", { password });
    const faults = writers.flatMap((writer) => writer.faults.map((fault) => `${writer.person.handle}: ${fault}`));
    for (const writer of writers) writer.leave();
    await delay(1_000);
    await waitUntilArchived(port, channels, ARCHIVED_WITHIN_MS);

    const after = {
      answers: await findInAnswers(doomed, readers, channels, [...workload.deleted, ...workload.erased]),
      searches: await findBySearch(readers, [...workload.deleted, ...workload.erased]),
      keptSearches: await findBySearch(readers, workload.kept),
      rows: rowsWith(doomed, state),
    };
    const openBytes = bytesWith(doomed, state);
    const since = performance.now();
    while (openIn(state).length > 0 && performance.now() - since < CLOSED_MS) await delay(500);
    const open = openIn(state);
    const closedMs = Math.round(performance.now() - since);
    const bytes = bytesWith(doomed, state);
    const keptBytes = bytesWith(keeping, state);
    const current = workload.kept.filter(({ wasEdited }) => !wasEdited).length;
    return {
      setting: {
        canaries: doomedCount,
        ofAnErasedAccount: secretsOf(workload.erased).length,
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
        // The files of the objects are reported (`after.bytes`) without a bound; see
        // docs/decisions/012.
        inBytesOutsideOfTheObjects: { value: sum(outsideOfObjects(bytes.remains)), atMost: 0 },
        keptInFiles: { value: keptBytes.needles.size, atLeast: keptCount },
        keptBySearch: { value: after.keptSearches.found, atLeast: after.keptSearches.expected },
        unexpectedFaults: { value: faults.filter((fault) => !fault.startsWith("dave: closed")).length, atMost: 0 },
      },
      seen: {
        levelMs: archivedMs,
        open: open.slice(0, 5),
        closedMs,
        plainKept: current,
        before: { files: before.bytes.remains, rows: before.rows.remains, answers: before.answers },
        openBytes: openBytes.remains,
        after: { answers: after.answers, rows: after.rows.remains, bytes: bytes.remains },
        megabytes: Math.round(bytes.bytes / 1e6),
        rowsRead: after.rows.rows,
        faults: faults.slice(0, 10),
        left: [...bytes.needles]
          .slice(0, 20)
          .map((needle) => waysOf([...workload.deleted, ...workload.erased], needle)),
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

/** How a secret was sent. */
function waysOf(all: readonly SecretMessage[], needle: string): string {
  const messages = all.find(({ secrets }) => secrets.includes(needle));
  if (!messages) return "?";
  const { writer, seq, thread, wasEdited, secrets } = messages;
  const which = secrets.indexOf(needle) === 0 && wasEdited ? " (earlier version)" : "";
  return `${writer.person.handle} in ${writer.channel.slice(0, 8)} at ${seq}${thread ? ` thread ${thread}` : ""}${wasEdited ? " edited" : ""}${which}`;
}

/** Counts the secrets in all answers but those of the search, by kind of request. */
async function findInAnswers(
  needles: Needles,
  readers: readonly RegisteredUser[],
  channels: readonly string[],
  messages: readonly SecretMessage[],
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
    const readable = messages.filter(({ writer }) => mine.has(writer.channel));
    const threads = new Set(
      readable.flatMap(({ writer, thread }) => (thread === null ? [] : [`${writer.channel} ${thread}`])),
    );
    await mapConcurrently([...threads], WIDTH, async (name) => {
      const [channel = "", root] = name.split(" ");
      note("thread", JSON.stringify(await messagesOf(person, channel, Number(root))));
    });
    if (person !== readers[0]) continue;
    await mapConcurrently(readable, WIDTH, async ({ writer, seq, wasEdited }) => {
      const path = `/v1/channels/${writer.channel}/messages/${seq}`;
      note("message", (await person.ask("GET", path)).text);
      if (wasEdited) note("versions", (await person.ask("GET", `${path}/versions`)).text);
    });
  }
  return Object.fromEntries([...found].map(([what, some]) => [what, some.size]));
}

interface Searched {
  /** Searches by people who may read the message, and how many of them found it. */
  expected: number;
  found: number;
  /** Searches by anyone that found something. */
  all: number;
}

/**
 * Searches every secret as a word, a phrase and a prefix, as its author or, where the author is
 * erased, as the others in turn.
 */
async function findBySearch(readers: readonly RegisteredUser[], messages: readonly SecretMessage[]): Promise<Searched> {
  const result: Searched = { expected: 0, found: 0, all: 0 };
  await mapConcurrently(messages, WIDTH, async ({ writer, secrets }, at) => {
    const isAuthor = readers.includes(writer.person);
    const reader = isAuthor ? writer.person : readers[at % readers.length];
    if (!reader) throw new Error("there is no reader");
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
