// The budget of text for a day. A day is a day of UTC, counted from the epoch.

const DAY_MS = 86_400_000;

/** Returns the number of the day of a time. Epoch milliseconds. */
export const budgetDayOf = (at: number): number => Math.floor(at / DAY_MS);

/** Returns how long the budget of a day stays used up. */
export const msUntilNextBudget = (day: number, now: number): number => Math.max(0, (day + 1) * DAY_MS - now);

/** Returns the first millisecond of a day. */
export const startOfBudgetDay = (day: number): number => day * DAY_MS;
