// A client that holds a snapshot and folds what comes after it shows what a fresh snapshot shows, whatever happens in between.
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Channel, Event, FrameOf, HistoryAccess, Message, ServerFrame } from "../../src/protocol";
import { call, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { openChannelSocket, Picture, perform, pull, readAll, refusal } from "../support/log";
import { runs } from "../support/runs";
import { type Device, epochOf, join } from "../support/socket";

interface World {
  channel: string;
  epoch: string;
  a: Device;
  b: Device;
  /** Seqs of the messages so far. */
  said: number[];
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

const emojis = ["👍", "🎉", "❤️"];
const one = <T>(things: readonly T[], pick: number): T | undefined => things[pick % things.length];
const target = ({ said }: World, pick: number): number => one(said, pick) ?? 1;

async function say(world: World, pick: number): Promise<void> {
  const { said, a, b, epoch } = world;
  const place = one([{}, { replyTo: target(world, pick >> 3) }, { thread: target(world, pick >> 3) }], pick) ?? {};
  const text = `${pick} @${bob.handle} ${one(["", "@here"], pick)}`;
  const by = one([a, b], pick >> 2) ?? a;
  const on = said.length === 0 ? {} : place;
  // The thread of a reply is refused: then it is said on the channel.
  const code = await refusal(by, epoch, { type: "message.send", text, ...on });
  if (code !== "accepted") await perform(by, epoch, { type: "message.send", text });
  const { seq } = by.events.findLast(({ type }) => type === "message.sent") ?? { seq: 0 };
  said.push(seq);
}

/** What makes an entry of each type; a refusal is an outcome too. */
const steps: { [T in Event["type"]]: (world: World, pick: number) => Promise<unknown> } = {
  "message.sent": say,
  "message.edited": (world, pick) =>
    refusal(world.a, world.epoch, { type: "message.edit", seq: target(world, pick), text: `edited ${pick}` }),
  "message.deleted": (world, pick) =>
    refusal(world.a, world.epoch, { type: "message.delete", seq: target(world, pick) }),
  "reaction.added": (world, pick) => {
    const emoji = one(emojis, pick >> 4) ?? "👍";
    return refusal(world.b, world.epoch, { type: "reaction.add", seq: target(world, pick), emoji });
  },
  "reaction.removed": (world, pick) => {
    const emoji = one(emojis, pick >> 4) ?? "👍";
    return refusal(world.b, world.epoch, { type: "reaction.remove", seq: target(world, pick), emoji });
  },
  "message.pinned": (world, pick) => refusal(world.b, world.epoch, { type: "message.pin", seq: target(world, pick) }),
  "message.unpinned": (world, pick) =>
    refusal(world.a, world.epoch, { type: "message.unpin", seq: target(world, pick) }),
  "thread.followed": (world, pick) =>
    refusal(world.b, world.epoch, { type: "thread.follow", seq: target(world, pick) }),
  "thread.unfollowed": (world, pick) =>
    refusal(world.b, world.epoch, { type: "thread.unfollow", seq: target(world, pick) }),
  "member.joined": ({ channel }) => putMember(alice, channel, dave),
  "member.left": ({ channel }) => removeMember(alice, channel, dave),
  "member.changed": ({ channel }, pick) => putMember(alice, channel, bob, one(["admin", "member"], pick)),
  "channel.changed": ({ channel }, pick) =>
    request(`/v1/channels/${channel}`, { method: "PATCH", token: alice.token, body: { name: `Friends ${pick}` } }),
};

const markRead = ({ b }: World, pick: number) => b.answer(b.send({ type: "read.mark", seq: pick % 20 }), "ack");
const allSteps = [...Object.values(steps), markRead, say, say, say, say, say];

/** Everything a client shows of a channel. */
class Client {
  readonly #picture: Picture;
  readonly #members: Map<string, string>;
  #name: string;
  reads: Record<string, number> = {};

  constructor(
    messages: Message[],
    readonly channel: Channel,
  ) {
    this.#picture = new Picture(messages);
    this.#members = new Map(channel.members.map(({ user, role }) => [user.id, role]));
    this.#name = channel.name;
  }

  hear(frame: ServerFrame): void {
    if (frame.type === "events") for (const event of frame.events) this.#apply(event);
    if (frame.type === "ready") this.reads = { ...frame.reads };
    if (frame.type === "signal" && frame.signal.type === "read.marked") this.#read(frame.signal.user, frame.signal.seq);
  }

  #apply(event: Event): void {
    this.#picture.apply(event);
    if (event.type === "message.sent") this.#read(event.actor, event.seq);
    if (event.type === "member.joined" || event.type === "member.changed")
      this.#members.set(event.data.user, event.data.role);
    if (event.type === "channel.changed") this.#name = event.data.name;
    if (event.type !== "member.left") return;
    this.#members.delete(event.data.user);
    delete this.reads[event.data.user];
  }

  #read(user: string, seq: number): void {
    this.reads[user] = Math.max(this.reads[user] ?? 0, seq);
  }

  /** Without replies of threads whose root the reader may not see: no page brings them. */
  get shown() {
    const { messages, all } = this.#picture;
    const shown = all.filter(({ thread }) => thread === null || messages.has(thread));
    return { messages: shown, members: new Map([...this.#members].sort()), name: this.#name, reads: this.reads };
  }
}

async function snapshot(channel: string): Promise<{ client: Client; head: number }> {
  const { messages, head } = await readAll(carol, channel);
  return { client: new Client(messages, await call<Channel>(`/v1/channels/${channel}`, { token: carol.token })), head };
}

const schedule = fc.record({
  history: fc.constantFrom<HistoryAccess>("all", "joined"),
  late: fc.boolean(),
  before: fc.array(fc.tuple(fc.nat(allSteps.length - 1), fc.nat(1_000)), { maxLength: 8 }),
  gap: fc.array(fc.tuple(fc.nat(allSteps.length - 1), fc.nat(1_000)), { maxLength: 5 }),
  live: fc.array(fc.tuple(fc.nat(allSteps.length - 1), fc.nat(1_000)), { maxLength: 8 }),
});

test("[S43] a snapshot and every later event make what a fresh snapshot shows", { timeout: 600_000 }, async () => {
  const heard = new Set<string>();
  await fc.assert(
    fc.asyncProperty(schedule, async ({ history, late, before, gap, live }) => {
      const channel = await openGroup(alice, late ? [bob] : [bob, carol], { history });
      const [a, b] = [await join(alice, channel), await join(bob, channel)];
      const world: World = { channel, epoch: await epochOf(a), a, b, said: [] };
      const play = async (part: [number, number][]) => {
        for (const [step, pick] of part) await allSteps[step]?.(world, pick);
      };
      await play(before);
      if (late) await putMember(alice, channel, carol);
      const { client, head } = await snapshot(channel);
      await play(gap);
      const c = await openChannelSocket(carol, channel);
      await pull(c, world.epoch, head);
      await play(live);
      // What was sent before this answer has arrived with it.
      await c.answer(c.send({ type: "history.page", query: { limit: 1 } }), "page");
      for (const frame of c.frames) client.hear(frame);
      for (const event of c.events) heard.add(event.type);
      const fresh = await snapshot(channel);
      fresh.client.hear(await readyOf(channel));
      expect(c.events.map(({ seq }) => seq)).toEqual(c.events.map((_, i) => head + 1 + i));
      expect(head + c.events.length).toBe(fresh.head);
      expect(client.shown).toEqual(fresh.client.shown);
      for (const device of [a, b, c]) device.close();
    }),
    { numRuns: runs(150) },
  );
  expect([...heard].sort()).toEqual(Object.keys(steps).sort());
});

async function readyOf(channel: string): Promise<FrameOf<"ready">> {
  const device = await join(carol, channel);
  const ready = await device.until((frame) => frame.type === "ready");
  device.close();
  return ready;
}
