// A page with the events that follow it equals a later page, whatever the events are and however
// they arrive.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../../../src/protocol";
import type { MessageView } from "../../../src/sdk";
import { runs } from "../../support/runs";
import type { NoticeContent, RequestedChange } from "../support/fake-log";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

const ROOT = 3;
const pick = fc.integer({ min: 1, max: 40 });
const emoji = fc.constantFrom("👍", "🎉", "👀");
const change = fc.oneof(
  fc.record({ type: fc.constant("message.send" as const), isReply: fc.boolean(), isThread: fc.boolean(), pick }),
  fc.record({ type: fc.constantFrom("message.edit" as const, "message.delete" as const), pick }),
  fc.record({ type: fc.constantFrom("reaction.add" as const, "reaction.remove" as const), pick, emoji }),
  fc.record({ type: fc.constantFrom("message.pin" as const, "message.unpin" as const), pick }),
  fc.record({ type: fc.constantFrom("thread.follow" as const, "thread.unfollow" as const), pick }),
);
const noticed = fc.constantFrom<NoticeContent>(
  { type: "member.joined", data: { user: "u_carol", role: "member" } },
  { type: "member.changed", data: { user: "u_alice", role: "admin" } },
  { type: "member.left", data: { user: "u_carol" } },
  { type: "channel.changed", data: { name: "Renamed", topic: "" } },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("theirs" as const), change }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("mine" as const), change }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("notice" as const), noticed }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("purge" as const), pick }) },
  // An event happens after the server read a page and before the page arrives.
  { weight: 3, arbitrary: fc.record({ do: fc.constant("overtake" as const), change }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("missed" as const), change }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: "hold" } as const, { do: "postpone" } as const) },
  { weight: 3, arbitrary: fc.constantFrom({ do: "release" } as const, { do: "cut" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 3_000 }) }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: "before" } as const, { do: "after" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("around" as const), pick }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: "latest" } as const, { do: "restore" } as const) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type ChangeDraft = typeof change extends fc.Arbitrary<infer A> ? A : never;

/** Returns everything that can change in a message. */
const viewContent = ({
  seq,
  state,
  text,
  attachments,
  reply,
  thread,
  reactions,
  replies,
  pin,
  mentions,
  body,
}: MessageView) => [...[seq, state, text, attachments, reply, thread, reactions, replies, pin, mentions, body]];
const messageContent = ({ seq, body, reply, thread, reactions, replies, pin }: Message) => [
  ...[
    seq,
    body.state,
    body.state === "live" ? body.text : "",
    body.state === "live" ? body.attachments : [],
    reply,
    thread,
    reactions.items,
    replies,
    pin,
  ],
  ...[body.state === "live" ? body.mentions : null, body],
];

class Simulation {
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

  /** Fits a change to the log: its target must exist and not be deleted. */
  #fitted(change: ChangeDraft): RequestedChange | null {
    const live = this.log.messages.filter(({ body }) => body.state === "live");
    const target = live[change.pick % Math.max(1, live.length)];
    if (!target) return null;
    if (change.type === "message.send") {
      const place = { ...(change.isReply && { replyTo: target.seq }), ...(change.isThread && { thread: ROOT }) };
      return { type: change.type, text: `said at ${this.log.head}`, ...place };
    }
    if (change.type === "message.edit")
      return { type: change.type, seq: target.seq, text: `edited at ${this.log.head}` };
    if ("emoji" in change) return { type: change.type, seq: target.seq, emoji: change.emoji };
    return { type: change.type, seq: target.seq };
  }

  async perform(step: Step): Promise<void> {
    const socket = this.server.sockets.findLast(({ isOpen }) => isOpen);
    if (step.do === "overtake") await this.#overtake(step.change);
    else if ("change" in step) this.#request(step.do, this.#fitted(step.change));
    else if (step.do === "purge") this.#purge(step.pick);
    else if (step.do === "notice") void this.server.notice("c_1", step.noticed);
    else if (step.do === "hold" && socket) socket.isHeld = true;
    else if (step.do === "release") socket?.release();
    else if (step.do === "postpone") socket?.postponePages();
    else if (step.do === "cut") socket?.cut();
    else if (step.do === "advance") await this.server.clock.advance(step.ms);
    else if (step.do === "restore") this.#restore();
    else void this.#load(step).catch(() => {});
    await settle();
  }

  #request(who: "theirs" | "mine" | "missed", change: RequestedChange | null): void {
    if (!change) return;
    if (who === "missed") this.log.do("u_bob", change);
    else if (who === "theirs") void this.server.do("c_1", change);
    else if (change.type === "message.send") this.alice.send(change.text, change);
    else if (change.type === "reaction.add") this.alice.react(change.seq, change.emoji);
    else if (change.type === "reaction.remove") this.alice.unreact(change.seq, change.emoji);
    else if (change.type === "message.pin") this.alice.pin(change.seq);
    else if (change.type === "message.unpin") this.alice.unpin(change.seq);
    else if (change.type === "thread.follow") this.alice.follow(change.seq);
    else if (change.type === "thread.unfollow") this.alice.unfollow(change.seq);
    else void this.server.do("c_1", change);
  }

  /** Purges what Bob or Alice sent from some message on. */
  #purge(from: number): void {
    const event = this.log.purge("u_carol", from % 3 === 0 ? "u_alice" : "u_bob", from);
    this.server.broadcast("c_1", [event]);
  }

  async #overtake(change: ChangeDraft): Promise<void> {
    const socket = this.server.sockets.findLast(({ isOpen }) => isOpen);
    if (!socket) return;
    socket.isHeld = true;
    void this.alice.loadBefore().catch(() => {});
    void this.alice.loadAfter().catch(() => {});
    void this.alice.loadAround(change.pick).catch(() => {});
    await settle();
    this.#request("theirs", this.#fitted(change));
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

  /** Begins a new epoch and keeps all entries, so that commands in flight fit the new log too. */
  #restore(): void {
    this.log.restore(`e${++this.#epochs}`, this.log.head);
    for (const socket of this.server.sockets) socket.cut();
  }

  async finish(): Promise<void> {
    for (const socket of this.server.sockets) if (socket.isOpen) socket.release();
    await this.server.clock.advance(60_000);
    await this.server.say("c_1", "last");
    await this.server.clock.advance(1_000);
    while (this.alice.view.get().moreAfter) await this.alice.loadAfter();
  }

  check(): void {
    const { messages, phase } = this.alice.view.get();
    const { root, messages: answers, phase: threadPhase } = this.thread.view.get();
    expect([phase, threadPhase]).toEqual(["live", "live"]);
    const from = (thread: number | null, rows: MessageView[]) =>
      this.log.messagesIn(thread).filter(({ seq }) => seq >= (rows[0]?.seq ?? 0));
    expect(messages.map(viewContent)).toEqual(from(null, messages).map(messageContent));
    expect(answers.map(viewContent)).toEqual(from(ROOT, answers).map(messageContent));
    expect(root && viewContent(root)).toEqual(messageContent(this.log.message(ROOT)));
  }
}

test("after any schedule of all kinds of entries, the view equals a newly loaded page", {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const simulation = new Simulation();
      await simulation.start();
      for (const one of steps) await simulation.perform(one);
      await simulation.finish();
      simulation.check();
    }),
    { numRuns: runs(50, 2_000) },
  );
});
