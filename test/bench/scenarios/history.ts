// How long it takes to open a channel: to read the newest page, or everything since the last visit.
import { Deliveries } from "../deliveries.ts";
import { median } from "../median.ts";
import { pause } from "../pace.ts";
import type { Scenario } from "../scenario.ts";
import type { Member } from "../system.ts";

const PAGE = 50;
const MISSED = 1_000;
const STORED = 3_000;
const ROUNDS = 30;
const WINDOW = 64;

export const history: Scenario = {
  name: "history",
  title: `The newest page of ${PAGE}, and ${MISSED} missed messages`,
  against: "each",
  measure: async (system) => {
    const room = await system.open(1);
    const writer = await room.join(0);
    await fill([writer], STORED);
    writer.cut();
    const reader = await room.join(0);
    await system.profiler?.begin();
    const newest = await time(() => reader.newest(PAGE), PAGE);
    const missed = await time(() => reader.missed(MISSED), MISSED);
    await system.profiler?.end();
    reader.cut();
    return { "newest page, ms": newest, "missed messages, ms": missed };
  },
  bars: { "newest page, ms": { ratio: { atMost: 1.5 } }, "missed messages, ms": { ratio: { atMost: 1.5 } } },
};

/** Fills a room with messages. */
export async function fill(members: readonly Member[], count: number): Promise<void> {
  let left = count;
  const send = () => {
    if (left-- > 0) deliveries.send(0);
  };
  const deliveries: Deliveries = new Deliveries([members], send);
  for (let at = 0; at < WINDOW; at++) send();
  while (deliveries.completed < count) await pause(10);
  deliveries.end();
}

async function time(read: () => Promise<number>, expected: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    const count = await read();
    times.push(performance.now() - from);
    if (count !== expected) throw new Error(`${count} messages instead of ${expected}`);
  }
  return median(times);
}
