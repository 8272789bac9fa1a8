// The archive in tests: drained, compared with the log, and searched.
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { Archive } from "../../src/directory/archive/archive";
import { openArchive } from "../../src/directory/archive/open-archive";
import type { ArchivedEntry, ArchivedRow, BilledRows } from "../../src/domain/archive";
import type { ArchiveReport, SearchHit, SearchPage } from "../../src/protocol";
import { call, type Person } from "./http";
import { perform, say } from "./log";
import { perform as performAll } from "./poll";
import { composedAt, type Device } from "./socket";

export const operator = "the-operator-of-the-tests";
export const databases = [env.ARCHIVE, env.ARCHIVE_2, env.ARCHIVE_3];
export const ownArchive = (): Archive => openArchive(env);

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);

export const command = (channel: string, body: object) =>
  call<ArchiveReport>(`/v1/operator/channels/${channel}/archive`, { method: "POST", token: operator, body });

/** Compares the archive of a channel with its log. Returns the sums of all pages. */
export async function compare(channel: string): Promise<ArchiveReport> {
  const sums = { same: 0, different: 0, foreign: 0 };
  for (let after: number | null = 0; ; ) {
    const page: ArchiveReport = await command(channel, { do: "compare", after });
    for (const name of ["same", "different", "foreign"] as const) sums[name] += page[name];
    after = page.next;
    if (after === null) return { ...page, ...sums };
  }
}

/** Fires the alarm of a channel if it is set. Returns whether it was. */
export const ring = (channel: string): Promise<boolean> => runDurableObjectAlarm(stubOf(channel));

/**
 * Fires the alarm and compares until the archive has the whole log: the first page of a comparison
 * stores what waits for a full batch. Returns the comparison.
 */
export async function drained(channel: string): Promise<ArchiveReport> {
  const entriesBehind = async () => {
    await ring(channel);
    const { head, archived } = await command(channel, { do: "compare" });
    return head - archived;
  };
  await expect.poll(entriesBehind, { timeout: 25_000, interval: 20 }).toBe(0);
  return compare(channel);
}

/** Returns the comparison of an archive that equals its log. */
export const exact = (head: number): ArchiveReport => ({
  head,
  archived: head,
  same: head,
  different: 0,
  foreign: 0,
  next: null,
});

export interface RawRow {
  rowid: number;
  channel: string;
  seq: number;
  version: number;
  at: number;
  tags: string;
  starts: string;
  terms: string;
  entry: string;
}

/** Returns the stored rows of a channel, by database. */
export const rawRows = (channel: string): Promise<RawRow[][]> =>
  Promise.all(
    databases.map(async (database) => {
      const query = "SELECT rowid, * FROM archive WHERE channel = ? ORDER BY seq, version";
      return (await database.prepare(query).bind(channel).all<RawRow>()).results;
    }),
  );

/**
 * Returns the archived entries of a channel, ascending by seq; null for a row that cannot be
 * opened.
 */
export async function entriesOf(channel: string): Promise<(ArchivedEntry | null)[]> {
  const archive = ownArchive();
  const rows: ArchivedRow[] = [];
  for (let page: ArchivedRow[] | null = null; page === null || page.length > 0; ) {
    page = await archive.list(archive.choose(channel), channel, rows.at(-1)?.place ?? 0, 1_000);
    rows.push(...page);
  }
  return rows.toSorted((one, other) => one.seq - other.seq).map(({ entry }) => entry);
}

/**
 * Returns the texts of the archived messages, `(deleted)` for a deleted one, null for other
 * entries.
 */
export const contentsOf = async (channel: string): Promise<(string | null)[]> =>
  (await entriesOf(channel)).map((entry) => {
    const body = entry?.body ?? null;
    return body?.state === "live" ? body.text : body && `(${body.state})`;
  });

/** Sends many messages in requests of the maximum size. */
export async function sayMany(person: Person, channel: string, epoch: string, texts: string[]): Promise<void> {
  for (let i = 0; i < texts.length; i += 64) {
    const commands = texts.slice(i, i + 64).map((text, j) => {
      return { id: String(j), type: "message.send", ...composedAt(epoch, 0), text };
    });
    await performAll(person, channel, commands);
  }
}

/** Appends entries of many types. Returns the head. */
export async function appendAll(
  { a, b, epoch }: { a: Device; b: Device; epoch: string },
  head: number,
): Promise<number> {
  await say(a, epoch, "회의는 세 시");
  const root = await say(b, epoch, "hello");
  await say(b, epoch, "in the thread", { thread: root });
  await say(a, epoch, "answering", { replyTo: root });
  await perform(a, epoch, { type: "reaction.add", seq: root, emoji: "👍" });
  await perform(b, epoch, { type: "message.edit", seq: root, text: "hello, edited" });
  await perform(a, epoch, { type: "message.delete", seq: head + 1 });
  await perform(a, epoch, { type: "message.pin", seq: root });
  return head + 8;
}

type Store = () => Promise<BilledRows>;
type Put = (store: Store, entries: readonly ArchivedEntry[]) => Promise<BilledRows>;

const puts = new Map<string, Put>();
const { put } = Archive.prototype;
Archive.prototype.put = function (shard, channel, entries) {
  const store = () => put.call(this, shard, channel, entries);
  return puts.get(channel)?.(store, entries) ?? store();
};

/** Replaces every later put into the archive of a channel. */
export function intercept(channel: string, put: Put): void {
  puts.set(channel, put);
}

/** Delays every put into the archive of a channel until `isFree`. */
export function hold(channel: string): { held: number; isFree: boolean } {
  const gate = { held: 0, isFree: false };
  intercept(channel, async (store) => {
    gate.held++;
    while (!gate.isFree) await new Promise((resolve) => setTimeout(resolve, 10));
    return store();
  });
  return gate;
}

type SearchOptions = Partial<Record<"channel" | "order" | "zone" | "cursor" | "limit", string | number>>;

export function search({ token }: Person, q: string, options: SearchOptions = {}): Promise<SearchPage> {
  return call<SearchPage>("/v1/search", { method: "POST", token, body: { q, ...options } });
}

/** Returns all hits of a search, from all pages. */
export async function searchAll(person: Person, q: string, options: SearchOptions = {}): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: SearchPage = await search(person, q, { ...options, ...(cursor !== null && { cursor }) });
    hits.push(...page.items);
    cursor = page.next;
    if (cursor === null) return hits;
  }
}
