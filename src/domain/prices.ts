// What the platform takes for what we count: the one price list, with the day it was read off.

/** developers.cloudflare.com: Durable Objects, D1, Queues and Workers pricing, paid plan, beyond what is included. */
export const pricesOf = "2026-11-21";

/** Dollars per million. */
export const prices = {
  rowWritten: 1,
  rowRead: 0.001,
  /** RPC, HTTP, alarm. */
  objectRequest: 0.15,
  /** Twenty incoming frames are one request. */
  socketMessage: 0.15 / 20,
  queueOperation: 0.4,
  workerRequest: 0.3,
} as const;

/** What is counted, by what it is billed as. */
export type Bill = Partial<Record<keyof typeof prices, number>>;

export const dollarsOf = (bill: Bill): number =>
  (Object.keys(prices) as (keyof typeof prices)[]).reduce(
    (sum, name) => sum + ((bill[name] ?? 0) * prices[name]) / 1e6,
    0,
  );
