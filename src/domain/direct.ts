/**
 * Returns the key of the direct channel of two users. The key is the same in either order, so that
 * a pair has one channel. The channel of a user with themselves is for notes.
 */
export const directKey = (a: string, b: string): string => (a < b ? `${a}:${b}` : `${b}:${a}`);

/** Returns the users of the direct channel with this key: two, or one for their own notes. */
export const usersOfDirectKey = (key: string): string[] => [...new Set(key.split(":"))];
