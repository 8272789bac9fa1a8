// The result as JSON and as Markdown, and the bars.
import { prices, pricesOf } from "../../src/domain/prices.ts";
import type { Bar } from "../simulation/kit/report.ts";
import { dollarsPerMillion, type Line, linesOf, rowsWrittenPerMessage, type Tally } from "./bill.ts";
import { nameOf } from "./company.ts";
import { figure, row } from "./markdown.ts";
import type { Hour, Measured, Result } from "./measuring.ts";
import { type Counts, total } from "./reading.ts";
import { watchingBars, watchingTable } from "./showing-watching.ts";
import type { Watched } from "./watching.ts";

const HOUR_MS = 3_600_000;
/** 128 MB at $12.50 a million GB-s. */
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

/** The first message, into clean rows, and the conversation after it, together. */
const wholeOf = ({ lone, lively }: Measured) => {
  const messages = lone.messages + lively.messages;
  const mean = (of: (part: Tally) => number) => (of(lone) * lone.messages + of(lively) * lively.messages) / messages;
  return { rows: mean(rowsWrittenPerMessage), dollars: mean(dollarsPerMillion) };
};

/** Prints everything; answers what has to hold. */
export function show(result: Result, watched: readonly Watched[], isQuick: boolean): Record<string, Bar> {
  const { sizes, online, offline, channels, refusals, times } = result;
  const ofHundred = (isTold: boolean, figureOf: (part: Tally) => number): number => {
    const hundred = sizes.find(({ size }) => size.members === 100 && size.isTold === isTold);
    return hundred ? figureOf(hundred.lively) : Number.NaN;
  };
  const bars: Record<string, Bar> = {
    rowsWrittenPerMessage: { value: ofHundred(false, rowsWrittenPerMessage), atMost: 3 },
    dollarsPerMillion: { value: ofHundred(false, dollarsPerMillion), atMost: 5 },
    /** What is added by telling 80 of them once a minute, eleven notifications a message. */
    rowsWrittenWithPush: { value: ofHundred(true, rowsWrittenPerMessage), atMost: 3.5 },
    dollarsWithPush: { value: ofHundred(true, dollarsPerMillion), atMost: 6 },
    countedWhileIdle: {
      value: [online.counts, offline.counts, channels].reduce((sum, each) => sum + nothingIn(each), 0),
      atMost: 0,
    },
    /** Without them the count would lack what is still to be archived. */
    notArchived: {
      value: sizes.reduce((sum, { lively }) => sum + Math.max(0, lively.messages - lively.channel.databaseWritten), 0),
      atMost: 0,
    },
    refusals: { value: refusals.length, atMost: 0 },
    ...watchingBars(watched),
  };
  const lines = [
    `Prices of ${pricesOf}, dollars a million: ${Object.entries(prices)
      .map(([name, price]) => `${name} ${price}`)
      .join(", ")}.`,
    `A conversation of ${Math.round(times.livelyMs / 60_000)} min at 10 messages a minute, each read by all who look on${isQuick ? " (`--quick`)" : ""}.`,
    `Who looks on, is awake elsewhere, is away: ${sizes.map(({ size: { members, attached, elsewhere } }) => `${attached}, ${elsewhere}, ${members - attached - elsewhere} of ${members}`).join("; ")}.`,
    "",
    ...table("A message of a lively conversation, its end included", sizes, ({ lively }) => lively),
    ...table("A lone message into a channel at rest, every row of which is clean", sizes, ({ lone }) => lone),
    "**The conversation with its first message, into clean rows**",
    "",
    ...sizes.map((one) => {
      const { rows, dollars } = wholeOf(one);
      return `- ${nameOf(one.size)} members: ${figure(rows)} rows written a message, $${figure(dollars)} a million`;
    }),
    "",
    "**An hour of a person who does nothing**",
    "",
    `- online (${online.people} people, ${times.idleMs / 1_000} s): ${JSON.stringify(hourOf(online))}`,
    `- offline (${offline.people} people, ${times.idleMs / 1_000} s): ${JSON.stringify(hourOf(offline))}`,
    "",
    ...watchingTable(watched),
    ...durations(sizes),
    ...sizes.map(
      ({ size, ownCount }) =>
        `The operator is told of ${ownCount.rowsWritten} rows written for the conversation in the channel of ${nameOf(size)}; counted from outside: ${ownCount.counted}.`,
    ),
    "",
    ...Object.entries(bars).map(([name, bar]) => `- ${name}: ${figure(bar.value)}, at most ${bar.atMost}`),
  ];
  console.log(JSON.stringify({ quick: isQuick, pricesOf, prices, ...result, watched, bars }));
  console.log(`\n${lines.join("\n")}`);
  return bars;
}

/** Not in the sums: the price list of `prices.ts` has no duration, since an object that can sleep is not billed while nothing happens. */
function durations(sizes: readonly Measured[]): string[] {
  const lines = sizes.map(({ size, lively, activeMs }) => {
    const ms = (activeMs.channel + activeMs.users) / lively.messages;
    return `${nameOf(size)}: ${figure(ms)} ms, $${figure((ms / 1_000) * DOLLARS_PER_ACTIVE_SECOND * 1e6)} a million`;
  });
  return [
    `Duration is left out of the sums. Events of the objects were being answered, per message (here, all on one machine) — ${lines.join("; ")} —`,
    "if only that is billed (an object that can hibernate is not billed while it is idle) and none of it is included in the plan.",
    "",
  ];
}
