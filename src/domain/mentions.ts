// Whom a text calls. Found here and nowhere else, so that every entrance finds the same.
import type { Mentions } from "../protocol";

export const noMentions: Mentions = { users: [], all: null };

/** Code is quoted, not spoken. */
const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
const called = /(?<![\p{L}\p{N}_@./-])@([a-z0-9][a-z0-9._-]*)/giu;

/** `mayCallAll`: whether `@here` and `@channel` mean everyone; for others they are only words. */
export function findMentions(text: string, members: ReadonlyMap<string, string>, mayMentionAll: boolean): Mentions {
  if (!text.includes("@")) return noMentions;
  const users = new Set<string>();
  let all: Mentions["all"] = null;
  for (const [, typed = ""] of text.replace(code, " ").matchAll(called)) {
    const handle = typed.toLowerCase();
    // A full stop behind a handle ends a sentence, unless somebody is called so.
    const user = members.get(handle) ?? members.get(handle.replace(/[._-]+$/, ""));
    const word = handle.replace(/[._-]+$/, "");
    if (user !== undefined) users.add(user);
    else if (mayMentionAll && (word === "here" || word === "channel")) all = all === "channel" ? all : word;
  }
  return users.size === 0 && all === null ? noMentions : { users: [...users], all };
}
