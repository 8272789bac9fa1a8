// What idle sockets and idle channels take of the memory of the server's processes.
import { costOf } from "../machine.ts";
import { pause } from "../pace.ts";
import type { Bar, Scenario } from "../scenario.ts";
import { gather } from "../system.ts";

/** Shorter than the ten seconds after which an object without work leaves the memory. */
const SETTLE_MS = 4_000;

interface Idle {
  name: string;
  title: string;
  rooms: number;
  people: number;
  figure: string;
  /** What the figure is counted by. */
  per: "socket" | "room";
  bar: Bar;
}

const idleOf = ({ name, title, rooms, people, figure, per, bar }: Idle): Scenario => ({
  name,
  title,
  against: "each",
  // Free heap that an earlier load left would hide the memory of these sockets.
  needsFreshServer: true,
  measure: async (system) => {
    for (const member of await gather(system, people)) member.cut();
    await pause(SETTLE_MS);
    const before = costOf(system.server.pid);
    const members = [];
    for (let room = 0; room < rooms; room++) members.push(...(await gather(system, people)));
    await pause(SETTLE_MS);
    const { memoryKiB } = costOf(system.server.pid);
    for (const member of members) member.cut();
    return { [figure]: (memoryKiB - before.memoryKiB) / (per === "socket" ? members.length : rooms) };
  },
  bars: { [figure]: bar },
});

export const idles: Scenario[] = [
  idleOf({
    name: "idle",
    title: "1,000 idle channel sockets, 10 to a channel",
    rooms: 100,
    people: 10,
    figure: "KiB per socket",
    per: "socket",
    bar: { ratio: { atMost: 1.15 }, only: "bare" },
  }),
  idleOf({
    name: "idle-channels",
    title: "400 idle channels in memory, each with one socket",
    rooms: 400,
    people: 1,
    figure: "KiB per channel",
    per: "room",
    bar: { ratio: { atMost: 1.5 }, only: "bare" },
  }),
];
