// Runs all checks on a history: numbers with their bounds, and the first examples of each error.
import type { Bar } from "../kit/report.ts";
import { bounds } from "./bounds.ts";
import { clearExpectations, clearedUnread } from "./clear-checker.ts";
import { contentFlaw } from "./content-checker.ts";
import { ExampleFormatter } from "./example-format.ts";
import { type Expectation, expectationsOf } from "./expectations.ts";
import type { History } from "./history.ts";
import {
  afterTheEnd,
  duplicates,
  groupIntervals,
  malformed,
  mixedTopics,
  rekeyed,
  stale,
  tooSoon,
  toRevoked,
} from "./protocol-checker.ts";
import { unwantedReason } from "./unwanted-checker.ts";

export interface CheckResult {
  bars: Record<string, Bar>;
  seen: Record<string, unknown>;
  examples: string[];
}

const EXAMPLES = 8;

export function check(history: History, startedAt: number): CheckResult {
  const examples: string[] = [];
  /** A bar for errors of which none is allowed. */
  const none = <T>(what: string, found: readonly T[], describe: (one: T) => string): Bar => {
    for (const one of found.slice(0, EXAMPLES)) examples.push(`${what}: ${describe(one)}`);
    return { value: found.length, atMost: 0 };
  };
  const formatter = new ExampleFormatter(history, startedAt);
  const { arrivals } = history;
  const expectations = expectationsOf(history).filter(({ isUndecided }) => !isUndecided);
  const missed = expectations.filter(({ arrivedAt, deadline }) => arrivedAt === null || arrivedAt > deadline);
  const wrongs = arrivals.flatMap((arrival) => labelled(arrival, unwantedReason(history, arrival)));
  const flaws = arrivals.flatMap((arrival) => labelled(arrival, contentFlaw(history, arrival)));
  const doubled = duplicates(history);
  const cleared = clearExpectations(history);
  const expectation = (one: Expectation) => formatter.expectation(one);
  const arrival = (one: (typeof arrivals)[number]) => formatter.arrival(one);
  const label = ({ label, one }: (typeof wrongs)[number]) => `${label}, ${arrival(one)}`;
  const request = (one: (typeof history.requests)[number]) => formatter.request(one);

  return {
    bars: {
      due: { value: expectations.length, atLeast: 1 },
      missed: none("missed", missed.filter(isPrompt), expectation),
      missedLater: none(
        "missed after a minute",
        missed.filter((one) => !isPrompt(one)),
        expectation,
      ),
      wrong: none("wrong", wrongs, ({ label, one }) => formatter.wrong(label, one)),
      garbled: none("garbled", flaws, label),
      twicePercent: { value: percent(doubled.length, arrivals.length), atMost: bounds.twiceShare * 100 },
      rekeyed: none("under another key", rekeyed(history), arrival),
      stale: none("older after newer", stale(history), arrival),
      mixedTopics: none("mixed topics", mixedTopics(history), arrival),
      malformed: none("unmannerly", malformed(history), request),
      tooSoon: none("too soon", tooSoon(history), (one) => formatter.prematureRequest(one)),
      afterTheEnd: none("after 410", afterTheEnd(history), request),
      toRevoked: none("to a revoked device", toRevoked(history), request),
      notCleared: none(
        "not cleared",
        cleared.filter(({ isMet }) => !isMet),
        (one) => formatter.clearExpectation(one),
      ),
      clearedUnread: none("cleared unread", clearedUnread(history), arrival),
    },
    seen: {
      dueBy: countBy(expectations, ({ reason }) => reason),
      wrongBy: countBy(wrongs, ({ label }) => label),
      tooSoonBy: countBy(tooSoon(history), ({ isSame }) => (isSame ? "same channel" : "another channel")),
      requests: countBy(history.requests, ({ outcome }) => outcome),
      notes: countBy(arrivals, ({ note }) => note.type),
      duplicates: doubled.length,
      clearancesDue: cleared.length,
      messages: [...history.channels.values()].reduce((sum, { messages }) => sum + messages.length, 0),
      ...timesOf(history, expectations),
    },
    examples,
  };
}

const isPrompt = ({ reason }: Expectation): boolean => reason !== "still unread";

const labelled = <T>(one: T, label: string | null): { label: string; one: T }[] =>
  label === null ? [] : [{ label, one }];

function timesOf(history: History, expectations: readonly Expectation[]): Record<string, unknown> {
  const delays = expectations
    .filter(isPrompt)
    .flatMap(({ arrivedAt, message }) => (arrivedAt === null ? [] : [arrivedAt - message.doneAt]))
    .sort((a, b) => a - b);
  const gaps = groupIntervals(history);
  return {
    delaySeconds: {
      median: secondsAt(delays, 0.5),
      p90: secondsAt(delays, 0.9),
      p99: secondsAt(delays, 0.99),
      max: secondsAt(delays, 1),
    },
    groupPaceSeconds: { pairs: gaps.length, least: secondsAt(gaps, 0), tenth: secondsAt(gaps, 0.1) },
  };
}

const percent = (part: number, whole: number): number => Math.round((10_000 * part) / Math.max(1, whole)) / 100;

const secondsAt = (sorted: readonly number[], share: number): number | null => {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : Math.round(value / 100) / 10;
};

function countBy<T>(list: readonly T[], nameOf: (one: T) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(list, nameOf)].map(([name, group]) => [name, group.length]));
}
