// A snapshot with the events that follow it is the same as a later snapshot, whatever the entries are and however they come.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../../../src/protocol";
import type { MessageView } from "../../../src/sdk";
import type { Asked, Noticed } from "../support/fake-log";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/turned-clock";

const ROOT = 3;
const pick = fc.integer({ min: 1, max: 40 });
const emoji = fc.constantFrom("👍", "🎉", "👀");
const asked = fc.oneof(
  fc.record({ type: fc.constant("message.send" as const), isReply: fc.boolean(), isThread: fc.boolean(), pick }),
  fc.record({ type: fc.constantFrom("message.edit" as const, "message.delete" as const), pick }),
  fc.record({ type: fc.constantFrom("reaction.add" as const, "reaction.remove" as const), pick, emoji }),
  fc.record({ type: fc.constantFrom("message.pin" as const, "message.unpin" as const), pick }),
  fc.record({ type: fc.constantFrom("thread.follow" as const, "thread.unfollow" as const), pick }),
);
const noticed = fc.constantFrom<Noticed>(
  { type: "member.joined", data: { user: "u_carol", role: "member" } },
  { type: "member.changed", data: { user: "u_alice", role: "admin" } },
  { type: "member.left", data: { user: "u_carol" } },
  { type: "channel.changed", data: { name: "Renamed", topic: "" } },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("theirs" as const), asked }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("mine" as const), asked }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("notice" as const), noticed }) },
  // Something happens between the reading of a page and its arrival.
  { weight: 3, arbitrary: fc.record({ do: fc.constant("overtake" as const), asked }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("unheard" as const), asked }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: "hold" } as const, { do: "postpone" } as const) },
  { weight: 3, arbitrary: fc.constantFrom({ do: "release" } as const, { do: "cut" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("turn" as const), ms: fc.integer({ min: 0, max: 3_000 }) }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: "before" } as const, { do: "after" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("around" as const), pick }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: "latest" } as const, { do: "restore" } as const) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Ask = typeof asked extends fc.Arbitrary<infer A> ? A : never;

/** Whatever of a message may change. */
const shown = ({ seq, text, reply, thread, reactions, replies, pin, mentions, body }: MessageView) => [
  ...[seq, text, reply, thread, reactions, replies, pin, mentions, body],
];
const stored = ({ seq, body, reply, thread, reactions, replies, pin }: Message) => [
  ...[seq, body.state === "live" ? body.text : null, reply, thread, reactions.items, replies, pin],
  ...[body.state === "live" ? body.mentions : null, body],
];

class World {
  readonly server = new FakeServer();
  readonly log = this.server.log("c_1");
  readonly alice = this.server.client("alice").channel("c_1");
  readonly thread = this.alice.thread(ROOT);
  #epochs = 1;

  async start(): Promise<void> {
    for (let i = 0; i < 8; i++) this.log.say("u_bob", `start ${i}`, i > 2 ? { replyTo: i } : {});
    for (let i = 0; i < 3; i++) this.log.say("u_bob", `answer ${i}`, { thread: ROOT });
    this.server.resumePage = 4;
    await this.alice.open();
    await this.thread.open();
  }

  /** Made to fit the log: what it is about has to be there and to be alive. */
  #fitted(ask: Ask): Asked | null {
    const live = this.log.messages.filter(({ body }) => body.state === "live");
    const target = live[ask.pick % Math.max(1, live.length)];
    if (!target) return null;
    if (ask.type === "message.send") {
      const place = { ...(ask.isReply && { replyTo: target.seq }), ...(ask.isThread && { thread: ROOT }) };
      return { type: ask.type, text: `said at ${this.log.head}`, ...place };
    }
    if (ask.type === "message.edit") return { type: ask.type, seq: target.seq, text: `edited at ${this.log.head}` };
    if ("emoji" in ask) return { type: ask.type, seq: target.seq, emoji: ask.emoji };
    return { type: ask.type, seq: target.seq };
  }

  async take(step: Step): Promise<void> {
    const socket = this.server.sockets.findLast(({ isOpen }) => isOpen);
    if (step.do === "overtake") await this.#overtake(step.asked);
    else if ("asked" in step) this.#ask(step.do, this.#fitted(step.asked));
    else if (step.do === "notice") void this.server.note("c_1", step.noticed);
    else if (step.do === "hold" && socket) socket.isHeld = true;
    else if (step.do === "release") socket?.release();
    else if (step.do === "postpone") socket?.postponePages();
    else if (step.do === "cut") socket?.cut();
    else if (step.do === "turn") await this.server.clock.turn(step.ms);
    else if (step.do === "restore") this.#restore();
    else void this.#load(step).catch(() => {});
    await settle();
  }

  #ask(who: "theirs" | "mine" | "unheard", ask: Asked | null): void {
    if (!ask) return;
    if (who === "unheard") this.log.do("u_bob", ask);
    else if (who === "theirs") void this.server.do("c_1", ask);
    else if (ask.type === "message.send") this.alice.send(ask.text, ask);
    else if (ask.type === "reaction.add") this.alice.react(ask.seq, ask.emoji);
    else if (ask.type === "reaction.remove") this.alice.unreact(ask.seq, ask.emoji);
    else if (ask.type === "message.pin") this.alice.pin(ask.seq);
    else if (ask.type === "message.unpin") this.alice.unpin(ask.seq);
    else if (ask.type === "thread.follow") this.alice.follow(ask.seq);
    else if (ask.type === "thread.unfollow") this.alice.unfollow(ask.seq);
    else void this.server.do("c_1", ask);
  }

  async #overtake(ask: Ask): Promise<void> {
    const socket = this.server.sockets.findLast(({ isOpen }) => isOpen);
    if (!socket) return;
    socket.isHeld = true;
    void this.alice.loadBefore().catch(() => {});
    void this.alice.loadAfter().catch(() => {});
    void this.alice.loadAround(ask.pick).catch(() => {});
    await settle();
    this.#ask("theirs", this.#fitted(ask));
    await settle();
    socket.postponePages();
    socket.release();
  }

  #load(step: Step): Promise<void> {
    if (step.do === "before") return Promise.any([this.alice.loadBefore(), this.thread.loadBefore()]);
    if (step.do === "after") return this.alice.loadAfter();
    if (step.do === "around") return this.alice.loadAround(step.pick);
    return this.alice.loadLatest();
  }

  /** Keeps everything: what is on its way to the old log fits the new one too. */
  #restore(): void {
    this.log.restore(`e${++this.#epochs}`, this.log.head);
    for (const socket of this.server.sockets) socket.cut();
  }

  async finish(): Promise<void> {
    for (const socket of this.server.sockets) if (socket.isOpen) socket.release();
    await this.server.clock.turn(60_000);
    await this.server.say("c_1", "last");
    await this.server.clock.turn(1_000);
    while (this.alice.view.get().moreAfter) await this.alice.loadAfter();
  }

  check(): void {
    const { messages, phase } = this.alice.view.get();
    const { root, messages: answers, phase: threadPhase } = this.thread.view.get();
    expect([phase, threadPhase]).toEqual(["live", "live"]);
    const from = (thread: number | null, rows: MessageView[]) =>
      this.log.standing(thread).filter(({ seq }) => seq >= (rows[0]?.seq ?? 0));
    expect(messages.map(shown)).toEqual(from(null, messages).map(stored));
    expect(answers.map(shown)).toEqual(from(ROOT, answers).map(stored));
    expect(root && shown(root)).toEqual(stored(this.log.message(ROOT)));
  }
}

test("after any schedule of all kinds of entries, what is shown is what a fresh page would say", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const world = new World();
      await world.start();
      for (const one of steps) await world.take(one);
      await world.finish();
      world.check();
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 100) },
  );
});
