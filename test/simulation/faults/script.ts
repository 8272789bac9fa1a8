// What is going to happen in a channel, round by round. Drawn before the round begins and from its seed alone: how fast the
// machine is decides how many rounds there are, not what is in them.
import type { Dice } from "./dice.ts";
import type { Cut } from "./line.ts";

/** At every fault at least so many messages have to be unanswered. */
export const UNANSWERED_AT_FAULT = 50;

export type Blow =
  | { kind: "cut"; how: Cut; seat: number; everything: boolean }
  | { kind: "evict"; className: "ChannelObject" | "UserObject"; webSockets: "hibernate" | "close"; seat: number };

export interface Round {
  /** Commands of each person, of each device. */
  burst: number;
  storm: number;
  lateRetries: number;
  forgeries: number;
  /** What strikes once no more than `unanswered` commands are; the first one first. */
  blows: { unanswered: number; blow: Blow }[];
}

export function nextRound(dice: Dice, people: number, devices: number): Round {
  const burst = dice.between(12, 22);
  const storm = dice.between(4, 14);
  const commands = burst * people + storm * devices;
  const cuts = dice.between(4, 8);
  const blows = Array.from({ length: cuts }, () => strike(dice, drawCut(dice, people + devices), commands));
  const evictions = dice.between(1, 3);
  for (let at = 0; at < evictions; at++) blows.push(strike(dice, drawEviction(dice, people), commands));
  return {
    burst,
    storm,
    lateRetries: dice.between(2, 8),
    forgeries: dice.between(0, 2),
    blows: blows.sort((a, b) => b.unanswered - a.unanswered),
  };
}

const strike = (dice: Dice, blow: Blow, commands: number) => ({
  unanswered: dice.between(UNANSWERED_AT_FAULT + 25, commands),
  blow,
});

const drawCut = (dice: Dice, seats: number): Blow => ({
  kind: "cut",
  how: dice.weighted({ reset: 5, close: 2, "mid-frame": 3, "half-open": 1 }),
  seat: dice.between(0, seats - 1),
  everything: dice.chance(0.2),
});

const drawEviction = (dice: Dice, people: number): Blow => ({
  kind: "evict",
  className: dice.chance(0.8) ? "ChannelObject" : "UserObject",
  webSockets: dice.chance(0.7) ? "hibernate" : "close",
  seat: dice.between(0, people - 1),
});
