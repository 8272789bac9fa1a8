// Finds the mentions of a text, for messages of sockets and of HTTP.
import type { Mentions } from "../protocol";

export const noMentions: Mentions = { users: [], all: null };

/** Code blocks and code spans. A handle in code is not a mention. */
const codePattern = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
const mentionPattern = /(?<![\p{L}\p{N}_@./-])@([a-z0-9][a-z0-9._-]*)/giu;

/**
 * Returns the mentions of a text. Without `mayMentionAll`, `@here` and `@channel` are plain words.
 */
export function findMentions(text: string, members: ReadonlyMap<string, string>, mayMentionAll: boolean): Mentions {
  if (!text.includes("@")) return noMentions;
  const users = new Set<string>();
  let all: Mentions["all"] = null;
  for (const [, typed = ""] of text.replace(codePattern, " ").matchAll(mentionPattern)) {
    const handle = typed.toLowerCase();
    // A full stop after a handle ends a sentence, unless a member's handle ends with it.
    const word = handle.replace(/[._-]+$/, "");
    const user = members.get(handle) ?? members.get(word);
    if (user !== undefined) users.add(user);
    else if (mayMentionAll && (word === "here" || word === "channel")) all = all === "channel" ? all : word;
  }
  return users.size === 0 && all === null ? noMentions : { users: [...users], all };
}
