/** People paste "@alice" and type "Alice"; the server folds it the same way. */
export const foldHandle = (typed: string): string => typed.trim().replace(/^@/, "").toLowerCase();
