// The table of what presence costs: by the hour and the month of somebody who is online, and by each time they are gone and back.
import { type Bill, dollarsOf } from "../../src/domain/prices.ts";
import type { Bar } from "../simulation/kit/report.ts";
import { figure, row } from "./markdown.ts";
import { type Counts, total } from "./reading.ts";
import type { Watched } from "./watching.ts";

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

const perHour = ({ people, idle }: Watched): Item[] =>
  itemsOf(idle.own, idle.others).map((item) => ({
    ...item,
    count: (item.count * HOUR_MS) / idle.measuredMs / people,
  }));

const perFlap = ({ people, flap }: Watched): Item[] =>
  itemsOf(flap.own, flap.others).map((item) => ({ ...item, count: item.count / people }));

/** Somebody whom nobody watches costs nothing while they do nothing. */
export const watchingBars = (measured: readonly Watched[]): Record<string, Bar> => ({
  countedWhileUnwatched: {
    value: measured
      .filter(({ watchers }) => watchers === 0)
      .flatMap((one) => itemsOf(one.idle.own, one.idle.others))
      .reduce((sum, { count }) => sum + count, 0),
    atMost: 0,
  },
});

export function watchingTable(measured: readonly Watched[]): string[] {
  const flapping = measured.filter(({ watchers }) => watchers > 0);
  const columns = [...measured.map(perHour), ...flapping.map(perFlap)];
  const head = [
    "",
    ...measured.map(({ watchers }) => `an hour online, watched by ${watchers}`),
    ...flapping.map(({ watchers }) => `gone and back, watched by ${watchers}`),
  ];
  const names = columns[0]?.map(({ name }) => name) ?? [];
  const rowsOf = (items: readonly Item[]) =>
    items.filter(({ billedAs }) => billedAs === "rowWritten").reduce((sum, { count }) => sum + count, 0);
  return [
    "**Presence: somebody who is online and does nothing, and a drop for longer than the grace with the way back**",
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
    "The Worker's request and the directory's rows of the way back are those of any connection, and not in it.",
    "",
  ];
}
