// A reconnect storm, as after a deployment: everyone reconnects at once and reads the newest page.
// Access tokens are not fetched, because a device fetches one only when its own has expired.
import { costOf } from "../machine.ts";
import { inParts, pause } from "../pace.ts";
import type { Scenario } from "../scenario.ts";
import { fill } from "./history.ts";

const CLIENTS = 2_000;
const PEOPLE = 100;
const PAGE = 50;
/** The time in which the server notices the closed sockets. */
const SETTLE_MS = 3_000;

export const storm: Scenario = {
  name: "storm",
  title: `${CLIENTS} channel sockets reconnecting`,
  against: "each",
  measure: async (system) => {
    const rooms = await inParts(CLIENTS / PEOPLE, async () => {
      const room = await system.open(PEOPLE);
      const writer = await room.join(0);
      await fill([writer], PAGE);
      writer.cut();
      return room;
    });
    await pause(SETTLE_MS);
    const before = costOf(system.server.pid);
    const from = performance.now();
    const all = rooms.flatMap((room) =>
      Array.from({ length: PEOPLE }, async (_, at) => {
        const member = await room.join(at);
        await member.newest(PAGE);
        return member;
      }),
    );
    const members = await Promise.all(all);
    const seconds = (performance.now() - from) / 1_000;
    const { cpuSeconds } = costOf(system.server.pid);
    for (const member of members) member.cut();
    await pause(SETTLE_MS);
    return {
      "CPU ms per client": ((cpuSeconds - before.cpuSeconds) / CLIENTS) * 1_000,
      "until all are back, s": seconds,
    };
  },
  bars: { "CPU ms per client": { ratio: { atMost: 1.5 } } },
};
