// No command of a channel reads more rows when the channel holds more: messages, replies, edits,
// reactions, pins, deletions, keys and notices. Neither does a command of a user with more
// channels, settings and watchers.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import {
  type ChannelCommand,
  channelCommand,
  limits,
  type ServerFrame,
  type UserCommand,
  userCommand,
} from "../../src/protocol";
import { intercept, ring } from "../support/archive";
import { openGroup, type Person, register } from "../support/http";
import { longTest } from "../support/long-test";
import { accessToken, composedAt, type Device, epochOf, join, openSocket } from "../support/socket";

/** More than any list that is bounded: 50 versions, 50 pins. */
const FEW = 60;
const MANY = 1_500;
/**
 * The most rows by which two runs of a command may differ: pages of the unread index (32 rows each)
 * begin elsewhere.
 */
const NOISE = 60;
/** How long deliveries to inboxes and other work after an answer may take. */
const SETTLE_MS = 250;

type Composed<C> = C extends { id: string } ? Omit<C, "id"> : never;

/** Counts the rows that an object reads from now on, until it is evicted. `inObject` runs in it. */
async function countReads(
  inObject: (work: (state: DurableObjectState) => void) => Promise<void>,
): Promise<{ take(): number }> {
  let cursors: { rowsRead: number }[] = [];
  await inObject(({ storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
      const cursor = exec<T>(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    };
  });
  return {
    take: () => {
      const sum = cursors.reduce((rows, { rowsRead }) => rows + rowsRead, 0);
      cursors = [];
      return sum;
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

/**
 * Fills the log of a channel with `n` of everything. The first entries are: 1 joining notices, then
 * a root with `n` replies, a message with `n` edits, and one with many reactions.
 */
async function fill(channel: string, alice: Person, bob: Person, n: number) {
  const stub = env.CHANNELS.getByName(channel);
  const seqs = await runInDurableObject(stub, (_, { storage }) => {
    const { sql } = storage;
    let seq = sql.exec<{ head: number }>("SELECT coalesce(max(seq), 0) AS head FROM entries").one().head;
    const add = (type: string, actor: string, columns: Record<string, string | number>): number => {
      seq++;
      const all = { seq, type, actor, nonce: crypto.randomUUID(), at: 1_000 + seq, ...columns };
      const names = Object.keys(all);
      sql.exec(`INSERT INTO entries (${names}) VALUES (${names.map(() => "?")})`, ...Object.values(all));
      return seq;
    };
    const message = (actor: string, columns: Record<string, string | number> = {}): number =>
      add("message.sent", actor, { version: seq + 1, changed_at: 1_000, body: `text ${seq + 1}`, ...columns });
    const annotate = (at: number, replies: object, reactions: object, pinned: boolean) =>
      sql.exec(
        "INSERT INTO aspects (seq, reactions, replies, pin, pinned) VALUES (?, ?, ?, ?, ?)",
        ...[at, JSON.stringify(reactions), JSON.stringify(replies)],
        ...[JSON.stringify({ version: at, by: pinned ? alice.id : null, at: pinned ? at : null }), pinned ? 1 : 0],
      );
    const noReplies = { version: 0, count: 0, lastAt: null, participants: [], followers: [] };
    const root = message(alice.id);
    const edited = message(alice.id);
    const reacted = message(alice.id);
    const replies = {
      version: root + 3,
      count: n,
      lastAt: 1_000,
      participants: [bob.id],
      followers: [alice.id, bob.id],
    };
    annotate(root, replies, { version: 0, items: [] }, false);
    const users = Array.from({ length: Math.min(n, 99) }, (_unused, i) => `u_${i}`);
    annotate(reacted, noReplies, { version: reacted, items: [{ emoji: "👍", users }] }, false);
    const pins: number[] = [];
    for (let i = 0; i < n; i++) {
      message(i % 2 ? alice.id : bob.id, { thread: root });
      message(bob.id, { deleted: 1, body: "", version: seq + 1 });
      const edit = add("message.edited", alice.id, { target: edited, digest: "x" });
      sql.exec("INSERT INTO versions (version, target, at, body) VALUES (?, ?, ?, ?)", edit, edited, 1, `edit ${i}`);
      add("reaction.added", bob.id, { target: reacted, detail: "👍" });
      add("channel.changed", alice.id, { detail: JSON.stringify({ name: "n", topic: "" }) });
      pins.push(message(bob.id));
      sql.exec("INSERT INTO keys (actor, key, seq) VALUES (?, ?, ?)", alice.id, `key ${i}`, seq);
    }
    for (const pin of pins.slice(-limits.pinsPerChannel + 2)) annotate(pin, noReplies, { version: 0, items: [] }, true);
    sql.exec("UPDATE entries SET version = ? WHERE seq = ?", seq, edited);
    return { root, edited, reacted, head: seq };
  });
  await evictDurableObject(stub);
  return seqs;
}

type Seqs = Awaited<ReturnType<typeof fill>>;
type Commands<C extends { type: string; id: string }> = {
  [T in C["type"]]: (seqs: Seqs) => Composed<Extract<C, { type: T }>>[];
};

/**
 * The commands of each type that are measured. Each is also sent once before the measurement, so
 * that what is read once after each start is not counted.
 */
const channelCommands = (epoch: string): Commands<ChannelCommand> => {
  const composed = ({ head }: Seqs) => composedAt(epoch, head);
  return {
    "message.send": (seqs) => [
      { ...composed(seqs), type: "message.send", text: "hello" },
      { ...composed(seqs), type: "message.send", text: "a reply", thread: seqs.root },
      { ...composed(seqs), type: "message.send", text: "a quote", replyTo: seqs.root },
    ],
    "message.edit": (seqs) => [{ ...composed(seqs), type: "message.edit", seq: seqs.edited, text: "edited" }],
    "message.delete": (seqs) => [
      { ...composed(seqs), type: "message.delete", seq: seqs.reacted },
      // The newest replies: their authors and the time of the thread change.
      { ...composed(seqs), type: "message.delete", seq: seqs.root + 3 },
      { ...composed(seqs), type: "message.delete", seq: seqs.edited },
    ],
    "reaction.add": (seqs) => [{ ...composed(seqs), type: "reaction.add", seq: seqs.root, emoji: "👍" }],
    "reaction.remove": (seqs) => [{ ...composed(seqs), type: "reaction.remove", seq: seqs.root, emoji: "👍" }],
    "message.pin": (seqs) => [{ ...composed(seqs), type: "message.pin", seq: seqs.root }],
    "message.unpin": (seqs) => [{ ...composed(seqs), type: "message.unpin", seq: seqs.root }],
    "thread.follow": (seqs) => [{ ...composed(seqs), type: "thread.follow", seq: seqs.root }],
    "thread.unfollow": (seqs) => [{ ...composed(seqs), type: "thread.unfollow", seq: seqs.root }],
    "channel.subscribe": ({ head }) => [{ type: "channel.subscribe", from: { epoch, after: head } }],
    "history.page": ({ root }) => [
      { type: "history.page", query: { limit: 20 } },
      { type: "history.page", query: { limit: 20, thread: root } },
      { type: "history.page", query: { limit: 20, around: root + 20 } },
    ],
    "read.mark": ({ head }) => [{ type: "read.mark", seq: head }],
    "read.unmark": ({ head }) => [{ type: "read.unmark", seq: head }],
    "typing.start": () => [{ type: "typing.start" }],
    "view.set": () => [{ type: "view.set", background: false }],
    "call.start": () => [{ type: "call.start", media: silent }],
    "call.join": () => [],
    "call.leave": () => [{ type: "call.leave" }],
    "call.decline": () => [],
    "call.signal": () => [],
    "call.state": () => [],
    "call.roster": () => [{ type: "call.roster" }],
  };
};

const silent = { muted: true, camera: false, screen: false, hand: false };

/** Sends a command and waits for its event or answer, and for the work that follows it. */
async function run(device: Device, command: Composed<ChannelCommand> | Composed<UserCommand>): Promise<void> {
  const id = device.send(command);
  if (command.type !== "typing.start") {
    const isAnswer = (frame: ServerFrame): frame is ServerFrame => {
      if ("id" in frame && frame.id === id) return true;
      return frame.type === "events" && "nonce" in command && frame.events.some(({ nonce }) => nonce === command.nonce);
    };
    const frame = await device.until(isAnswer);
    if (frame.type === "error") throw new Error(`${command.type} was refused: ${frame.code}`);
  }
  await settled();
}

async function rowsOfChannelCommands(n: number): Promise<Map<string, number>> {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob]);
  // The archive takes everything at once, so that no alarm copies the log during the measurement.
  intercept(channel, async () => ({ read: 0, written: 0 }));
  const seqs = await fill(channel, alice, bob, n);
  await caughtUp(channel);
  const device = await join(alice, channel);
  const epoch = await epochOf(device);
  const rows = new Map<string, number>();
  const reads = await countReads((work) =>
    runInDurableObject(env.CHANNELS.getByName(channel), (_, state) => work(state)),
  );
  const commands = channelCommands(epoch);
  await run(device, { ...composedAt(epoch, seqs.head), type: "message.send", text: "first", thread: seqs.root });
  for (const type of Object.keys(commands) as ChannelCommand["type"][]) {
    // Deletions come last, because they can be sent only once.
    if (type !== "message.delete") for (const command of commands[type](seqs)) await run(device, command);
  }
  for (const type of [...Object.keys(commands), "message.delete"] as ChannelCommand["type"][]) {
    if (type === "message.delete" && !rows.has("view.set 0")) continue;
    for (const [index, command] of commands[type](seqs).entries()) {
      reads.take();
      await run(device, command);
      rows.set(`${type} ${index}`, reads.take());
    }
  }
  device.close();
  return rows;
}

/** Returns the commands that read more rows in the larger surroundings. */
function grown(few: Map<string, number>, many: Map<string, number>): string[] {
  expect([...many.keys()]).toEqual([...few.keys()]);
  return [...many].flatMap(([name, rows]) => {
    const before = few.get(name) ?? 0;
    return rows > before + NOISE ? [`${name}: ${before} -> ${rows}`] : [];
  });
}

const typesOf = (schema: typeof channelCommand | typeof userCommand): string[] =>
  schema.options.map((option) => option.shape.type.value);

longTest("no command of a channel reads more rows in a longer log", { timeout: 120_000 }, async () => {
  expect(Object.keys(channelCommands("")).sort()).toEqual(typesOf(channelCommand).sort());
  const [few, many] = await Promise.all([rowsOfChannelCommands(FEW), rowsOfChannelCommands(MANY)]);
  expect(grown(few, many)).toEqual([]);
});

/** Fires the alarm until the archive has the whole log. */
async function caughtUp(channel: string): Promise<void> {
  const isArchived = async () => {
    await ring(channel);
    const answer = await env.CHANNELS.getByName(channel).state();
    return answer.ok && answer.value.archived === answer.value.head;
  };
  await expect.poll(isArchived, { timeout: 30_000 }).toBe(true);
}

/** Fills the inbox of a person with `n` channels, left channels and settings. */
async function fillInbox(person: Person, n: number): Promise<void> {
  const stub = env.USERS.getByName(person.id);
  await runInDurableObject(stub, (_, { storage }) => {
    const { sql } = storage;
    for (let i = 1; i <= n; i++) {
      sql.exec(
        `INSERT INTO inbox (channel, version, dirty, head, read, unread, mentions, at) VALUES (?, ?, 0, 1, 1, 0, 0, 1)`,
        ...[`c_${i}`, i * 3],
      );
      sql.exec("INSERT INTO gone (channel, version) VALUES (?, ?)", `c_gone${i}`, i * 3 + 1);
      const mute = { kind: "mute", mute: { channel: `c_${i}`, until: 1 } };
      sql.exec(
        "INSERT INTO settings (key, channel, over, version, value) VALUES (?, ?, ?, ?, ?)",
        ...[`mute c_${i}`, `c_${i}`, i % 2, i * 3 + 2, JSON.stringify(mute)],
      );
    }
  });
  await evictDurableObject(stub);
}

async function rowsOfUserCommands(n: number): Promise<Map<string, number>> {
  const [alice, bob] = [await register("alice"), await register("bob")];
  await openGroup(alice, [bob]);
  await settled();
  await fillInbox(alice, n);
  const device = await openSocket("/v1/socket", await accessToken(alice.token));
  await device.until((frame) => frame.type === "hello");
  const newest = n * 3 + 2;
  const commands: { [T in UserCommand["type"]]: Composed<Extract<UserCommand, { type: T }>>[] } = {
    "inbox.sync": [
      { type: "inbox.sync", after: newest - 6 },
      { type: "inbox.sync", after: 0 },
    ],
    "presence.watch": [{ type: "presence.watch", users: [bob.id] }],
    "presence.active": [{ type: "presence.active", active: true }],
  };
  expect(Object.keys(commands).sort()).toEqual(typesOf(userCommand).sort());
  const reads = await countReads((work) =>
    runInDurableObject(env.USERS.getByName(alice.id), (_, state) => work(state)),
  );
  const rows = new Map<string, number>();
  for (const isMeasured of [false, true]) {
    for (const [type, list] of Object.entries(commands)) {
      for (const [index, command] of list.entries()) {
        reads.take();
        await run(device, command);
        if (isMeasured) rows.set(`${type} ${index}`, reads.take());
      }
    }
  }
  device.close();
  return rows;
}

longTest("no command of a user reads more rows in a larger inbox", { timeout: 60_000 }, async () => {
  const [few, many] = await Promise.all([rowsOfUserCommands(FEW), rowsOfUserCommands(MANY)]);
  expect(grown(few, many)).toEqual([]);
});
