// The ledger, judged: numbers with their bounds, and the first examples of what is wrong.
import type { Bar } from "../load/scenario.ts";
import { bounds } from "./bounds.ts";
import { flawOf } from "./content.ts";
import { type Duty, dutiesOf } from "./due.ts";
import type { Ledger } from "./ledger.ts";
import { afterTheEnd, mixedTopics, paces, renamed, stale, tooSoon, toRevoked, twice, unmannerly } from "./manners.ts";
import { clearances, clearedUnread } from "./taking-back.ts";
import { Telling } from "./telling.ts";
import { wrongOf } from "./wrong.ts";

export interface Verdict {
  bars: Record<string, Bar>;
  seen: Record<string, unknown>;
  examples: string[];
}

const EXAMPLES = 8;

export function judge(ledger: Ledger, startedAt: number): Verdict {
  const examples: string[] = [];
  /** None of it may be. */
  const none = <T>(what: string, found: readonly T[], tell: (one: T) => string): Bar => {
    for (const one of found.slice(0, EXAMPLES)) examples.push(`${what}: ${tell(one)}`);
    return { value: found.length, atMost: 0 };
  };
  const telling = new Telling(ledger, startedAt);
  const { arrivals } = ledger;
  const duties = dutiesOf(ledger).filter(({ isVoid }) => !isVoid);
  const missed = duties.filter(({ arrivedAt, deadline }) => arrivedAt === null || arrivedAt > deadline);
  const wrongs = arrivals.flatMap((arrival) => labelled(arrival, wrongOf(ledger, arrival)));
  const flaws = arrivals.flatMap((arrival) => labelled(arrival, flawOf(ledger, arrival)));
  const doubled = twice(ledger);
  const cleared = clearances(ledger);
  const duty = (one: Duty) => telling.duty(one);
  const arrival = (one: (typeof arrivals)[number]) => telling.arrival(one);
  const label = ({ label, one }: (typeof wrongs)[number]) => `${label}, ${arrival(one)}`;
  const knock = (one: (typeof ledger.knocks)[number]) => telling.knock(one);

  return {
    bars: {
      due: { value: duties.length, atLeast: 1 },
      missed: none("missed", missed.filter(isPrompt), duty),
      missedLater: none(
        "missed a minute later",
        missed.filter((one) => !isPrompt(one)),
        duty,
      ),
      wrong: none("wrong", wrongs, ({ label, one }) => telling.wrong(label, one)),
      garbled: none("garbled", flaws, label),
      twicePercent: { value: percent(doubled.length, arrivals.length), atMost: bounds.twiceShare * 100 },
      renamed: none("under another key", renamed(ledger), arrival),
      stale: none("older after newer", stale(ledger), arrival),
      mixedTopics: none("mixed topics", mixedTopics(ledger), arrival),
      unmannerly: none("unmannerly", unmannerly(ledger), knock),
      tooSoon: none("too soon", tooSoon(ledger), (one) => telling.impatience(one)),
      afterTheEnd: none("after 410", afterTheEnd(ledger), knock),
      toRevoked: none("to a device given back", toRevoked(ledger), knock),
      notCleared: none(
        "not taken back",
        cleared.filter(({ isMet }) => !isMet),
        (one) => telling.clearance(one),
      ),
      clearedUnread: none("taken back unread", clearedUnread(ledger), arrival),
    },
    seen: {
      dueBy: countBy(duties, ({ why }) => why),
      wrongBy: countBy(wrongs, ({ label }) => label),
      tooSoonBy: countBy(tooSoon(ledger), ({ isSame }) => (isSame ? "same channel" : "another channel")),
      requests: countBy(ledger.knocks, ({ fate }) => fate),
      notes: countBy(arrivals, ({ note }) => note.type),
      twice: doubled.length,
      clearancesDue: cleared.length,
      messages: [...ledger.talks.values()].reduce((sum, { said }) => sum + said.length, 0),
      ...timesOf(ledger, duties),
    },
    examples,
  };
}

const isPrompt = ({ why }: Duty): boolean => why !== "still unread";

const labelled = <T>(one: T, label: string | null): { label: string; one: T }[] =>
  label === null ? [] : [{ label, one }];

function timesOf(ledger: Ledger, duties: readonly Duty[]): Record<string, unknown> {
  const delays = duties
    .filter(isPrompt)
    .flatMap(({ arrivedAt, said }) => (arrivedAt === null ? [] : [arrivedAt - said.doneAt]))
    .sort((a, b) => a - b);
  const gaps = paces(ledger);
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
