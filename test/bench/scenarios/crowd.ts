// One channel with many members. At full speed with equal windows, because sharing within a
// turn shows only under load; and at an everyday rate, where nothing is shared and the cost of a
// frame counts.
import { loadRooms } from "../load.ts";
import type { Bar, Scenario } from "../scenario.ts";
import { gather } from "../system.ts";

const PEOPLE = 100;

interface Crowd {
  name: string;
  title: string;
  against: Scenario["against"];
  people?: number;
  /** Characters of a message. */
  length?: number;
  shape: { window: number } | { rate: number };
  bars: Record<string, Bar>;
}

const crowd = ({ shape, people = PEOPLE, length, ...rest }: Crowd): Scenario => ({
  ...rest,
  measure: async (system, seconds) => {
    const members = await gather(system, people);
    const load = { shape, seconds, ...(length !== undefined && { length }) };
    const { messagesPerSecond, cpuPerMillion, ackMs } = await loadRooms(system, [members], load);
    for (const member of members) member.cut();
    return {
      "messages a second": messagesPerSecond,
      "CPU s per million deliveries": cpuPerMillion,
      "ack median, ms": ackMs,
    };
  },
});

const groupBars = {
  "messages a second": { ratio: { atLeast: 0.85 } },
  "CPU s per million deliveries": { ratio: { atMost: 1.2 } },
} as const satisfies Record<string, Bar>;

const burst = (window: number) =>
  crowd({
    name: `window-${window}`,
    title: `One channel of ${PEOPLE}, ${window} messages on their way`,
    against: "batched",
    shape: { window },
    bars: groupBars,
  });

export const crowds: Scenario[] = [
  burst(16),
  burst(512),
  crowd({
    name: "long-messages",
    title: "One channel of 37, messages of 4 KB, 64 on their way",
    against: "batched",
    people: 37,
    length: 4_096,
    shape: { window: 64 },
    bars: groupBars,
  }),
  crowd({
    name: "rate-400",
    title: `One channel of ${PEOPLE}, 400 messages a second`,
    against: "batched",
    shape: { rate: 400 },
    bars: { "CPU s per million deliveries": { ratio: { atMost: 1.3 } } },
  }),
  crowd({
    name: "rate-20",
    title: `One channel of ${PEOPLE}, 20 messages a second`,
    against: "each",
    shape: { rate: 20 },
    bars: { "ack median, ms": { difference: { atMost: 1 } } },
  }),
];
