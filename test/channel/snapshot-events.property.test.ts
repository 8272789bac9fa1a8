// A snapshot of a channel with the events after it, as the SDK applies them, equals a later
// snapshot: for every reader, whatever happens, and however the events arrive.
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { CommandContent } from "../../src/domain/log";
import type { Event, HistoryAccess, Message, Page } from "../../src/protocol";
import { ChannelLog } from "../../src/sdk/channel/log";
import { type LogSlice, threadSlice } from "../../src/sdk/channel/log-slice";
import { change, openGuild } from "../support/guild";
import { call, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { refusalCode, resume, say } from "../support/log";
import { runs } from "../support/runs";
import { type Device, epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 3_600_000 });

/** The page of a snapshot. It is small, so that a snapshot has several. */
const PAGE = 4;
const ROOTS = 3;
const EMOJI = ["👍", "🎉", "👀"];

const pick = fc.nat({ max: 1 << 16 });
const kind = fc.constantFrom(
  ...([
    "send",
    "send",
    "reply",
    "reply",
    "thread",
    "thread",
    "edit",
    "edit",
    "edit",
    "delete",
    "react",
    "react",
  ] as const),
  ...(["unreact", "pin", "unpin", "follow", "unfollow", "add", "remove", "rename"] as const),
);
const step = fc.record({ kind, by: pick, at: pick, emoji: fc.constantFrom(...EMOJI) });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const steps = (maxLength: number) => fc.array(step, { minLength: 2, maxLength, size: "max" });

/** How members and the channel itself change: in a group, or in the welcome channel of a guild. */
interface Changes {
  add(who: Person): Promise<unknown>;
  remove(who: Person): Promise<unknown>;
  rename(name: string): Promise<unknown>;
}

interface Group {
  channel: string;
  changes: Changes;
  epoch: string;
  /** Joins and leaves the group. */
  guest: Person;
  devices: Device[];
  /** Seqs of messages; the first `ROOTS` are the roots of threads. */
  said: number[];
}

const one = <T>(things: readonly T[], at: number): T => {
  const thing = things[at % things.length];
  if (thing === undefined) throw new Error("the list is empty");
  return thing;
};

/** The command of a step on a message. Some are refused: only the author may edit. */
function commandOf({ kind, emoji }: Step, seq: number, text: string): CommandContent | null {
  switch (kind) {
    case "edit":
      return { type: "message.edit", seq, text };
    case "delete":
      return { type: "message.delete", seq };
    case "react":
      return { type: "reaction.add", seq, emoji };
    case "unreact":
      return { type: "reaction.remove", seq, emoji };
    case "pin":
      return { type: "message.pin", seq };
    case "unpin":
      return { type: "message.unpin", seq };
    case "follow":
      return { type: "thread.follow", seq };
    case "unfollow":
      return { type: "thread.unfollow", seq };
    default:
      return null;
  }
}

async function perform(group: Group, step: Step, n: number): Promise<void> {
  const { changes, epoch, guest, devices, said } = group;
  const by = one(devices, step.by);
  const seq = one(said, step.at);
  const command = commandOf(step, seq, `edited at ${n} @${guest.handle}`);
  if (command) await refusalCode(by, epoch, command);
  else if (step.kind === "add") await changes.add(guest);
  else if (step.kind === "remove") await changes.remove(guest);
  else if (step.kind === "rename") await changes.rename(`Name ${n}`);
  else {
    const thread = step.kind === "thread" ? { thread: one(said.slice(0, ROOTS), step.at) } : {};
    const sent: CommandContent = { type: "message.send", text: `said at ${n}`, ...thread };
    const code = await refusalCode(by, epoch, { ...sent, ...(step.kind === "reply" && { replyTo: seq }) });
    const last = by.events.findLast(({ type }) => type === "message.sent");
    if (code === "accepted" && last) said.push(last.seq);
  }
}

const pageOf = (person: Person, channel: string, query: string): Promise<Page> =>
  call<Page>(`/v1/channels/${channel}/messages?limit=${PAGE}${query}`, { token: person.token });

const placeOf = ({ thread }: LogSlice): string => (thread === null ? "" : `&thread=${thread}`);

/** Loads a slice to its beginning, page by page. */
async function load(log: ChannelLog, slice: LogSlice, person: Person, channel: string): Promise<void> {
  const newest = await pageOf(person, channel, placeOf(slice));
  if (log.last === null) log.join(newest.epoch, newest.head);
  log.takePage(slice, "newest", null, newest);
  while (slice.window?.moreBefore) {
    const first = slice.window.messages[0]?.seq ?? 0;
    log.takePage(slice, "before", first, await pageOf(person, channel, `${placeOf(slice)}&before=${first}`));
  }
}

/** Everything that a person may read in a slice, from a fresh snapshot. */
async function fresh(person: Person, channel: string, slice: LogSlice): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const page = await pageOf(person, channel, `${placeOf(slice)}&after=${messages.at(-1)?.seq ?? 0}`);
    messages.push(...page.messages);
    if (!page.moreAfter) return messages;
  }
}

/** A snapshot of a person, of which a part is loaded later. */
class Copy {
  readonly log = new ChannelLog();
  readonly person: Person;
  readonly #channel: string;

  constructor(person: Person, { channel, said }: Group) {
    this.person = person;
    this.#channel = channel;
    for (const root of said.slice(0, ROOTS)) this.log.slices.add(threadSlice(root));
  }

  async begin(): Promise<void> {
    await load(this.log, this.log.main, this.person, this.#channel);
  }

  /** Loads the threads. Their pages are newer than the cursor. */
  async complete(): Promise<void> {
    for (const slice of this.log.slices)
      if (slice !== this.log.main) await load(this.log, slice, this.person, this.#channel);
  }

  /** Applies events in parts of `size`. */
  apply(events: readonly Event[], size: number): void {
    for (let i = 0; i < events.length; i += size) {
      const { gap } = this.log.apply(events.slice(i, i + size));
      if (gap) throw new Error(`an event is missing before ${events[i]?.seq}`);
    }
  }

  async check(path: string, head: number): Promise<void> {
    expect(this.log.last, path).toBe(head);
    for (const slice of this.log.slices) {
      const now = await fresh(this.person, this.#channel, slice);
      expect(slice.window?.messages, `${path}, ${slice.name}`).toEqual(now);
    }
  }
}

interface Opened {
  channel: string;
  changes: Changes;
}

async function openInGroup(owner: Person, member: Person, history: HistoryAccess): Promise<Opened> {
  const channel = await openGroup(owner, [member], { history });
  return {
    channel,
    changes: {
      add: (who) => putMember(owner, channel, who),
      remove: (who) => removeMember(owner, channel, who),
      rename: (name) => request(`/v1/channels/${channel}`, { method: "PATCH", token: owner.token, body: { name } }),
    },
  };
}

/**
 * The welcome channel, which has the joins of the guild. `joined`: who comes may not read what was.
 */
async function openInGuild(owner: Person, member: Person, history: HistoryAccess): Promise<Opened> {
  // An account is in a limited number of guilds.
  await env.DIRECTORY.prepare("DELETE FROM guild_members").run();
  const { id, channels } = await openGuild(owner, [member]);
  const channel = channels[0]?.id ?? "";
  return {
    channel,
    changes: {
      async add(who) {
        await change(owner, id, "PUT", `members/${who.id}`);
        const denied = { allow: [], deny: ["history"] };
        if (history === "joined") await change(owner, id, "PUT", `channels/${channel}/overrides/${who.id}`, denied);
      },
      remove: (who) => change(owner, id, "DELETE", `members/${who.id}`),
      rename: (name) => change(owner, id, "PATCH", `channels/${channel}`, { name }),
    },
  };
}

const schedule = fc.record({
  open: fc.constantFrom(openInGroup, openInGuild),
  history: fc.constantFrom<HistoryAccess>("all", "joined"),
  before: steps(12),
  between: steps(10),
  during: steps(4),
  after: steps(24),
  size: fc.integer({ min: 1, max: 5 }),
});

test("a snapshot with the events after it equals a fresh snapshot", async () => {
  const [alice, bob, carol, guest] = await Promise.all(["alice", "bob", "carol", "guest"].map(register));
  if (!(alice && bob && carol && guest)) throw new Error("someone is missing");
  await fc.assert(
    fc.asyncProperty(schedule, async ({ open, history, before, between, during, after, size }) => {
      const { channel, changes } = await open(alice, bob, history);
      const devices = await Promise.all([alice, bob].map((person) => join(person, channel)));
      const [a] = devices as [Device];
      const group: Group = { channel, changes, epoch: await epochOf(a), guest, devices, said: [] };
      for (let i = 0; i < ROOTS; i++) group.said.push(await say(one(devices, i), group.epoch, `root ${i}`));
      let n = 0;
      const play = async (list: readonly Step[]) => {
        for (const step of list) await perform(group, step, n++);
      };
      await play(before);
      // Carol reads from here on where the history is hidden.
      await changes.add(carol);
      devices.push(await join(carol, channel));
      await play(between);

      const readers = [alice, bob, carol].flatMap((person, i) => ({ person, live: one(devices, i) }));
      const copies = readers.map(({ person, live }) => {
        return { live, received: new Copy(person, group), resumed: new Copy(person, group) };
      });
      for (const { received, resumed } of copies) await Promise.all([received.begin(), resumed.begin()]);
      await play(during);
      for (const { received, resumed } of copies) await Promise.all([received.complete(), resumed.complete()]);
      await play(after);

      const end = await say(a, group.epoch, "the end");
      for (const { live, received, resumed } of copies) {
        await live.event(end);
        received.apply(live.events, size);
        await received.check("live", end);
        const phone = await resume(resumed.person, channel, group.epoch, resumed.log.last ?? 0);
        resumed.apply(phone.events, size);
        await resumed.check("resumed", end);
        phone.close();
      }
      for (const device of devices) device.close();
    }),
    { numRuns: runs(6, 1_000), endOnFailure: true },
  );
});
