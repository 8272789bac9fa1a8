// What the channels of the server cost.
import { type ChannelUsage, channelUsageList } from "../../protocol";
import { askOperator } from "./operator-request";

export interface UsagePage {
  items: readonly ChannelUsage[];
  next: string | null;
  pricesOf: string;
}

const PAGE = 50;

/** Loads a page of usages. Throws an OperatorError. */
export function askUsages(token: string, cursor: string | null): Promise<UsagePage> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== null && { cursor }) });
  return askOperator(token, `/v1/operator/channels?${query}`, channelUsageList);
}

/** The sums over several channels. */
export interface UsageTotal {
  members: number;
  messages: number;
  /** The number of messages that the usage below was counted for. */
  counted: number;
  head: number;
  behind: number;
  rowsWritten: number;
  rowsRead: number;
  archiveRowsWritten: number;
  archiveRowsRead: number;
  objectRequests: number;
  socketMessages: number;
  /** The cost in dollars; null while nothing is counted. */
  dollars: number | null;
  dollarsPerMillion: number | null;
}

export function totalOf(channels: readonly ChannelUsage[]): UsageTotal {
  const sum = (count: (channel: ChannelUsage) => number) =>
    channels.reduce((total, channel) => total + count(channel), 0);
  const known = channels.filter(({ dollars }) => dollars !== null);
  const dollars = known.length === 0 ? null : sum((channel) => channel.dollars ?? 0);
  const paidFor = known.reduce((messages, channel) => messages + channel.messages, 0);
  return {
    members: sum((channel) => channel.members),
    messages: sum((channel) => channel.messages),
    counted: sum(({ usage }) => usage.messages),
    head: sum((channel) => channel.head),
    behind: sum(({ head, archived }) => Math.max(0, head - archived)),
    rowsWritten: sum(({ usage }) => usage.rowsWritten),
    rowsRead: sum(({ usage }) => usage.rowsRead),
    archiveRowsWritten: sum(({ usage }) => usage.archiveRowsWritten),
    archiveRowsRead: sum(({ usage }) => usage.archiveRowsRead),
    objectRequests: sum(({ usage }) => usage.objectRequests),
    socketMessages: sum(({ usage }) => usage.socketMessages),
    dollars,
    dollarsPerMillion: dollars !== null && paidFor > 0 ? (dollars / paidFor) * 1_000_000 : null,
  };
}
