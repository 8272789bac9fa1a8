// The mentions of a text: how the server finds them, and how clients count and show them. Only
// plain text mentions somebody: code, quotes, addresses and the labels of links do not.
import { limits } from "../limits";
import type { Mentions } from "../message";
import { isReservedWord } from "../reserved-words";
import { characterAt, characterBefore, isAttached, isSpacedWord, isWordCharacter } from "./characters";
import { parse } from "./parse";
import type { Block, Inline, TextNode } from "./tree";

export const noMentions: Mentions = { users: [], all: null };

/** A mention in a text: `from` is the position of its "@", `to` the end of its name. */
export interface FoundMention {
  name: string;
  from: number;
  to: number;
}

const handleAfter = /^@([a-z0-9][a-z0-9._-]*)/i;
/** After these no mention begins. */
const joining = "@/\\";
/** Nor after these behind a word of a script with spaces: "a.@b", "me-@b", but not "네..@b". */
const joiningWords = ".-";
/** One of these may be between two mentions. */
const separators = "./-";
/** A handle of today does not end with these. */
const endings = "._-";

/**
 * Returns the mentions in one piece of text. `before` is the character before it. `isName` says
 * whether somebody has a handle, in lower case.
 */
export function mentionsIn(
  { text, before }: Pick<TextNode, "text" | "before">,
  isName: (handle: string) => boolean,
): FoundMention[] {
  const found: FoundMention[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const end = found.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
    // A mention may follow another one, directly or behind one sign: "@bob/@minji".
    const follows = end === at || (end === at - 1 && separators.includes(text.charAt(end)));
    if (!follows && !mayPrecede(text, at, before)) continue;
    const name = nameAt(text, at, isName);
    if (name !== null) found.push({ name, from: at, to: at + 1 + name.length });
  }
  return found;
}

function mayPrecede(text: string, at: number, before: string): boolean {
  const character = at === 0 ? before : characterBefore(text, at);
  if (character === "" || isAttached(character)) return true;
  if (joiningWords.includes(character)) return !isSpacedWord(at > 1 ? characterBefore(text, at - 1) : before);
  return !isWordCharacter(character) && !joining.includes(character);
}

/**
 * Returns the name after an "@": the longest handle that somebody has. What follows it is no letter
 * or digit of a handle. A handle that ends with a dot, a dash or an underscore, which only an older
 * account has, is the last choice: the sign may belong to the sentence.
 */
function nameAt(text: string, at: number, isName: (handle: string) => boolean): string | null {
  const typed = handleAfter.exec(text.slice(at, at + limits.handleMax + 2))?.[1]?.toLowerCase() ?? "";
  // A letter that no handle has belongs to the same word: "@josé" is not "@jos".
  const isCut = isSpacedWord(characterAt(text, at + 1 + typed.length));
  let withEnding: string | null = null;
  for (let length = Math.min(isCut ? typed.length - 1 : typed.length, limits.handleMax); length > 0; length--) {
    const name = typed.slice(0, length);
    if (!mayEnd(typed, length) || !isName(name)) continue;
    if (!endings.includes(name.charAt(length - 1))) return name;
    withEnding ??= name;
  }
  return withEnding;
}

/** A handle that is as good as any other. */
const PROBE = "q0q";

/** Whether a handle between two parts of a text mentions its owner. `isName` as in `mentionsIn`. */
export function mentionsBetween(before: string, after: string, isName: (handle: string) => boolean): boolean {
  const isProbeOrName = (handle: string) => handle === PROBE || isName(handle);
  const count = (text: string) => {
    let probes = 0;
    for (const node of mentioningTexts(parse(text)))
      for (const { name } of mentionsIn(node, isProbeOrName)) if (name === PROBE) probes++;
    return probes;
  };
  return count(before + after) < count(`${before}@${PROBE} ${after}`);
}

/** A sentence may go on behind a dot: "@bob.Thanks". "@bob-lee" is another handle than "@bob". */
const mayEnd = (typed: string, length: number): boolean =>
  typed.charAt(length) === "." || withoutEnding(typed).length <= length;

/** Users by handle, as far as mentions ask for them. */
export type UsersByHandle = Pick<ReadonlyMap<string, string>, "has" | "get">;

/**
 * Returns the mentions of a message. `members` holds users by handle. Without `mayMentionAll`,
 * `@here` and `@channel` are plain words. A reserved word never mentions a user. Takes linear time.
 */
export function findMentions(text: string, members: UsersByHandle, mayMentionAll: boolean): Mentions {
  if (!text.includes("@")) return noMentions;
  const users = new Set<string>();
  let all: Mentions["all"] = null;
  const isName = (handle: string) => (isReservedWord(withoutEnding(handle)) ? isForAll(handle) : members.has(handle));
  for (const node of mentioningTexts(parse(text))) {
    for (const { name } of mentionsIn(node, isName)) {
      const user = isForAll(name) ? undefined : members.get(name);
      if (user !== undefined) users.add(user);
      else if (isForAll(name) && mayMentionAll) all = all === "channel" ? all : name;
    }
  }
  return users.size === 0 && all === null ? noMentions : { users: [...users], all };
}

const isForAll = (name: string): name is "here" | "channel" => name === "here" || name === "channel";

function withoutEnding(handle: string): string {
  let end = handle.length;
  while (end > 0 && endings.includes(handle.charAt(end - 1))) end--;
  return handle.slice(0, end);
}

/** Returns the texts in which mentions count. */
function* mentioningTexts(blocks: readonly Block[]): Generator<TextNode> {
  for (const block of blocks) {
    if (block.kind === "paragraph") yield* textsOf(block.children);
    if (block.kind === "list") for (const { children } of block.items) yield* mentioningTexts(children);
  }
}

function* textsOf(nodes: readonly Inline[]): Generator<TextNode> {
  for (const node of nodes) {
    if (node.kind === "text") yield node;
    else if (node.kind !== "code" && node.kind !== "link") yield* textsOf(node.children);
  }
}
