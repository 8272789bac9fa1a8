// Whatever happens to frames, requests and answers, clients on all three transports end with the
// same log.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Event, Message } from "../../../src/protocol";
import { runs } from "../../support/runs";
import { channelOf } from "../support/fake-http";
import type { NetworkFault } from "../support/fake-polls";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

const PEOPLE = [
  ["alice", "socket"],
  ["bob", "long-polling"],
  ["carol", "polling"],
] as const;

const who = fc.nat(PEOPLE.length - 1);
const fault = fc.oneof<fc.Arbitrary<NetworkFault>[]>(
  fc.constant({ kind: "lost" }),
  fc.constant({ kind: "answer-lost" }),
  fc.constant({ kind: "doubled" }),
  fc.constant({ kind: "unchanged" }),
  fc.record({ kind: fc.constant("delayed" as const), ms: fc.integer({ min: 1, max: 45_000 }) }),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: "said" } as const) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("send" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("react" as const), who }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("accident" as const), fault }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom({ do: "cut" } as const, { do: "hold" } as const, { do: "release" } as const),
  },
  { weight: 1, arbitrary: fc.constantFrom({ do: "offline" } as const, { do: "marked" } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), keep: fc.nat(20) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 30_000 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const entryOf = ({ seq, type, actor, nonce, data }: Event) => [
  seq,
  type,
  "target" in data ? data.target : null,
  actor,
  nonce,
];
const contentOf = ({ seq, nonce, author, reactions, body }: Message) => [seq, nonce, author, reactions.items, body];

class Simulation {
  readonly server = new FakeServer();
  readonly log = this.server.log("c_1");
  readonly clients = PEOPLE.map(([person, transport]) => this.server.client(person, { transport }));
  readonly channels = this.clients.map((client) => client.channel("c_1"));
  /** The events that each client received. */
  readonly emitted: Event[][] = PEOPLE.map(() => []);
  readonly sent: string[] = [];
  restores = 0;

  async start(): Promise<void> {
    const people = PEOPLE.map(([person]) => person);
    this.server.channels.set("c_1", channelOf(this.server, { id: "c_1", kind: "group" }, people));
    for (let i = 0; i < 5; i++) this.log.say("u_dave", `start ${i}`);
    this.server.resumePage = 3;
    for (const [at, channel] of this.channels.entries()) {
      await this.clients[at]?.connect();
      await channel.open();
      channel.onEvent((event) => this.emitted[at]?.push(event));
    }
  }

  async take(step: Step): Promise<void> {
    const { server } = this;
    const socket = server.sockets.findLast((one) => one.isOpen && one.channel === "c_1");
    if (step.do === "said") await server.say("c_1", `said ${this.log.head}`, "u_dave");
    else if (step.do === "send") this.#send(step.who);
    else if (step.do === "react") this.#react(step.who);
    else if (step.do === "accident") server.networkFaults.push(step.fault);
    else if (step.do === "cut") for (const one of server.sockets) one.cut();
    else if (step.do === "hold" && socket) socket.isHeld = true;
    else if (step.do === "release") socket?.release();
    else if (step.do === "offline") await this.#vanish();
    else if (step.do === "marked") this.#mark();
    else if (step.do === "restore") this.#restore(step.keep);
    else if (step.do === "advance") await server.clock.advance(step.ms);
    await settle();
  }

  async finish(): Promise<void> {
    this.server.networkFaults.length = 0;
    for (const socket of this.server.sockets) if (socket.isOpen) socket.release();
    await this.server.clock.advance(120_000);
    await this.server.say("c_1", "last", "u_dave");
    await this.server.clock.advance(10_000);
  }

  check(): void {
    const { head, events, messages } = this.log;
    for (const [at, channel] of this.channels.entries()) {
      const view = channel.view.get();
      const name = PEOPLE[at]?.[1];
      expect({ name, phase: view.phase, head: view.head }).toEqual({ name, phase: "live", head });
      // Events of an earlier epoch that were in flight at the restore are not in this log.
      const known = new Set(events.map((event) => JSON.stringify(entryOf(event))));
      const emitted = (this.emitted[at] ?? []).map(entryOf).filter((entry) => known.has(JSON.stringify(entry)));
      const start = emitted.findLastIndex(([seq], i) => seq !== Number(emitted[i - 1]?.[0]) + 1);
      const run = this.restores === 0 ? emitted : emitted.slice(start);
      expect(run, name).toEqual(events.slice(this.restores === 0 ? 5 : -run.length).map(entryOf));
      const first = view.messages[0]?.seq ?? 0;
      const expected = messages.filter(({ seq }) => seq >= first).map(contentOf);
      const actual = view.messages.map(({ seq, key, author, reactions, body }) => [seq, key, author, reactions, body]);
      expect(actual, name).toEqual(expected);
      expect(view.reads, name).toMatchObject(this.server.reads);
    }
    const nonces = events.map(({ nonce }) => nonce);
    expect(new Set(nonces).size).toBe(nonces.length);
    if (this.restores === 0) expect(this.sent.filter((key) => !nonces.includes(key))).toEqual([]);
  }

  #send(who: number): void {
    const key = this.channels[who]?.send(`sent ${this.sent.length}`).key;
    if (key) this.sent.push(key);
  }

  #react(who: number): void {
    const seq = this.channels[who]?.view.get().messages.at(-1)?.seq;
    if (seq) this.channels[who]?.react(seq, "👍");
  }

  #mark(): void {
    if (this.log.head === 0) return;
    this.server.reads = { ...this.server.reads, u_dave: this.log.head };
    for (const socket of this.server.sockets) {
      if (socket.channel !== "c_1") continue;
      const signal = { type: "read.marked", channel: "c_1", user: "u_dave", seq: this.log.head } as const;
      socket.say({ type: "signal", signal });
    }
    this.server.polls.wake();
  }

  async #vanish(): Promise<void> {
    this.server.isOffline = true;
    for (const socket of this.server.sockets) socket.cut();
    this.server.polls.wake();
    await this.server.clock.advance(5_000);
    this.server.isOffline = false;
  }

  /**
   * Restores the log like the server: sockets are closed, and the log has a new epoch when they
   * reopen.
   */
  #restore(keep: number): void {
    this.restores++;
    this.log.restore(`e${this.restores + 1}`, Math.min(keep, this.log.head));
    this.server.reads = {};
    for (const socket of this.server.sockets) socket.cut();
    this.server.polls.wake();
  }
}

test("sockets, held polls and plain polls end in the same log, each command once", { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      const simulation = new Simulation();
      await simulation.start();
      for (const one of steps) await simulation.take(one);
      await simulation.finish();
      simulation.check();
    }),
    { numRuns: runs(25, 500) },
  );
});
