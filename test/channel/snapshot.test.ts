// A client that applies every later event to a snapshot shows the same as a fresh snapshot, for
// every sequence of changes.
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { ChannelInfo, Event, FrameOf, HistoryAccess, Message, ServerFrame } from "../../src/protocol";
import { call, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { ClientView, openChannelSocket, perform, pull, readAll, refusalCode } from "../support/log";
import { runs } from "../support/runs";
import { type Device, epochOf, join } from "../support/socket";

const SCHEDULES = runs(6, 1_000);

interface TestGroup {
  channel: string;
  epoch: string;
  a: Device;
  b: Device;
  /** Seqs of the messages so far. */
  sent: number[];
}

let alice: Person;
let bob: Person;
let carol: Person;
let dave: Person;

beforeAll(async () => {
  [alice, bob, carol, dave] = [
    await register("alice"),
    await register("bob"),
    await register("carol"),
    await register("dave"),
  ];
});

const silent = { muted: true, camera: false, screen: false, hand: false };
const emojis = ["👍", "🎉", "❤️"];
const one = <T>(things: readonly T[], pick: number): T | undefined => things[pick % things.length];
const target = ({ sent }: TestGroup, pick: number): number => one(sent, pick) ?? 1;

async function say(group: TestGroup, pick: number): Promise<void> {
  const { sent, a, b, epoch } = group;
  const placement = one([{}, { replyTo: target(group, pick >> 3) }, { thread: target(group, pick >> 3) }], pick) ?? {};
  const text = `${pick} @${bob.handle} ${one(["", "@here"], pick)}`;
  const by = one([a, b], pick >> 2) ?? a;
  const on = sent.length === 0 ? {} : placement;
  // A reply in a thread cannot have a thread. Then the message is sent outside of threads.
  const code = await refusalCode(by, epoch, { type: "message.send", text, ...on });
  if (code !== "accepted") await perform(by, epoch, { type: "message.send", text });
  const { seq } = by.events.findLast(({ type }) => type === "message.sent") ?? { seq: 0 };
  sent.push(seq);
}

/** How an entry of each type is made. A refusal is fine. */
const steps: { [T in Event["type"]]: (group: TestGroup, pick: number) => Promise<unknown> } = {
  "message.sent": say,
  "message.edited": (group, pick) =>
    refusalCode(group.a, group.epoch, {
      type: "message.edit",
      seq: target(group, pick),
      text: `edited ${pick}`,
    }),
  "message.deleted": (group, pick) =>
    refusalCode(group.a, group.epoch, { type: "message.delete", seq: target(group, pick) }),
  "messages.purged": ({ channel }, pick) => {
    const author = one([alice, bob], pick)?.id ?? "";
    const request = { id: crypto.randomUUID(), author, actor: alice.id, since: 0 };
    return env.CHANNELS.getByName(channel).purge(request);
  },
  "reaction.added": (group, pick) => {
    const emoji = one(emojis, pick >> 4) ?? "👍";
    return refusalCode(group.b, group.epoch, { type: "reaction.add", seq: target(group, pick), emoji });
  },
  "reaction.removed": (group, pick) => {
    const emoji = one(emojis, pick >> 4) ?? "👍";
    return refusalCode(group.b, group.epoch, { type: "reaction.remove", seq: target(group, pick), emoji });
  },
  "message.pinned": (group, pick) =>
    refusalCode(group.b, group.epoch, { type: "message.pin", seq: target(group, pick) }),
  "message.unpinned": (group, pick) =>
    refusalCode(group.a, group.epoch, { type: "message.unpin", seq: target(group, pick) }),
  "thread.followed": (group, pick) =>
    refusalCode(group.b, group.epoch, { type: "thread.follow", seq: target(group, pick) }),
  "thread.unfollowed": (group, pick) =>
    refusalCode(group.b, group.epoch, { type: "thread.unfollow", seq: target(group, pick) }),
  "member.joined": ({ channel }) => putMember(alice, channel, dave),
  "member.left": ({ channel }) => removeMember(alice, channel, dave),
  "member.changed": ({ channel }, pick) => putMember(alice, channel, bob, one(["admin", "member"], pick)),
  "channel.changed": ({ channel }, pick) =>
    request(`/v1/channels/${channel}`, { method: "PATCH", token: alice.token, body: { name: `Friends ${pick}` } }),
  "call.started": ({ a }) => a.settled(a.send({ type: "call.start", media: silent })),
  "call.ended": ({ a }) => a.settled(a.send({ type: "call.leave" })),
};

const markRead = ({ b }: TestGroup, pick: number) => b.answer(b.send({ type: "read.mark", seq: pick % 20 }), "ack");
const allSteps = [...Object.values(steps), markRead, say, say, say, say, say];

/** Everything that a client shows of a channel. */
class Client {
  readonly #view: ClientView;
  readonly #members: Map<string, string>;
  #name: string;
  reads: Record<string, number> = {};

  constructor(
    messages: Message[],
    readonly channel: ChannelInfo,
  ) {
    this.#view = new ClientView(messages);
    this.#members = new Map(channel.members.map(({ user, role }) => [user.id, role]));
    this.#name = channel.name;
  }

  receive(frame: ServerFrame): void {
    if (frame.type === "events") for (const event of frame.events) this.#apply(event);
    if (frame.type === "ready") this.reads = { ...frame.reads };
    if (frame.type === "signal" && frame.signal.type === "read.marked")
      this.#markRead(frame.signal.user, frame.signal.seq);
  }

  #apply(event: Event): void {
    this.#view.apply(event);
    if (event.type === "message.sent") this.#markRead(event.actor, event.seq);
    if (event.type === "member.joined" || event.type === "member.changed")
      this.#members.set(event.data.user, event.data.role);
    if (event.type === "channel.changed") this.#name = event.data.name;
    if (event.type !== "member.left") return;
    this.#members.delete(event.data.user);
    delete this.reads[event.data.user];
  }

  #markRead(user: string, seq: number): void {
    this.reads[user] = Math.max(this.reads[user] ?? 0, seq);
  }

  /** Without replies in threads whose root the reader may not see: they are on no page. */
  get shown() {
    const { messages, all } = this.#view;
    const shown = all.filter(({ thread }) => thread === null || messages.has(thread));
    return { messages: shown, members: new Map([...this.#members].sort()), name: this.#name, reads: this.reads };
  }
}

async function snapshot(channel: string): Promise<{ client: Client; head: number }> {
  const { messages, head } = await readAll(carol, channel);
  return {
    client: new Client(messages, await call<ChannelInfo>(`/v1/channels/${channel}`, { token: carol.token })),
    head,
  };
}

const schedule = fc.record({
  history: fc.constantFrom<HistoryAccess>("all", "joined"),
  late: fc.boolean(),
  before: fc.array(fc.tuple(fc.nat(allSteps.length - 1), fc.nat(1_000)), { maxLength: 8 }),
  gap: fc.array(fc.tuple(fc.nat(allSteps.length - 1), fc.nat(1_000)), { maxLength: 5 }),
  live: fc.array(fc.tuple(fc.nat(allSteps.length - 1), fc.nat(1_000)), { maxLength: 8 }),
});

test("[S43] a snapshot and every later event together show what a fresh snapshot shows", {
  timeout: 3_600_000,
}, async () => {
  const eventTypes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(schedule, async ({ history, late, before, gap, live }) => {
      const channel = await openGroup(alice, late ? [bob] : [bob, carol], { history });
      const [a, b] = [await join(alice, channel), await join(bob, channel)];
      const group: TestGroup = { channel, epoch: await epochOf(a), a, b, sent: [] };
      const play = async (part: [number, number][]) => {
        for (const [step, pick] of part) await allSteps[step]?.(group, pick);
      };
      await play(before);
      if (late) await putMember(alice, channel, carol);
      const { client, head } = await snapshot(channel);
      await play(gap);
      const c = await openChannelSocket(carol, channel);
      await pull(c, group.epoch, head);
      await play(live);
      // With this answer every earlier frame has arrived.
      await c.answer(c.send({ type: "history.page", query: { limit: 1 } }), "page");
      for (const frame of c.frames) client.receive(frame);
      for (const event of c.events) eventTypes.add(event.type);
      const fresh = await snapshot(channel);
      fresh.client.receive(await readyOf(channel));
      expect(c.events.map(({ seq }) => seq)).toEqual(c.events.map((_, i) => head + 1 + i));
      expect(head + c.events.length).toBe(fresh.head);
      expect(client.shown).toEqual(fresh.client.shown);
      for (const device of [a, b, c]) device.close();
    }),
    { numRuns: SCHEDULES },
  );
  // Fewer schedules than this may by chance contain no event of a rare type.
  const isEnough = SCHEDULES >= 150;
  expect([...eventTypes].sort()).toEqual(
    isEnough ? Object.keys(steps).sort() : expect.arrayContaining(["message.sent"]),
  );
});

async function readyOf(channel: string): Promise<FrameOf<"ready">> {
  const device = await join(carol, channel);
  const ready = await device.until((frame) => frame.type === "ready");
  device.close();
  return ready;
}
