/** Whether less than `ms` have passed since `from`, both in milliseconds; a clock that went back tells nobody how long it was, and null is never. */
export const isWithin = (ms: number, from: number | null, now: number): boolean =>
  from !== null && now >= from && now - from < ms;
