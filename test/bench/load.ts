// Load on rooms, and what it costs the server. A window keeps a number of messages in flight; a
// rate sends a number a second, whatever the latency.
import { Deliveries } from "./deliveries.ts";
import { costOf } from "./machine.ts";
import { median } from "./median.ts";
import { pause } from "./pace.ts";
import type { Member, System } from "./system.ts";

export interface Load {
  /** Messages in flight in all rooms together, or messages a second. */
  shape: { window: number } | { rate: number };
  seconds: number;
  /** Characters of a message; by default those of an ordinary one. */
  length?: number;
}

export interface Throughput {
  messagesPerSecond: number;
  cpuPerMillion: number;
  ackMs: number;
}

const WARM_UP_MS = 1_000;
const DRAIN_MS = 20_000;

export async function loadRooms(
  system: System,
  rooms: readonly (readonly Member[])[],
  load: Load,
): Promise<Throughput> {
  let isOver = false;
  const deliveries: Deliveries = new Deliveries(
    rooms,
    (room) => {
      if (!isOver && "window" in load.shape) deliveries.send(room);
    },
    load.length,
  );
  const { shape } = load;
  if ("window" in shape) for (let at = 0; at < shape.window; at++) deliveries.send(at % rooms.length);
  const ticking = "rate" in shape ? sendAtRate(deliveries, rooms.length, shape.rate) : null;
  await pause(WARM_UP_MS);
  const take = () => ({ ...costOf(system.server.pid), at: performance.now(), ...pick(deliveries) });
  await system.profiler?.begin();
  const before = take();
  await pause(load.seconds * 1_000);
  const after = take();
  await system.profiler?.end();
  isOver = true;
  ticking?.stop();
  for (const deadline = Date.now() + DRAIN_MS; deliveries.waiting > 0 && Date.now() < deadline; ) await pause(20);
  deliveries.end();
  const seconds = (after.at - before.at) / 1_000;
  return {
    messagesPerSecond: (after.completed - before.completed) / seconds,
    cpuPerMillion: ((after.cpuSeconds - before.cpuSeconds) / (after.arrived - before.arrived)) * 1e6,
    ackMs: median(deliveries.ackMs.slice(before.acks)),
  };
}

const pick = ({ completed, arrived, ackMs }: Deliveries) => ({ completed, arrived, acks: ackMs.length });

function sendAtRate(deliveries: Deliveries, rooms: number, rate: number): { stop(): void } {
  const everyMs = 1_000 / rate;
  let due = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (const now = performance.now(); due <= now; due += everyMs) deliveries.send(sent++ % rooms, due);
  }, 1);
  return { stop: () => clearInterval(timer) };
}
