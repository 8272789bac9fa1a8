/** Fields show an "@" before the input. People paste another one. */
export const withoutAt = (typed: string): string => typed.trimStart().replace(/^@+/, "");

/** Folds a typed handle as the server does. */
export const foldHandle = (typed: string): string => withoutAt(typed).trim().toLowerCase();
