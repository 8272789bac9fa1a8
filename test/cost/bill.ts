// Converts counts to costs: each count under the name of its price, with channel objects, user
// objects and databases apart.
import { type Bill, dollarsOf, type prices } from "../../src/domain/prices.ts";
import { between, type Counts, type Reading, total } from "./meter-reading.ts";

/** The counts of a part of the run. */
export interface Tally {
  messages: number;
  channel: Counts;
  users: Counts;
  /** What belongs to no channel and no user. */
  worker: Counts;
}

export function tally(
  before: Reading,
  after: Reading,
  channel: string,
  users: readonly string[],
  messages: number,
): Tally {
  return {
    messages,
    channel: between(before, after, [channel]),
    users: between(before, after, users),
    worker: between(before, after, ["worker"]),
  };
}

export interface Item {
  name: string;
  billedAs: keyof typeof prices;
  /** The count in the whole part. */
  count: number;
}

/** Each message of a queue is written, read and deleted. */
const OPERATIONS = 3;

/** Returns every item, in the order of the report. */
export function itemsOf({ channel, users, worker }: Tally): Item[] {
  const { entries = 0, ...others } = channel.written;
  const { alarm = 0, ...calls } = channel.requests;
  const row = (name: string, count: number): Item => ({ name, billedAs: "rowWritten", count });
  return [
    row("rows written: the log", entries),
    row("rows written: other tables of the channel", total(others)),
    row("rows written: alarms of the channel", total(channel.alarmsArmed)),
    row("rows written: inbox rows of user objects", total(users.written)),
    row("rows written: alarms of user objects", total(users.alarmsArmed)),
    row("rows written: archive and subscriptions (D1)", channel.databaseWritten),
    row("rows written: directory (D1)", worker.databaseWritten),
    { name: "rows read: channel", billedAs: "rowRead", count: channel.read },
    { name: "rows read: user objects", billedAs: "rowRead", count: users.read },
    {
      name: "rows read: D1",
      billedAs: "rowRead",
      count: channel.databaseRead + users.databaseRead + worker.databaseRead,
    },
    { name: "requests: to the channel", billedAs: "objectRequest", count: total(calls) },
    { name: "requests: alarms of the channel", billedAs: "objectRequest", count: alarm },
    { name: "requests: to user objects", billedAs: "objectRequest", count: total(users.requests) },
    {
      name: "incoming socket messages (20 are a request)",
      billedAs: "socketMessage",
      count: channel.socketMessages + users.socketMessages,
    },
    { name: "queue operations", billedAs: "queueOperation", count: channel.queueMessages * OPERATIONS },
    {
      name: "Worker requests",
      billedAs: "workerRequest",
      count: channel.workerRequests + users.workerRequests + worker.workerRequests,
    },
  ];
}

const dollars = ({ billedAs, count }: Item): number => dollarsOf({ [billedAs]: count } satisfies Bill);

export interface Line {
  item: string;
  perMessage: number;
  dollarsPerMillion: number;
}

export const linesOf = (part: Tally): Line[] =>
  itemsOf(part).map((item) => ({
    item: item.name,
    perMessage: item.count / part.messages,
    dollarsPerMillion: (dollars(item) / part.messages) * 1e6,
  }));

export const rowsWrittenPerMessage = (part: Tally): number =>
  itemsOf(part)
    .filter(({ billedAs }) => billedAs === "rowWritten")
    .reduce((sum, { count }) => sum + count, 0) / part.messages;

export const dollarsPerMillion = (part: Tally): number =>
  linesOf(part).reduce((sum, line) => sum + line.dollarsPerMillion, 0);
