// The prices of the platform for what this server counts.

/**
 * The day of the prices. Source: developers.cloudflare.com, pricing of Durable Objects, D1, Queues
 * and Workers on the paid plan, beyond the included amounts.
 */
export const pricesOf = "2026-11-21";

/** Dollars per million. */
export const prices = {
  rowWritten: 1,
  rowRead: 0.001,
  /** An RPC, HTTP request or alarm. */
  objectRequest: 0.15,
  /** Twenty incoming frames are billed as one request. */
  socketMessage: 0.15 / 20,
  queueOperation: 0.4,
  workerRequest: 0.3,
} as const;

/** Counts by their item in the price list. */
export type Bill = Partial<Record<keyof typeof prices, number>>;

export const dollarsOf = (bill: Bill): number =>
  (Object.keys(prices) as (keyof typeof prices)[]).reduce(
    (sum, name) => sum + ((bill[name] ?? 0) * prices[name]) / 1e6,
    0,
  );
