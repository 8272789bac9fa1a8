// The mentions of a text: how the server finds them, and how clients count and show them.
import type { Mentions } from "./message";
import { isReservedWord } from "./reserved-words";

export const noMentions: Mentions = { users: [], all: null };

/** Code blocks and code spans. A handle in code is not a mention. */
const codePattern = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
const mentionPattern = /(?<![\p{L}\p{N}_@./-])@([a-z0-9][a-z0-9._-]*)/giu;

/** A name that was typed after an "@". */
export interface TypedMention {
  /** The position of the "@". */
  at: number;
  /** In lower case, with all of its punctuation. */
  handle: string;
  /** Without the punctuation at its end, which may belong to the sentence. */
  word: string;
}

/** Returns what a text mentions, whether or not there is such a name. Takes linear time. */
export function typedMentions(text: string): TypedMention[] {
  if (!text.includes("@")) return [];
  return [...text.matchAll(mentionPattern)].map((match) => {
    const handle = (match[1] ?? "").toLowerCase();
    let end = handle.length;
    while (end > 0 && "._-".includes(handle.charAt(end - 1))) end--;
    return { at: match.index, handle, word: handle.slice(0, end) };
  });
}

/**
 * Returns the name in `names` that a mention means: the whole handle, or the word before the
 * punctuation. Null if neither is a name.
 */
export function mentionedName({ handle, word }: TypedMention, names: { has(name: string): boolean }): string | null {
  if (names.has(handle)) return handle;
  return names.has(word) ? word : null;
}

/**
 * Returns the mentions of a text. `members` holds users by handle. Without `mayMentionAll`, `@here`
 * and `@channel` are plain words. A reserved word never mentions a user.
 */
export function findMentions(text: string, members: ReadonlyMap<string, string>, mayMentionAll: boolean): Mentions {
  if (!text.includes("@")) return noMentions;
  const users = new Set<string>();
  let all: Mentions["all"] = null;
  for (const typed of typedMentions(text.replace(codePattern, " "))) {
    const { word } = typed;
    if (isReservedWord(word)) {
      if (mayMentionAll && (word === "here" || word === "channel")) all = all === "channel" ? all : word;
      continue;
    }
    const user = members.get(mentionedName(typed, members) ?? "");
    if (user !== undefined) users.add(user);
  }
  return users.size === 0 && all === null ? noMentions : { users: [...users], all };
}
