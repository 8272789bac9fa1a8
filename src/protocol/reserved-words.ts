// Words that are no handles: those that address everyone, and those that people take for the
// service or its operator. Databases may hold older accounts with such a handle. They can sign in,
// but "@word" never mentions them.
/** Bound: constant. */
const words = new Set([
  // Words that address a group.
  "here",
  "channel",
  "everyone",
  "everybody",
  "all",
  "group",
  "online",
  // Words that stand for the service or for who runs it.
  "parley",
  "admin",
  "administrator",
  "moderator",
  "operator",
  "owner",
  "root",
  "security",
  "staff",
  "support",
  "system",
]);

/** Returns whether a word in lower case is reserved. */
export const isReservedWord = (word: string): boolean => words.has(word);

/**
 * Returns whether nobody may register a handle. Dots, dashes and underscores do not make another
 * word: "he.re" and "admin_" are reserved too. Handles have ASCII letters only, so no other
 * spelling of a word exists.
 */
export const isReservedHandle = (handle: string): boolean => words.has(handle.toLowerCase().replace(/[._-]/g, ""));

/**
 * Returns whether an account has a handle that nobody could register now: a reserved word, or one
 * that ends with punctuation, which belongs to the sentence in a text. Its owner is asked for
 * another handle.
 */
export const isRefusedHandle = (handle: string): boolean => isReservedHandle(handle) || /[._-]$/.test(handle);
