// Whatever the network does, the client ends with the server's log: no event is missing, doubled or
// out of order.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../../../src/protocol";
import { runs } from "../../support/runs";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

const seq = fc.integer({ min: 1, max: 60 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: "said" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("changed" as const), seq, isDelete: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant({ do: "send" } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("edit" as const), seq }) },
  // Events that never reach the client, and events that reach it twice.
  { weight: 2, arbitrary: fc.constant({ do: "dropped" } as const) },
  { weight: 2, arbitrary: fc.constant({ do: "repeated" } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "hold" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("let" as const), count: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.constantFrom({ do: "release" } as const, { do: "postpone" } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "cut" } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 4_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), keep: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: "before" } as const, { do: "after" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("around" as const), seq }) },
  { weight: 1, arbitrary: fc.constant({ do: "latest" } as const) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const contentOf = ({ seq, nonce, body }: Message) => [seq, nonce, body.state, body.state === "live" ? body.text : ""];

class Simulation {
  readonly server = new FakeServer();
  readonly alice = this.server.client("alice").channel("c_1");
  readonly sent: string[] = [];
  /** The seqs that a listener received. Every reset begins another run. */
  readonly emittedSeqs: number[][] = [[]];
  restores = 0;
  readonly #log = this.server.log("c_1");
  #epochs = 1;

  async start(): Promise<void> {
    for (let i = 0; i < 12; i++) this.#log.say("u_bob", `start ${i}`);
    this.server.resumePage = 3;
    await this.alice.open();
    let epoch = 0;
    this.alice.onEvent((event) => {
      if (epoch !== this.restores) this.emittedSeqs.push([]);
      epoch = this.restores;
      this.emittedSeqs.at(-1)?.push(event.seq);
    });
  }

  async perform(step: Step): Promise<void> {
    const socket = this.server.sockets.findLast(({ isOpen }) => isOpen);
    if (step.do === "said") await this.server.say("c_1", `said at ${this.#log.head}`);
    else if (step.do === "dropped") this.#log.say("u_bob", "dropped");
    else if (step.do === "repeated") this.server.broadcast("c_1", this.#log.events.slice(-1));
    else if (step.do === "changed") this.#change(step.seq, step.isDelete);
    else if (step.do === "send") this.sent.push(this.alice.send(`sent ${this.sent.length}`).key);
    else if (step.do === "edit") this.#edit(step.seq);
    else if (step.do === "hold" && socket) socket.isHeld = true;
    else if (step.do === "let") socket?.release(step.count);
    else if (step.do === "release") socket?.release();
    else if (step.do === "postpone") socket?.postponePages();
    else if (step.do === "cut") socket?.cut();
    else if (step.do === "advance") await this.server.clock.advance(step.ms);
    else if (step.do === "restore") this.#restore(step.keep);
    else void this.#load(step).catch(() => {});
    await settle();
  }

  #load(step: Step): Promise<void> {
    if (step.do === "before") return this.alice.loadBefore();
    if (step.do === "after") return this.alice.loadAfter();
    if (step.do === "around") return this.alice.loadAround(step.seq);
    return this.alice.loadLatest();
  }

  async finish(): Promise<void> {
    for (const socket of this.server.sockets) if (socket.isOpen) socket.release();
    await this.server.clock.advance(60_000);
    await this.server.say("c_1", "last");
    await this.server.clock.advance(1_000);
    while (this.alice.view.get().moreAfter) await this.alice.loadAfter();
  }

  check(): void {
    const { messages, phase, head } = this.alice.view.get();
    expect({ phase, head }).toEqual({ phase: "live", head: this.#log.head });
    const first = messages[0]?.seq ?? 0;
    const expected = this.#log.messages.filter((message) => message.seq >= first).map(contentOf);
    expect(messages.map(({ seq, key, state, text }) => [seq, key, state, text])).toEqual(expected);
    for (const run of this.emittedSeqs) expect(run).toEqual(run.map((_, i) => (run[0] ?? 0) + i));
    const mine = this.#log.messages.map(({ nonce }) => nonce).filter((nonce) => this.sent.includes(nonce));
    if (this.restores === 0) expect(mine).toEqual(this.sent);
    else expect(new Set(mine).size).toBe(mine.length);
  }

  #change(target: number, isDelete: boolean): void {
    if (!this.#log.messages.some((message) => message.seq === target)) return;
    if (isDelete) void this.server.do("c_1", { type: "message.delete", seq: target });
    else void this.server.do("c_1", { type: "message.edit", seq: target, text: `changed ${target}` });
  }

  #edit(target: number): void {
    const isMine = this.alice.view.get().messages.some((row) => row.seq === target && row.author === "u_alice");
    if (isMine && this.restores === 0) this.alice.edit(target, `edited ${target}`);
  }

  /**
   * Restores the log like the server: sockets are closed, and the log has a new epoch when they
   * reopen.
   */
  #restore(keep: number): void {
    this.restores++;
    this.#log.restore(`e${++this.#epochs}`, keep);
    for (const socket of this.server.sockets) socket.cut();
  }
}

test("after random cuts, losses, repetitions, delays and restores, the log is the server's", {
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
