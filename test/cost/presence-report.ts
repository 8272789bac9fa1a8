// The table of what presence costs: for an hour and a month online, and for each drop and return.
import { type Bill, dollarsOf } from "../../src/domain/prices.ts";
import type { Bar } from "../simulation/kit/report.ts";
import { figure, row } from "./markdown.ts";
import { type Counts, total } from "./meter-reading.ts";
import type { PresenceCost } from "./presence-cost.ts";

const HOUR_MS = 3_600_000;
const HOURS_PER_MONTH = 730;

interface Item {
  name: string;
  billedAs: keyof Bill;
  count: number;
}

const itemsOf = (own: Counts, others: Counts): Item[] => {
  const { alarm = 0, ...calls } = own.requests;
  return [
    { name: "rows written: presence", billedAs: "rowWritten", count: total(own.written) },
    { name: "rows written: alarms", billedAs: "rowWritten", count: total(own.alarmsArmed) },
    {
      name: "rows written: watchers",
      billedAs: "rowWritten",
      count: total(others.written) + total(others.alarmsArmed),
    },
    { name: "rows read", billedAs: "rowRead", count: own.read + others.read },
    { name: "requests: alarms", billedAs: "objectRequest", count: alarm },
    { name: "requests: others to them", billedAs: "objectRequest", count: total(calls) },
    { name: "requests: to watchers", billedAs: "objectRequest", count: total(others.requests) },
    {
      name: "incoming socket messages (20 are a request)",
      billedAs: "socketMessage",
      count: own.socketMessages + others.socketMessages,
    },
  ];
};

const dollars = (items: readonly Item[]): number =>
  items.reduce((sum, { billedAs, count }) => sum + dollarsOf({ [billedAs]: count }), 0);

const perHour = ({ people, idle }: PresenceCost): Item[] =>
  itemsOf(idle.own, idle.others).map((item) => ({
    ...item,
    count: (item.count * HOUR_MS) / idle.measuredMs / people,
  }));

const perFlap = ({ people, flap }: PresenceCost): Item[] =>
  itemsOf(flap.own, flap.others).map((item) => ({ ...item, count: item.count / people }));

/** An idle person without watchers costs nothing. */
export const presenceBars = (measured: readonly PresenceCost[]): Record<string, Bar> => ({
  countedWhileUnwatched: {
    value: measured
      .filter(({ watchers }) => watchers === 0)
      .flatMap((one) => itemsOf(one.idle.own, one.idle.others))
      .reduce((sum, { count }) => sum + count, 0),
    atMost: 0,
  },
});

export function presenceTable(measured: readonly PresenceCost[]): string[] {
  const flapping = measured.filter(({ watchers }) => watchers > 0);
  const columns = [...measured.map(perHour), ...flapping.map(perFlap)];
  const head = [
    "",
    ...measured.map(({ watchers }) => `an hour online, watched by ${watchers}`),
    ...flapping.map(({ watchers }) => `a drop and return, watched by ${watchers}`),
  ];
  const names = columns[0]?.map(({ name }) => name) ?? [];
  const rowsOf = (items: readonly Item[]) =>
    items.filter(({ billedAs }) => billedAs === "rowWritten").reduce((sum, { count }) => sum + count, 0);
  return [
    "**Presence: an idle person online, and a drop for longer than the grace period with the return**",
    "",
    row(head),
    row(head.map((_, at) => (at === 0 ? "---" : "---:"))),
    ...names.map((name, at) => row([name, ...columns.map((items) => figure(items[at]?.count ?? 0))])),
    row(["**rows written, all in**", ...columns.map((items) => `**${figure(rowsOf(items))}**`)]),
    row(["**dollars a million, all in**", ...columns.map((items) => `**${figure(dollars(items) * 1e6)}**`)]),
    row([
      "**dollars a month online, all in**",
      ...measured.map((one) => `**${(dollars(perHour(one)) * HOURS_PER_MONTH).toFixed(6)}**`),
      ...flapping.map(() => ""),
    ]),
    "",
    `Counted over ${(measured[0]?.idle.measuredMs ?? 0) / 1_000} s after the first lease; people: ${measured.map(({ watchers, people }) => `${people} watched by ${watchers}`).join(", ")}.`,
    "The return costs a Worker request and directory rows like any connection; they are not included.",
    "",
  ];
}
