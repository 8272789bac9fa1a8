// Prints the result as JSON and as Markdown, and compares it with the bars.
import { prices, pricesOf } from "../../src/domain/prices.ts";
import type { Bar } from "../simulation/kit/report.ts";
import { dollarsPerMillion, type Line, linesOf, rowsWrittenPerMessage, type Tally } from "./bill.ts";
import { figure, row } from "./markdown.ts";
import { nameOf } from "./measured-channel.ts";
import type { Hour, Measured, Result } from "./measurement.ts";
import { type Counts, total } from "./meter-reading.ts";
import type { PresenceCost } from "./presence-cost.ts";
import { presenceBars, presenceTable } from "./presence-report.ts";

const HOUR_MS = 3_600_000;
/** 128 MB at $12.50 for a million GB-s. */
const DOLLARS_PER_ACTIVE_SECOND = (0.128 * 12.5) / 1e6;

function table(caption: string, measured: readonly Measured[], part: (one: Measured) => Tally): string[] {
  const parts = measured.map((one) => ({ tally: part(one), lines: linesOf(part(one)), name: nameOf(one.size) }));
  const head = ["", ...parts.flatMap(({ name }) => [`${name}: a message`, `$ a million`])];
  const names = parts[0]?.lines.map(({ item }) => item) ?? [];
  const cellsOf = (line: Line | undefined) => [figure(line?.perMessage ?? 0), figure(line?.dollarsPerMillion ?? 0)];
  return [
    `**${caption}**`,
    "",
    row(head),
    row(head.map((_, at) => (at === 0 ? "---" : "---:"))),
    ...names.map((name, at) => row([name, ...parts.flatMap(({ lines }) => cellsOf(lines[at]))])),
    row([
      "**rows written, all in**",
      ...parts.flatMap(({ tally }) => [`**${figure(rowsWrittenPerMessage(tally))}**`, ""]),
    ]),
    row(["**dollars, all in**", ...parts.flatMap(({ tally }) => ["", `**${figure(dollarsPerMillion(tally))}**`])]),
    "",
  ];
}

function hourOf({ people, measuredMs, counts, pings }: Hour) {
  const perHour = people === 0 ? 0 : HOUR_MS / measuredMs / people;
  return {
    rowsWritten: (total(counts.written) + total(counts.alarmsArmed)) * perHour,
    rowsRead: counts.read * perHour,
    requests: total(counts.requests) * perHour,
    socketMessages: counts.socketMessages * perHour,
    autoAnsweredPings: pings > 0 ? HOUR_MS / 30_000 : 0,
  };
}

const nothingIn = (counts: Counts): number =>
  total(counts.written) +
  counts.read +
  total(counts.alarmsArmed) +
  total(counts.requests) +
  counts.socketMessages +
  counts.constructions;

/** The lone message, for which every row was clean, together with the conversation. */
const wholeOf = ({ lone, lively }: Measured) => {
  const messages = lone.messages + lively.messages;
  const mean = (of: (part: Tally) => number) => (of(lone) * lone.messages + of(lively) * lively.messages) / messages;
  return { rows: mean(rowsWrittenPerMessage), dollars: mean(dollarsPerMillion) };
};

/** Prints everything and returns the bars. */
export function report(result: Result, presence: readonly PresenceCost[], isQuick: boolean): Record<string, Bar> {
  const { sizes, online, offline, channels, refusals, times } = result;
  const ofHundred = (hasDevices: boolean, figureOf: (part: Tally) => number): number => {
    const hundred = sizes.find(({ size }) => size.members === 100 && size.hasDevices === hasDevices);
    return hundred ? figureOf(hundred.lively) : Number.NaN;
  };
  const bars: Record<string, Bar> = {
    rowsWrittenPerMessage: { value: ofHundred(false, rowsWrittenPerMessage), atMost: 3 },
    dollarsPerMillion: { value: ofHundred(false, dollarsPerMillion), atMost: 5 },
    /** With 80 offline members who are notified once a minute: eleven notifications a message. */
    rowsWrittenWithPush: { value: ofHundred(true, rowsWrittenPerMessage), atMost: 3.5 },
    dollarsWithPush: { value: ofHundred(true, dollarsPerMillion), atMost: 6 },
    countedWhileIdle: {
      value: [online.counts, offline.counts, channels].reduce((sum, each) => sum + nothingIn(each), 0),
      atMost: 0,
    },
    /** Entries that are not archived yet would be missing in the count. */
    notArchived: {
      value: sizes.reduce((sum, { lively }) => sum + Math.max(0, lively.messages - lively.channel.databaseWritten), 0),
      atMost: 0,
    },
    refusals: { value: refusals.length, atMost: 0 },
    ...presenceBars(presence),
  };
  const lines = [
    `Prices of ${pricesOf}, dollars a million: ${Object.entries(prices)
      .map(([name, price]) => `${name} ${price}`)
      .join(", ")}.`,
    `A conversation of ${Math.round(times.livelyMs / 60_000)} min at 10 messages a minute, each read by all viewers${isQuick ? " (`--quick`)" : ""}.`,
    `Viewers, online elsewhere, offline: ${sizes.map(({ size: { members, attached, elsewhere } }) => `${attached}, ${elsewhere}, ${members - attached - elsewhere} of ${members}`).join("; ")}.`,
    "",
    ...table("A message of a lively conversation, its end included", sizes, ({ lively }) => lively),
    ...table("A lone message in a channel at rest with clean inbox rows", sizes, ({ lone }) => lone),
    "**The conversation together with the lone message**",
    "",
    ...sizes.map((one) => {
      const { rows, dollars } = wholeOf(one);
      return `- ${nameOf(one.size)} members: ${figure(rows)} rows written a message, $${figure(dollars)} a million`;
    }),
    "",
    "**An hour of an idle person**",
    "",
    `- online (${online.people} people, ${times.idleMs / 1_000} s): ${JSON.stringify(hourOf(online))}`,
    `- offline (${offline.people} people, ${times.idleMs / 1_000} s): ${JSON.stringify(hourOf(offline))}`,
    "",
    ...presenceTable(presence),
    ...durations(sizes),
    ...sizes.map(
      ({ size, ownCount }) =>
        `The channel of ${nameOf(size)} reports ${ownCount.rowsWritten} rows written for the conversation; the meter counted ${ownCount.counted}.`,
    ),
    "",
    ...Object.entries(bars).map(([name, bar]) => `- ${name}: ${figure(bar.value)}, at most ${bar.atMost}`),
  ];
  console.log(JSON.stringify({ quick: isQuick, pricesOf, prices, ...result, watched: presence, bars }));
  console.log(`\n${lines.join("\n")}`);
  return bars;
}

/**
 * Lists the durations. They are not in the sums: `prices.ts` has no price for duration, because an
 * idle object that can hibernate is not billed.
 */
function durations(sizes: readonly Measured[]): string[] {
  const lines = sizes.map(({ size, lively, activeMs }) => {
    const ms = (activeMs.channel + activeMs.users) / lively.messages;
    return `${nameOf(size)}: ${figure(ms)} ms, $${figure((ms / 1_000) * DOLLARS_PER_ACTIVE_SECOND * 1e6)} a million`;
  });
  return [
    `Duration is not in the sums. The time in which objects answered events, per message (here, all on one machine): ${lines.join("; ")},`,
    "if only that time is billed (an idle object that can hibernate is not) and none of it is included in the plan.",
    "",
  ];
}
