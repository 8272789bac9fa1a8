/** Removes a pasted "@". Fields already show one before the input. */
export const withoutAt = (typed: string): string => typed.trimStart().replace(/^@+/, "");

/** Folds a typed handle as the server does. */
export const foldHandle = (typed: string): string => withoutAt(typed).trim().toLowerCase();
