// A hundred direct channels at once: nothing is shared inside a channel, so the fixed cost of a
// message counts.
import { loadRooms } from "../load.ts";
import { inParts } from "../pace.ts";
import type { Scenario } from "../scenario.ts";
import { gather } from "../system.ts";

const CHANNELS = 100;

export const pairs: Scenario = {
  name: "pairs",
  title: `${CHANNELS} channels of two, ${CHANNELS} messages on their way`,
  against: "each",
  measure: async (system, seconds) => {
    const rooms = await inParts(CHANNELS, () => gather(system, 2));
    const { messagesPerSecond, cpuPerMillion, ackMs } = await loadRooms(system, rooms, {
      shape: { window: CHANNELS },
      seconds,
    });
    for (const member of rooms.flat()) member.cut();
    return {
      "messages a second": messagesPerSecond,
      "CPU s per million deliveries": cpuPerMillion,
      "ack median, ms": ackMs,
    };
  },
  bars: { "messages a second": { ratio: { atLeast: 0.85 } } },
};
