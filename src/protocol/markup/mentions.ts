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
  /** A handle, the name of a role or a word for everyone, in lower case. */
  name: string;
  isRole: boolean;
  from: number;
  to: number;
}

/** Roles by their names. */
export interface NamedRoles<Role> {
  /** By name in lower case. Bound: `guildRoles` roles. */
  byName: ReadonlyMap<string, Role>;
  /** How long the names are, the longest first, each once. */
  lengths: readonly number[];
}

/** Returns roles by their names. The first of several with one name counts. */
export function namedRoles<Role extends { name: string }>(roles: readonly Role[]): NamedRoles<Role> {
  const byName = new Map<string, Role>();
  for (const role of roles) {
    const name = role.name.toLowerCase();
    if (!isForAll(name) && name !== "everyone" && !byName.has(name)) byName.set(name, role);
  }
  const lengths = [...new Set([...byName.keys()].map(({ length }) => length))].sort((one, other) => other - one);
  return { byName, lengths };
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
 * whether somebody has a handle, in lower case. A role is meant where its name is longer than any
 * handle there.
 */
export function mentionsIn(
  { text, before }: Pick<TextNode, "text" | "before">,
  isName: (handle: string) => boolean,
  roles: NamedRoles<unknown> | null = null,
): FoundMention[] {
  const found: FoundMention[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const end = found.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
    // A mention may follow another one, directly or behind one sign: "@bob/@minji".
    const follows = end === at || (end === at - 1 && separators.includes(text.charAt(end)));
    if (!follows && !mayPrecede(text, at, before)) continue;
    const handle = nameAt(text, at, isName);
    const role = roles && roleAt(text, at, roles, handle?.length ?? 0);
    const name = role ?? handle;
    if (name !== null) found.push({ name, isRole: role !== null, from: at, to: at + 1 + name.length });
  }
  return found;
}

/** Returns the longest name of a role after an "@" that is longer than `handle`; null for none. */
function roleAt(text: string, at: number, { byName, lengths }: NamedRoles<unknown>, handle: number): string | null {
  for (const length of lengths) {
    if (length <= handle) return null;
    const name = text.slice(at + 1, at + 1 + length).toLowerCase();
    if (name.length === length && byName.has(name) && !isSpacedWord(characterAt(text, at + 1 + length))) return name;
  }
  return null;
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

/** A role of a guild, as far as a text can mention it. */
export interface MentionedRole {
  id: string;
  /** Whether everyone may mention it. */
  mentionable: boolean;
  /** The members of the channel who have it; null in a large channel, which does not know them. */
  users: readonly string[] | null;
}

/** What a text mentions, and how many people and roles it names for that. */
export interface CountedMentions {
  mentions: Mentions;
  names: number;
}

const nothing: CountedMentions = { mentions: noMentions, names: 0 };

/**
 * Returns the mentions of a message. `members` holds users by handle. Without `mayMentionAll`,
 * `@here`, `@channel` and roles that are not mentionable are plain words, and so is a role that
 * nobody in the channel has. A reserved word never mentions a user. Takes linear time.
 */
export function countMentions(
  text: string,
  members: UsersByHandle,
  mayMentionAll: boolean,
  roles: NamedRoles<MentionedRole> | null = null,
): CountedMentions {
  if (!text.includes("@")) return nothing;
  const named = new Set<string>();
  const ofRoles = new Map<string, MentionedRole>();
  let all: Mentions["all"] = null;
  const isName = (handle: string) => (isReservedWord(withoutEnding(handle)) ? isForAll(handle) : members.has(handle));
  for (const node of mentioningTexts(parse(text))) {
    for (const { name, isRole } of mentionsIn(node, isName, roles)) {
      if (isRole) {
        const role = roles?.byName.get(name);
        const isHeld = role?.users === null || (role?.users.length ?? 0) > 0;
        if (role && isHeld && (role.mentionable || mayMentionAll)) ofRoles.set(role.id, role);
        continue;
      }
      const user = isForAll(name) ? undefined : members.get(name);
      if (user !== undefined) named.add(user);
      else if (isForAll(name) && mayMentionAll) all = all === "channel" ? all : name;
    }
  }
  const names = named.size + ofRoles.size;
  if (names === 0 && all === null) return nothing;
  const users = [...new Set([...named, ...[...ofRoles.values()].flatMap((role) => role.users ?? [])])];
  return { mentions: { users, all, ...(ofRoles.size > 0 && { roles: [...ofRoles.keys()] }) }, names };
}

/** Returns the mentions of a message in a channel without roles, like `countMentions`. */
export const findMentions = (text: string, members: UsersByHandle, mayMentionAll: boolean): Mentions =>
  countMentions(text, members, mayMentionAll).mentions;

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
