/** Fields show the "@" themselves; people paste it all the same. */
export const withoutAt = (typed: string): string => typed.trimStart().replace(/^@+/, "");

/** People type "Alice "; the server folds it the same way. */
export const foldHandle = (typed: string): string => withoutAt(typed).trim().toLowerCase();
