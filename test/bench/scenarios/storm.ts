// Reconnect storms, as after a deployment: everyone reconnects at once. Access tokens are not
// fetched, because a device fetches one only when its own has expired.
import type { LimitMode } from "../limit.ts";
import { costOf } from "../machine.ts";
import { inParts, pause } from "../pace.ts";
import type { Bar, Scenario } from "../scenario.ts";
import type { Member, Room, System } from "../system.ts";
import { fill } from "./history.ts";

const CLIENTS = 2_000;
const PEOPLE = 100;
const PAGE = 50;
/** The time in which the server notices the closed sockets. */
const SETTLE_MS = 3_000;
/** The time in which the work that follows the last message ends: its alarm, and the archive. */
const FILLED_MS = 18_000;

interface FilledRoom {
  room: Room;
  /** A member who had everything and has disconnected. */
  before: Member;
}

interface Storm {
  name: string;
  title: string;
  against: LimitMode;
  /** How a client comes back. */
  returns(room: FilledRoom, at: number): Promise<Member>;
  bar: Bar;
}

const stormOf = ({ returns, bar, ...rest }: Storm): Scenario => ({
  ...rest,
  measure: async (system) => {
    const rooms = await inParts(CLIENTS / PEOPLE, () => fillRoom(system));
    await pause(FILLED_MS);
    // The objects may have left the memory meanwhile, which the scenario `cold` measures.
    for (const member of await Promise.all(rooms.map(({ room }) => room.join(0)))) member.cut();
    await pause(SETTLE_MS);
    await system.profiler?.begin();
    const before = costOf(system.server.pid);
    const from = performance.now();
    const all = rooms.flatMap((room) => Array.from({ length: PEOPLE }, (_, at) => returns(room, at)));
    const members = await Promise.all(all);
    const seconds = (performance.now() - from) / 1_000;
    const { cpuSeconds } = costOf(system.server.pid);
    await system.profiler?.end();
    for (const member of members) member.cut();
    await pause(SETTLE_MS);
    return {
      "CPU ms per client": ((cpuSeconds - before.cpuSeconds) / CLIENTS) * 1_000,
      "until all are back, s": seconds,
    };
  },
  bars: { "CPU ms per client": bar },
});

async function fillRoom(system: System): Promise<FilledRoom> {
  const room = await system.open(PEOPLE);
  const before = await room.join(0);
  await fill([before], PAGE);
  before.cut();
  return { room, before };
}

export const storms: Scenario[] = [
  stormOf({
    name: "storm",
    title: `${CLIENTS} channel sockets reconnecting, each reads the newest page of ${PAGE}`,
    against: "each",
    returns: async ({ room }, at) => {
      const member = await room.join(at);
      await member.newest(PAGE);
      return member;
    },
    bar: { ratio: { atMost: 1.5 } },
  }),
  stormOf({
    name: "coming-back",
    title: `${CLIENTS} channel sockets resuming that missed nothing`,
    against: "asking",
    returns: ({ room, before }, at) => room.rejoin(at, before),
    bar: { ratio: { atMost: 1.3 }, only: "bare" },
  }),
];
