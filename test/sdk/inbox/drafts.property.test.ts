// Whatever a person writes on two devices, and whatever the networks do: in the end both devices
// show the server's draft.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClientOptions } from "../../../src/sdk";
import { runs } from "../../support/runs";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";

const device = fc.constantFrom(0 as const, 1 as const);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      device,
      isEmpty: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(10, 400, 1_600, 12_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("fail" as const, "lose" as const), times: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("offline" as const), is: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hold" as const), is: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("late" as const), ms: fc.constantFrom(0, 50, 3_000) }) },
);
const transports = fc.tuple(
  ...([0, 1] as const).map(() =>
    fc.constantFrom<NonNullable<ClientOptions["transport"]>>("socket", "socket", "long-polling", "polling"),
  ),
);

test("[S99] two devices end with the same draft, the one the server holds", async () => {
  await fc.assert(
    fc.asyncProperty(transports, fc.array(step, { maxLength: 30 }), async (chosen, steps) => {
      const server = new FakeServer();
      server.log("c_1");
      const devices = chosen.map((transport) => server.client("alice", { transport }));
      const connected = Promise.all(devices.map((one) => one.connect()));
      await server.clock.advance(1_000);
      await connected;
      const mine = () => server.sockets.filter(({ channel, isOpen }) => channel === null && isOpen);
      let fails = 0;
      let losses = 0;
      let drafts = 0;
      let isHeld = false;
      server.intercept = (method) => (method === "PUT" && fails-- > 0 ? problemAnswer("temporary") : null);
      server.losesAnswer = (method) => method === "PUT" && losses-- > 0;
      for (const one of steps) {
        if (one.kind === "write")
          devices[one.device]?.drafts.put("c_1", null, { text: one.isEmpty ? "" : `draft ${++drafts}` });
        else if (one.kind === "wait") await server.clock.advance(one.ms);
        else if (one.kind === "fail") fails = one.times;
        else if (one.kind === "lose") losses = one.times;
        else if (one.kind === "offline") server.isOffline = one.is;
        else if (one.kind === "cut") for (const socket of mine()) socket.cut();
        else if (one.kind === "late") server.requestDelay = (method) => (method === "PUT" ? one.ms : 0);
        else if (one.kind === "hold") isHeld = one.is;
        for (const socket of mine()) {
          socket.isHeld = isHeld;
          if (!isHeld) socket.release();
        }
      }
      server.isOffline = false;
      fails = 0;
      losses = 0;
      for (const socket of mine()) socket.release();
      for (const one of devices) one.retryNow();
      await server.clock.advance(120_000);
      const stored = server.drafts("c_1").at(-1)?.text ?? "";
      expect(devices.map((one) => one.drafts.get("c_1", null).get()?.text ?? "")).toEqual([stored, stored]);
      for (const one of devices) one.disconnect();
    }),
    { numRuns: runs(30, 600) },
  );
}, 60_000);
