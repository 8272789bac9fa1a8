// The row of an open channel, computed from its events, equals what the server would count.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { previewOf } from "../../../src/protocol";
import { runs } from "../../support/runs";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

const PEOPLE = ["u_alice", "u_bob", "u_carol"];

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("say" as const), who: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reply" as const), to: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("edit" as const, "delete" as const), to: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("purge" as const), to: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("react" as const), to: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), to: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("cut" as const, "wait" as const, "gather" as const) }) },
);

test("[S44] whatever happens in an open channel, its computed row is correct", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(8), fc.array(step, { maxLength: 40 }), async (before, steps) => {
      const server = new FakeServer();
      const log = server.log("c_1");
      for (let i = 0; i < before; i++) log.say("u_bob", `line ${i}`);
      const began = server.clock.now();
      let read = 0;
      const expected = () => {
        const live = log.messages.filter(({ body, thread }) => body.state === "live" && thread === null);
        const newest = live.at(-1);
        const text = newest?.body.state === "live" ? previewOf(newest.body.text) : "";
        return {
          head: log.head,
          at: log.events.at(-1)?.at ?? began,
          preview: newest ? { author: newest.author, at: newest.at, text } : null,
          unread: live.filter(({ author, seq }) => author !== "u_alice" && seq > read).length,
          mentions: 0,
        };
      };
      const place = { channel: "c_1", epochNumber: 1, read: 0, unreadFrom: null };
      server.rows = [{ ...place, ...expected() }];
      const alice = server.client("alice");
      await alice.connect();
      const channel = alice.channel("c_1");
      await channel.open();
      let isHolding = false;
      for (const one of steps) {
        const live = log.messages.filter(({ body }) => body.state === "live");
        const target = "to" in one ? live[one.to % live.length] : undefined;
        const from = log.head;
        if (one.do === "say") log.say(PEOPLE[one.who] ?? "", `said ${log.head}`);
        else if (one.do === "wait") await server.clock.advance(1_500);
        else if (one.do === "gather") isHolding = !isHolding;
        else if (one.do === "cut") {
          for (const socket of server.sockets) if (socket.channel === "c_1") socket.cut();
          await server.clock.advance(5_000);
        } else if (target === undefined) continue;
        else if (one.do === "reply" && target.thread === null) log.say("u_carol", "below", { thread: target.seq });
        else if (one.do === "edit")
          log.do(target.author, { type: "message.edit", seq: target.seq, text: `edited ${from}` });
        else if (one.do === "purge") log.purge("u_carol", target.author, target.seq);
        else if (one.do === "delete") log.do(target.author, { type: "message.delete", seq: target.seq });
        else if (one.do === "react") log.do("u_bob", { type: "reaction.add", seq: target.seq, emoji: "👍" });
        else if (one.do === "read" && target.thread === null && !isHolding) {
          read = Math.max(read, target.seq);
          channel.markRead(target.seq);
        }
        const mine = log.events.findLast(({ type, actor }) => type === "message.sent" && actor === "u_alice");
        read = Math.max(read, mine?.seq ?? 0);
        const isHeld = isHolding && one.do !== "cut";
        for (const socket of server.sockets) if (socket.channel === "c_1") socket.isHeld = isHeld;
        if (log.head > from) server.broadcast("c_1", log.events.slice(from));
        if (!isHeld) for (const socket of server.sockets) if (socket.isOpen) socket.release();
        await settle();
      }
      for (const socket of server.sockets) if (socket.isOpen) socket.release();
      await settle();
      expect(alice.inbox.get()?.[0]?.row).toMatchObject(expected());
      alice.disconnect();
    }),
    { numRuns: runs(30, 600) },
  );
}, 60_000);
