// Compares the archive with the logs in two ways: by the operator's comparison, and by reading the
// file of its database.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { keysOf, unseal } from "../../../src/directory/archive/seal";
import { readEntry } from "../../../src/directory/archive/sealed-entry";
import type { ArchivedEntry } from "../../../src/domain/archive";
import type { StoredBody } from "../../../src/domain/message";
import type { Event, Message } from "../../../src/protocol";
import { archiveCommand, compareArchive } from "../kit/archive-comparison.ts";
import type { RegisteredUser } from "../kit/registered-user.ts";
import { ARCHIVE_KEY, OPERATOR_TOKEN } from "./server.ts";

interface Compared {
  rows: number;
  /** Empty where the archive is complete. */
  wrong: string[];
  /**
   * Entries that are archived beyond the channel's own cursor: its object was evicted before the
   * cursor was saved.
   */
  underrated: number;
}

/** The operator's comparison of a channel with its archive. */
export async function compareAsOperator(port: number, channel: string): Promise<Compared> {
  const { head, archived, same, different, foreign } = await compareArchive(port, OPERATOR_TOKEN, channel);
  const counts = { missing: head - same - different, different, foreign };
  const wrong = Object.entries(counts).flatMap(([what, n]) => (n === 0 ? [] : [`${n} ${what}`]));
  return { rows: same, wrong, underrated: head - archived };
}

export const rebuild = (port: number, channel: string): Promise<unknown> =>
  archiveCommand(port, OPERATOR_TOKEN, channel, { do: "rebuild" });

/**
 * Whether the archive holds the whole log. The cursor of an object that was evicted may be behind,
 * so every tenth look compares the rows.
 */
async function isCaughtUp(port: number, channel: string, look: number): Promise<boolean> {
  const { archived, head } = await archiveCommand(port, OPERATOR_TOKEN, channel, {
    do: "compare",
    after: Number.MAX_SAFE_INTEGER,
  });
  if (archived === head) return true;
  return look % 10 === 9 && (await compareAsOperator(port, channel)).rows === head;
}

/**
 * Resolves when the archive holds all of these logs: with the milliseconds it took, or null after
 * `withinMs`.
 */
export async function waitUntilArchived(
  port: number,
  channels: readonly string[],
  withinMs: number,
): Promise<number | null> {
  const since = performance.now();
  for (const channel of channels) {
    for (let look = 0; !(await isCaughtUp(port, channel, look)); look++) {
      if (performance.now() - since > withinMs) return null;
      await delay(200);
    }
  }
  return Math.round(performance.now() - since);
}

export function sqliteFilesIn(state: string): string[] {
  return readdirSync(state, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sqlite"))
    .map((name) => path.join(state, name));
}

/** Reads a copy of a database, including its write-ahead log. */
export function withCopy<T>(file: string, read: (database: DatabaseSync) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-copy-"));
  try {
    const copy = path.join(folder, "copy.sqlite");
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    const database = new DatabaseSync(copy);
    try {
      return read(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Row {
  channel: string;
  seq: number;
  version: number;
  at: number;
  tags: string;
  starts: string;
  terms: string;
  entry: ArchivedEntry | null;
}

/**
 * All rows of the archive from its database file, unsealed, by channel and seq. Throws where one
 * entry has two rows.
 */
export function archiveIn(state: string): Map<string, Row> {
  const { seal } = keysOf(ARCHIVE_KEY);
  const rows = new Map<string, Row>();
  const isArchive = (database: DatabaseSync) =>
    database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'archive'").get() !== undefined;
  for (const file of sqliteFilesIn(state)) {
    withCopy(file, (database) => {
      if (!isArchive(database)) return;
      for (const row of database.prepare("SELECT * FROM archive").iterate()) {
        const key = `${row.channel}.${row.seq}`;
        if (rows.has(key)) throw new Error(`two rows of ${key}`);
        rows.set(key, {
          channel: String(row.channel),
          seq: Number(row.seq),
          version: Number(row.version),
          at: Number(row.at),
          tags: String(row.tags),
          starts: String(row.starts),
          terms: String(row.terms),
          entry: readEntry(unseal(seal, key, String(row.entry))),
        });
      }
    });
  }
  return rows;
}

interface Frame {
  type: string;
  after?: number;
  events?: Event[];
}

/** Every entry of a log, as a member reads it from position 0. */
export async function eventsOf(person: RegisteredUser, channel: string): Promise<Event[]> {
  const { epoch } = await person.demand<{ epoch: string }>("GET", `/v1/channels/${channel}/messages?limit=1`);
  const events: Event[] = [];
  for (;;) {
    const path = `/v1/channels/${channel}/events?epoch=${epoch}&after=${events.at(-1)?.seq ?? 0}`;
    const { frames } = await person.demand<{ frames: Frame[] }>("GET", path);
    for (const frame of frames) events.push(...(frame.events ?? []));
    if (frames.some(({ type }) => type === "ready")) return events;
    if (!frames.some(({ type }) => type === "more")) throw new Error(`a poll brought ${JSON.stringify(frames)}`);
  }
}

/** Every message of a channel, or of one of its threads. */
export async function messagesOf(person: RegisteredUser, channel: string, thread?: number): Promise<Message[]> {
  const messages: Message[] = [];
  const place = thread === undefined ? "" : `&thread=${thread}`;
  for (;;) {
    const path = `/v1/channels/${channel}/messages?limit=100&after=${messages.at(-1)?.seq ?? 0}${place}`;
    const page = await person.demand<{ messages: Message[]; moreAfter: boolean }>("GET", path);
    messages.push(...page.messages);
    if (!page.moreAfter) return messages;
  }
}

const contentOfBody = (body: Message["body"] | StoredBody) =>
  body.state === "live"
    ? [body.state, body.version, body.text, body.mentions, body.attachments]
    : [body.state, body.version];

/** At most ten differences between the archive's rows of a channel and what its members read. */
export async function differences(
  rows: ReadonlyMap<string, Row>,
  person: RegisteredUser,
  channel: string,
): Promise<string[]> {
  const events = await eventsOf(person, channel);
  const said = new Map((await messagesOf(person, channel)).map((message) => [message.seq, message]));
  const wrong: string[] = [];
  for (const { seq, type, actor, nonce, at } of events) {
    const row = rows.get(`${channel}.${seq}`);
    const entry = row?.entry;
    if (!entry) {
      wrong.push(`${seq} is ${row ? "unreadable" : "missing"}`);
      continue;
    }
    const message = said.get(seq);
    const body = message?.body;
    const expected = { ...{ seq, type, actor, nonce, at }, body: body ? contentOfBody(body) : null };
    const stored = { seq: entry.seq, type: entry.type, actor: entry.actor, nonce: entry.nonce, at: entry.at };
    const found = { ...stored, body: entry.body && contentOfBody(entry.body) };
    if (JSON.stringify(found) !== JSON.stringify(expected))
      wrong.push(`${seq}: ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`);
    if (body?.state === "deleted" && (row?.terms !== "" || row.starts !== ""))
      wrong.push(`${seq} is deleted and still searchable`);
  }
  const mine = [...rows.values()].filter((row) => row.channel === channel).length;
  if (mine !== events.length) wrong.push(`${mine} rows of ${events.length} entries`);
  return wrong.slice(0, 10);
}
