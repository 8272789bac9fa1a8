// The plan of a channel's next round. It is drawn before the round begins and from the seed alone,
// so that the speed of the machine decides how many rounds there are and not what is in them.

import type { Cut } from "../kit/proxy-connection.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";

/** How many messages must be unanswered at every fault. */
export const UNANSWERED_AT_FAULT = 50;

export type Disruption =
  | { kind: "cut"; how: Cut; client: number; everything: boolean }
  | { kind: "evict"; className: "ChannelObject" | "UserObject"; webSockets: "hibernate" | "close"; client: number };

export interface Round {
  /** Commands of each person, and of each raw client. */
  burst: number;
  rawBurst: number;
  lateRetries: number;
  forgeries: number;
  /**
   * The disruptions, each due when at most `unanswered` commands are. The highest number comes
   * first.
   */
  disruptions: { unanswered: number; disruption: Disruption }[];
}

export function nextRound(random: SeededRandom, people: number, rawClients: number): Round {
  const burst = random.between(12, 22);
  const rawBurst = random.between(4, 14);
  const commands = burst * people + rawBurst * rawClients;
  const cuts = random.between(4, 8);
  const disruptions = Array.from({ length: cuts }, () =>
    schedule(random, drawCut(random, people + rawClients), commands),
  );
  const evictions = random.between(1, 3);
  for (let at = 0; at < evictions; at++) disruptions.push(schedule(random, drawEviction(random, people), commands));
  return {
    burst,
    rawBurst,
    lateRetries: random.between(2, 8),
    forgeries: random.between(0, 2),
    disruptions: disruptions.sort((a, b) => b.unanswered - a.unanswered),
  };
}

const schedule = (random: SeededRandom, disruption: Disruption, commands: number) => ({
  unanswered: random.between(UNANSWERED_AT_FAULT + 25, commands),
  disruption,
});

const drawCut = (random: SeededRandom, clients: number): Disruption => ({
  kind: "cut",
  how: random.weighted({ reset: 5, close: 2, "mid-frame": 3, "half-open": 1 }),
  client: random.between(0, clients - 1),
  everything: random.chance(0.2),
});

const drawEviction = (random: SeededRandom, people: number): Disruption => ({
  kind: "evict",
  className: random.chance(0.8) ? "ChannelObject" : "UserObject",
  webSockets: random.chance(0.7) ? "hibernate" : "close",
  client: random.between(0, people - 1),
});
