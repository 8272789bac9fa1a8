// Idle sockets: how much memory the server's processes use for each.
import { costOf } from "../machine.ts";
import { pause } from "../pace.ts";
import type { Scenario } from "../scenario.ts";
import { gather } from "../system.ts";

const ROOMS = 100;
const PEOPLE = 10;
const SETTLE_MS = 4_000;

export const idle: Scenario = {
  name: "idle",
  title: `${ROOMS * PEOPLE} idle channel sockets, ${PEOPLE} to a channel`,
  against: "each",
  // Free heap that an earlier load left would hide the memory of these sockets.
  needsFreshServer: true,
  measure: async (system) => {
    for (const member of await gather(system, PEOPLE)) member.cut();
    await pause(SETTLE_MS);
    const before = costOf(system.server.pid);
    const members = [];
    for (let room = 0; room < ROOMS; room++) members.push(...(await gather(system, PEOPLE)));
    await pause(SETTLE_MS);
    const { memoryKiB } = costOf(system.server.pid);
    for (const member of members) member.cut();
    return { "KiB per socket": (memoryKiB - before.memoryKiB) / members.length };
  },
  bars: { "KiB per socket": { ratio: { atMost: 1.15 } } },
};
