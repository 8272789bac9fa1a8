// The first answer of an object that has left the memory: the upgrade loads it, and the client
// joins. One room after the other, so that the time of one is not the queue of another.
import { costOf } from "../machine.ts";
import { median } from "../median.ts";
import { inParts, pause } from "../pace.ts";
import type { Scenario } from "../scenario.ts";
import { fill } from "./history.ts";

const ROOMS = 60;
const STORED = 100;
/** The runtime drops an idle object after ten seconds; the alarm of the last message is earlier. */
const ASLEEP_MS = 32_000;

export const cold: Scenario = {
  name: "cold",
  title: `${ROOMS} channels that left the memory: until a client has joined`,
  against: "each",
  measure: async (system) => {
    const rooms = await inParts(ROOMS, async () => {
      const room = await system.open(2);
      const writer = await room.join(0);
      await fill([writer], STORED);
      writer.cut();
      return room;
    });
    await pause(ASLEEP_MS);
    await system.profiler?.begin();
    const before = costOf(system.server.pid);
    const times: number[] = [];
    for (const room of rooms) {
      const from = performance.now();
      const member = await room.join(1);
      times.push(performance.now() - from);
      member.cut();
    }
    const { cpuSeconds } = costOf(system.server.pid);
    await system.profiler?.end();
    return {
      "until joined, ms": median(times),
      "CPU ms per channel": ((cpuSeconds - before.cpuSeconds) / ROOMS) * 1_000,
    };
  },
  bars: {},
};
