// Limits as people read them, for the texts of errors and close reasons.

/** Returns an integer with commas between its thousands. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** Returns a size in MiB. */
export const inMebibytes = (bytes: number): string => `${bytes / 1024 ** 2} MiB`;
