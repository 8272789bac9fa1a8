// Every answer with a list is bounded in bytes, and its pages lead to every item once. The content
// is the largest that the protocol allows.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { unwrap } from "../../src/domain/error";
import type { PersonalItem } from "../../src/domain/personal-data";
import type { Batch } from "../../src/domain/ports";
import { type FrameOf, limits, type Message, type Page, type ServerFrame } from "../../src/protocol";
import { intercept } from "../support/archive";
import { call, openGroup, type Person, register, request } from "../support/http";
import { fixtureSize } from "../support/runs";

/** The most bytes of any answer with a list: see docs/architecture.md. */
const MOST_BYTES = 2 * 1024 * 1024;

/** The longest text: 100,000 code points of four bytes. */
const longest = "😀".repeat(limits.messageCodePoints);
/** A short test has fewer of the longest messages, pins and versions, but still several pages. */
const LONG_MESSAGES = fixtureSize(20, 60);
const PINS = Math.min(LONG_MESSAGES, limits.pinsPerChannel);
const VERSIONS = fixtureSize(20, limits.versionsPerMessage);
const REACTION_ENTRIES = 200;
const DRAFTS = 50;

let alice: Person;
let bob: Person;
let channel: string;
/** The message that has every reaction of every member. */
let reacted: number;

beforeAll(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  channel = await openGroup(alice, [bob]);
  intercept(channel, async () => ({ read: 0, written: 0 }));
  const stub = env.CHANNELS.getByName(channel);
  reacted = await runInDurableObject(stub, (_, { storage: { sql } }) => {
    let seq = sql.exec<{ head: number }>("SELECT coalesce(max(seq), 0) AS head FROM entries").one().head;
    const add = (type: string, columns: Record<string, string | number>): number => {
      const all = { seq: ++seq, type, actor: alice.id, nonce: crypto.randomUUID(), at: 1_000, ...columns };
      const names = Object.keys(all);
      sql.exec(`INSERT INTO entries (${names}) VALUES (${names.map(() => "?")})`, ...Object.values(all));
      return seq;
    };
    const users = Array.from({ length: limits.groupMembers }, (_unused, i) => `u_${String(i).padStart(19, "0")}`);
    const items = Array.from({ length: limits.reactionsPerMessage }, (_unused, i) => {
      return { emoji: String.fromCodePoint(0x1f600 + i), users };
    });
    const annotate = (at: number, pinned: boolean) =>
      sql.exec(
        "INSERT INTO aspects (seq, reactions, replies, pin, pinned) VALUES (?, ?, ?, ?, ?)",
        ...[at, JSON.stringify({ version: at, items })],
        JSON.stringify({ version: at, count: 0, lastAt: null, participants: [], followers: users }),
        ...[JSON.stringify({ version: at, by: pinned ? bob.id : null, at: pinned ? 1_000 : null }), pinned ? 1 : 0],
      );
    const mentions = JSON.stringify({ users, all: "channel" });
    let first = 0;
    for (let i = 0; i < LONG_MESSAGES; i++) {
      const message = add("message.sent", { version: seq + 1, changed_at: 1_000, body: longest, mentions });
      first ||= message;
      annotate(message, i < PINS);
    }
    for (let i = 0; i < VERSIONS; i++) {
      const edit = add("message.edited", { target: first, digest: "x" });
      sql.exec("INSERT INTO versions (version, target, at, body) VALUES (?, ?, 1, ?)", edit, first, longest);
    }
    for (let i = 0; i < REACTION_ENTRIES; i++) {
      add("reaction.added", { target: first + (i % LONG_MESSAGES), detail: "😀" });
    }
    return first;
  });
  await evictDurableObject(stub);
}, 60_000);

/** Requests a list and checks its size. */
async function bounded<T>(path: string, person: Person, sent: { method?: string; body?: unknown } = {}): Promise<T> {
  const response = await request(path, { token: person.token, ...sent });
  const text = await response.text();
  expect(response.status, text.slice(0, 200)).toBe(200);
  expect(new TextEncoder().encode(text).length, path).toBeLessThanOrEqual(MOST_BYTES);
  return JSON.parse(text);
}

/** Returns the items of all pages of a list, and the number of pages. */
async function allPages<T>(path: string, person: Person, limit?: number): Promise<{ items: T[]; pages: number }> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 1; ; pages++) {
    const query = new URLSearchParams();
    if (cursor !== null) query.set("cursor", cursor);
    if (limit !== undefined) query.set("limit", String(limit));
    const page: { items: T[]; next: string | null } = await bounded(`${path}?${query}`, person);
    expect(page.items.length).toBeGreaterThan(0);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) return { items, pages };
  }
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

test.each([undefined, 7])("pins come in pages of at most %s", { timeout: 60_000 }, async (limit) => {
  const { items, pages } = await allPages<Message>(`/v1/channels/${channel}/pins`, bob, limit);
  expect(items.map(({ seq }) => seq)).toEqual(range(reacted, PINS));
  expect(pages).toBeGreaterThan(1);
});

test.each([undefined, 1])("versions come in pages of at most %s", { timeout: 60_000 }, async (limit) => {
  const path = `/v1/channels/${channel}/messages/${reacted}/versions`;
  const { items, pages } = await allPages<{ version: number }>(path, bob, limit);
  expect(items.map(({ version }) => version)).toEqual(range(reacted + LONG_MESSAGES, VERSIONS));
  expect(pages).toBeGreaterThan(1);
});

test.each(["~", "x", "1~x", "-1"])("[S60] the cursor %s is of no list", async (cursor) => {
  for (const path of ["pins", `messages/${reacted}/versions`]) {
    const query = `?cursor=${encodeURIComponent(cursor)}`;
    expect((await request(`/v1/channels/${channel}/${path}${query}`, { token: bob.token })).status).toBe(400);
  }
});

test("history pages lead both ways through all messages", { timeout: 60_000 }, async () => {
  const path = `/v1/channels/${channel}/messages?limit=100`;
  const seen: number[] = [];
  for (let after = 0, more = true; more; ) {
    const page: Page = await bounded(`${path}&after=${after}`, bob);
    seen.push(...page.messages.map(({ seq }) => seq));
    after = seen.at(-1) ?? 0;
    more = page.moreAfter;
  }
  expect(seen).toEqual(range(reacted, LONG_MESSAGES));
  const back: number[] = [];
  for (let before = reacted + LONG_MESSAGES, more = true; more; ) {
    const page: Page = await bounded(`${path}&before=${before}`, bob);
    back.unshift(...page.messages.map(({ seq }) => seq));
    before = back[0] ?? 0;
    more = page.moreBefore;
  }
  expect(back).toEqual(seen);
  const middle = reacted + Math.floor(LONG_MESSAGES / 2);
  const around: Page = await bounded(`${path}&around=${middle}`, bob);
  expect(around.messages.map(({ seq }) => seq)).toContain(middle);
});

test("the pages of one request of commands share the size of a page", async () => {
  const commands = range(0, limits.commandsPerRequest).map((id) => {
    return { id: String(id), type: "history.page", query: { limit: 100 } };
  });
  const sent = { method: "POST", body: { commands } };
  const { frames } = await bounded<{ frames: ServerFrame[] }>(`/v1/channels/${channel}/commands`, bob, sent);
  expect(frames).toHaveLength(limits.commandsPerRequest);
  expect(frames[0]?.type).toBe("page");
});

test("a poll leads through reactions to messages that have all reactions", { timeout: 60_000 }, async () => {
  const seqs: number[] = [];
  let [epoch, after] = ["", 0];
  for (;;) {
    const query = epoch === "" ? "" : `?epoch=${epoch}&after=${after}`;
    const path = `/v1/channels/${channel}/events${query}`;
    const { frames } = await bounded<{ frames: ServerFrame[] }>(path, bob);
    for (const frame of frames) if (frame.type === "events") seqs.push(...frame.events.map(({ seq }) => seq));
    const last = frames.at(-1);
    if (last?.type === "ready" && epoch !== "") break;
    if (last?.type === "ready") epoch = last.epoch;
    else if (last?.type === "more") after = last.after;
  }
  expect(seqs).toEqual(range(1, seqs.at(-1) ?? 0));
  expect(seqs.at(-1)).toBe(reacted + LONG_MESSAGES + VERSIONS + REACTION_ENTRIES - 1);
});

test("batches for search, export and the operator are bounded", { timeout: 60_000 }, async () => {
  const stub = env.CHANNELS.getByName(channel);
  const caller = { user: bob.id, session: bob.session, issuedAt: Date.now() + 60_000 };
  const sizeOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
  let wanted = range(reacted, LONG_MESSAGES);
  const found: number[] = [];
  while (wanted.length > 0) {
    const answer = await stub.messagesAt(caller, wanted);
    if (!answer.ok) throw new Error(answer.code);
    const { items, after } = answer.value;
    expect(sizeOf(items)).toBeLessThanOrEqual(MOST_BYTES);
    found.push(...items.map(({ seq }) => seq));
    wanted = after === null ? [] : wanted.filter((seq) => seq > after);
  }
  expect(found).toEqual(range(reacted, LONG_MESSAGES));
  const written: number[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const batch: Batch<PersonalItem> = unwrap(await stub.personalData(alice.id, "messages", after));
    expect(sizeOf(batch.items)).toBeLessThanOrEqual(MOST_BYTES);
    written.push(...batch.items.flatMap((item) => ("seq" in item ? [item.seq] : [])));
    after = batch.after;
  }
  expect(written).toEqual(found);
  expect(await stub.authors(0)).toEqual({ ok: true, value: { items: [alice.id], after: null } });
});

test("an inbox of many longest drafts and many left channels comes in pages", { timeout: 60_000 }, async () => {
  const stub = env.USERS.getByName(bob.id);
  await runInDurableObject(stub, (_, { storage: { sql } }) => {
    const base = 1_000;
    for (let i = 0; i < DRAFTS; i++) {
      const draft = { channel: `c_${i}`, thread: null, text: longest, replyTo: null, at: 1 };
      sql.exec(
        "INSERT INTO settings (key, channel, over, version, value) VALUES (?, ?, 0, ?, ?)",
        ...[`draft c_${i} `, `c_${i}`, base + i, JSON.stringify({ kind: "draft", draft })],
      );
    }
    for (let i = 0; i < 500; i++)
      sql.exec("INSERT INTO gone (channel, version) VALUES (?, ?)", `c_gone${i}`, base + DRAFTS + i);
  });
  await evictDurableObject(stub);
  const drafts: string[] = [];
  const gone: string[] = [];
  let after = 1;
  for (let more = true; more; ) {
    const { frames } = await bounded<{ frames: ServerFrame[] }>(`/v1/inbox?after=${after}`, bob);
    const inbox = frames.find((frame): frame is FrameOf<"inbox"> => frame.type === "inbox");
    if (!inbox) throw new Error("no inbox");
    drafts.push(...(inbox.drafts ?? []).map((draft) => draft.channel));
    gone.push(...(inbox.gone ?? []));
    expect(inbox.rows.length + (inbox.gone ?? []).length).toBeLessThanOrEqual(limits.pageMax);
    after = inbox.version ?? 0;
    more = inbox.more;
  }
  expect(drafts).toEqual(range(0, DRAFTS).map((i) => `c_${i}`));
  expect(gone).toEqual(range(0, 500).map((i) => `c_gone${i}`));
});

test("a list of full groups comes in pages of at most 1,000 members", { timeout: 60_000 }, async () => {
  const name = "𝒜".repeat(limits.nameCodePoints);
  const numbers = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99)";
  const insert = (rows: string, ...values: unknown[]) => env.DIRECTORY.prepare(`${numbers} ${rows}`).bind(...values);
  await env.DIRECTORY.batch([
    insert(
      `INSERT INTO accounts (id, handle, name, password_hash, created_at)
         SELECT 'u_full' || i, 'full-of-letters-for-the-test-' || i, ?, '', i FROM n`,
      name,
    ),
    insert(
      `INSERT INTO channels (id, kind, identity, name, topic, revision, created_by, created_at)
         SELECT 'c_full' || i, 'group', 'full' || i, ?, ?, 1, ?, i FROM n`,
      ...[name, "𝒜".repeat(limits.topicCodePoints), alice.id],
    ),
    insert(
      `INSERT INTO memberships (channel, user, role, joined_at)
         SELECT 'c_full' || n.i, 'u_full' || m.i, 'member', 1 FROM n, (SELECT i FROM n WHERE i < 99) m`,
    ),
    insert(
      "INSERT INTO memberships (channel, user, role, joined_at) SELECT 'c_full' || i, ?, 'owner', 1 FROM n",
      alice.id,
    ),
  ]);
  const { items } = await allPages<{ id: string; members: unknown[] }>("/v1/channels", alice, limits.pageMax);
  expect(new Set(items.map(({ id }) => id)).size).toBe(101);
  expect(items).toHaveLength(101);
  expect(items.filter(({ members }) => members.length === limits.groupMembers)).toHaveLength(100);
});

test("[S60] a page that is not full of bytes has the asked number of items", async () => {
  const body = { kind: "direct", user: bob.id };
  await call("/v1/channels", { method: "POST", token: alice.token, body });
  const page = await bounded<{ items: unknown[]; next: string | null }>("/v1/channels?limit=2", bob);
  expect(page).toMatchObject({ items: [{}, {}], next: null });
});
