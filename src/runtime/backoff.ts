/** How long to wait after so many failures in a row, the first being 1: `firstMs`, and twice as long each time, up to `mostMs`. Milliseconds. */
export const exponentialBackoff = (failures: number, firstMs: number, mostMs: number): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 20));
