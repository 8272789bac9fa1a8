// The mention that is being typed after an "@", and whom it may mean.
import { countMentions, findMentions, limits, mentionsBetween, namedRoles, type Profile } from "../../protocol";
import type { RoleName } from "../chat/role-names";

/** An unfinished mention in a text: the position of its "@", and what was typed after it. */
export interface MentionQuery {
  at: number;
  typed: string;
}

export type MentionCandidate =
  | { kind: "person"; person: Profile }
  | { kind: "role"; role: RoleName }
  | { kind: "here" | "channel" };

const UNFINISHED = /@([\p{L}\p{N}._-]{0,32})$/u;
const MAX = 6;

/**
 * Returns the unfinished mention that ends at the caret, where a handle would mention somebody.
 * `people` are those whom the text may mention before it.
 */
export function mentionAt(text: string, caret: number, people: readonly Profile[]): MentionQuery | null {
  const typed = UNFINISHED.exec(text.slice(Math.max(0, caret - 64), caret))?.[1];
  if (typed === undefined) return null;
  const at = caret - typed.length - 1;
  const isName = (name: string) => people.some(({ handle }) => handle === name);
  return mentionsBetween(text.slice(0, at), text.slice(caret), isName) ? { at, typed } : null;
}

const fold = (text: string): string => text.normalize("NFC").toLowerCase();

/**
 * Returns first the person with the typed handle, then the people whose handle or name begins with
 * the typed text, then those with a later word that does. Roles and the words for everyone follow.
 */
export function candidatesFor(
  typed: string,
  people: readonly Profile[],
  mayMentionAll: boolean,
  roles: readonly RoleName[] = [],
): MentionCandidate[] {
  const wanted = fold(typed);
  const rank = ({ handle, name }: Profile): number => {
    if (handle === wanted) return -1;
    if (handle.startsWith(wanted) || fold(name).startsWith(wanted)) return 0;
    return `${handle} ${fold(name)}`.split(/[\s._-]+/).some((word) => word.startsWith(wanted)) ? 1 : 2;
  };
  const persons = people
    // The server does not mention people whose handle is a reserved word.
    .filter(({ handle, id }) => findMentions(`@${handle}`, new Map([[handle, id]]), false).users.length === 1)
    .map((person) => ({ person, rank: rank(person) }))
    .filter(({ rank }) => rank < 2)
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ person }): MentionCandidate => ({ kind: "person", person }));
  const everyone = (["here", "channel"] as const).filter((kind) => mayMentionAll && kind.startsWith(wanted));
  const ofRoles = [...namedRoles(roles).byName.values()]
    .filter(({ name, mentionable }) => (mentionable || mayMentionAll) && fold(name).startsWith(wanted))
    .map((role): MentionCandidate => ({ kind: "role", role }));
  return [...persons.slice(0, MAX), ...ofRoles.slice(0, MAX), ...everyone.map((kind): MentionCandidate => ({ kind }))];
}

/**
 * Returns how many people and roles a text names if they are more than a member may mention who may
 * not mention everyone; otherwise null.
 */
export function excessMentions(
  text: string,
  people: readonly Profile[],
  roles: readonly RoleName[] = [],
): number | null {
  const members = new Map(people.map(({ handle, id }) => [handle, id]));
  // Who has a role does not change how often it counts.
  const named = namedRoles(roles.map((role) => ({ ...role, users: [role.id] })));
  const { names } = countMentions(text, members, false, named);
  return names > limits.mentionsPerMessage ? names : null;
}

/** Returns what stands after the "@". */
export function mentionName(candidate: MentionCandidate): string {
  if (candidate.kind === "person") return candidate.person.handle;
  return candidate.kind === "role" ? candidate.role.name : candidate.kind;
}

/** Returns the text with the completed mention, and the position of the caret after it. */
export function completeMention(
  text: string,
  { at, typed }: MentionQuery,
  candidate: MentionCandidate,
): { text: string; caret: number } {
  const inserted = `@${mentionName(candidate)} `;
  const rest = text.slice(at + 1 + typed.length).replace(/^ /, "");
  return { text: text.slice(0, at) + inserted + rest, caret: at + inserted.length };
}
