// What idle sockets and idle channels take of the memory of the server's processes.
import { costOf } from "../machine.ts";
import { inParts, pause } from "../pace.ts";
import type { Bar, Scenario } from "../scenario.ts";
import { gather, type Member } from "../system.ts";
import { fill } from "./history.ts";

/** Shorter than the ten seconds after which an object without work leaves the memory. */
const SETTLE_MS = 4_000;

const PER_CHANNEL = "KiB per channel";

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

const STORED = 5;
/** The alarm that follows the last message has fired by then. */
const REST_MS = 12_000;

/**
 * Channels that their objects load after a restart, as nearly every channel in memory was loaded.
 * The creation of a channel leaves garbage in the local databases and the gateway, which the
 * scenarios above count too.
 */
const wokenOf = ({ name, title, rooms, people, figure, per, bar }: Idle): Scenario => ({
  name,
  title,
  against: "each",
  needsFreshServer: true,
  measure: async (system) => {
    const { server } = system;
    if (server.restart === null) return { [figure]: Number.NaN };
    const [warm, ...others] = await inParts(1 + rooms, async () => {
      const room = await system.open(people);
      const writer = await room.join(0);
      await fill([writer], STORED);
      writer.cut();
      return room;
    });
    await pause(REST_MS);
    await server.restart();
    for (let at = 0; at < people; at++) (await warm?.join(at))?.cut();
    await pause(SETTLE_MS);
    const before = costOf(server.pid);
    const members: Member[] = [];
    for (const room of others) for (let at = 0; at < people; at++) members.push(await room.join(at));
    await pause(SETTLE_MS);
    const { memoryKiB } = costOf(server.pid);
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
    figure: PER_CHANNEL,
    per: "room",
    bar: { ratio: { atMost: 1.5 }, only: "bare" },
  }),
  wokenOf({
    name: "woken",
    title: "600 idle channel sockets, 10 to a channel, after a restart",
    rooms: 60,
    people: 10,
    figure: "KiB per socket",
    per: "socket",
    bar: { ratio: { atMost: 1.15 }, only: "bare" },
  }),
  wokenOf({
    name: "woken-channels",
    title: "200 idle channels that were loaded after a restart, each with one socket",
    rooms: 200,
    people: 1,
    figure: PER_CHANNEL,
    per: "room",
    bar: { ratio: { atMost: 1.5 }, only: "bare" },
  }),
];
