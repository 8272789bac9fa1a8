// A model of the changes of groups: what one operation may do to the state that it finds. It is
// written from SPEC.md [S76]-[S79] and [S101], and shares no code with the server.
import type { Role } from "../../src/protocol";

export interface Operation {
  kind: "add" | "admin" | "handOver" | "remove" | "leave" | "rename" | "delete" | "erase" | "group" | "direct";
  actor: string;
  subject: string;
  /** The channel that changes. Empty for an erasure and for a new channel. */
  channel: string;
  /** Distinct for each operation, and later for each later one. Epoch milliseconds. */
  now: number;
  /** The new name of a group. */
  name: string;
}

export interface ModelMember {
  role: Role;
  joinedAt: number;
}

export interface ModelChannel {
  kind: string;
  name: string;
  createdBy: string;
  revision: number;
  /** By user. */
  members: Record<string, ModelMember>;
  /** The rows of the outbox: `actor subject`, by revision. */
  outbox: Record<number, string>;
}

export interface ModelState {
  channels: Record<string, ModelChannel>;
  erased: string[];
}

const rank: Record<Role, number> = { member: 0, admin: 1, owner: 2 };
export const GROUP_MEMBERS = 100;

/** Returns what `op` makes of a group; null if it is not permitted. */
function changed(group: ModelChannel, op: Operation, erased: readonly string[]): ModelChannel | null {
  const { actor, subject, now } = op;
  const mine = group.members[actor]?.role;
  const theirs = group.members[subject];
  // An erased account does nothing but leave.
  if (mine === undefined || (erased.includes(actor) && op.kind !== "erase" && op.kind !== "leave")) return null;
  const isOwner = mine === "owner";
  const assigned = (role: Role): ModelChannel | null => {
    if (!isOwner || !theirs || theirs.role === "owner" || erased.includes(subject)) return null;
    const members = { ...group.members, [subject]: { ...theirs, role } };
    if (role === "owner") members[actor] = { role: "admin", joinedAt: group.members[actor]?.joinedAt ?? 0 };
    return { ...group, members };
  };
  const added = (role: Role): ModelChannel | null => {
    if (role === "admin" && !isOwner) return null;
    if (erased.includes(subject) || Object.keys(group.members).length >= GROUP_MEMBERS) return null;
    return { ...group, members: { ...group.members, [subject]: { role, joinedAt: now } } };
  };
  switch (op.kind) {
    case "add":
      return theirs ? assigned("member") : added("member");
    case "admin":
      return theirs ? assigned("admin") : added("admin");
    case "handOver":
      return assigned("owner");
    case "remove":
      if (!theirs || actor === subject || mine === "member" || rank[theirs.role] >= rank[mine]) return null;
      return without(group, subject, erased);
    case "leave":
    case "erase":
      return without(group, actor, erased);
    case "rename":
      return mine === "member" ? null : { ...group, name: op.name };
    case "delete":
      return isOwner ? { ...group, members: {} } : null;
    default:
      return null;
  }
}

function without(group: ModelChannel, user: string, erased: readonly string[]): ModelChannel {
  const { [user]: _left, ...members } = group.members;
  if (Object.values(members).every(({ role }) => role !== "owner")) {
    const [first] = Object.entries(members).sort(
      ([oneId, one], [otherId, other]) =>
        Number(erased.includes(oneId)) - Number(erased.includes(otherId)) ||
        Number(other.role === "admin") - Number(one.role === "admin") ||
        one.joinedAt - other.joinedAt ||
        (oneId < otherId ? -1 : 1),
    );
    if (first) members[first[0]] = { ...first[1], role: "owner" };
  }
  return { ...group, members };
}

/** Returns the channel that `op` creates; null if an account that it needs is erased. */
function created(op: Operation, erased: readonly string[]): ModelChannel | null {
  const people = [...new Set([op.actor, op.subject])];
  if (erased.includes(op.actor) || (op.kind === "direct" && erased.includes(op.subject))) return null;
  const members = people
    .filter((user) => !erased.includes(user))
    .map((user): [string, ModelMember] => {
      const role = op.kind === "group" && user === op.actor ? "owner" : "member";
      return [user, { role, joinedAt: op.now }];
    });
  const name = op.kind === "group" ? op.name : "";
  const outbox = { 1: `${op.actor} ` };
  return { kind: op.kind, name, createdBy: op.actor, revision: 1, members: Object.fromEntries(members), outbox };
}

const same = (one: unknown, other: unknown): boolean => sorted(one) === sorted(other);
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );

/**
 * Returns what is wrong with one step of `op` from `before` to `after`; an empty list if it is
 * permitted and complete.
 */
export function faultsOf(op: Operation, before: ModelState, after: ModelState): string[] {
  const faults: string[] = [];
  const newlyErased = after.erased.filter((user) => !before.erased.includes(user));
  if (newlyErased.some((user) => op.kind !== "erase" || user !== op.actor)) faults.push(`erased ${newlyErased}`);
  const touched = Object.keys(after.channels).filter((id) => !same(before.channels[id], after.channels[id]));
  if (touched.length > 1) faults.push(`changed ${touched.length} channels at once`);
  for (const id of touched) {
    const old = before.channels[id];
    const now = after.channels[id];
    const expected = old ? changed(old, op, before.erased) : created(op, before.erased);
    if (old && op.kind !== "erase" && id !== op.channel) faults.push(`changed another channel: ${id}`);
    else if (!expected) faults.push("is not permitted");
    else if (!same(old ? noticed(expected, op) : expected, now))
      faults.push(`made ${sorted(now)} instead of ${sorted(old ? noticed(expected, op) : expected)}`);
  }
  return faults;
}

/** Returns the channel after a change, with the next revision and its row in the outbox. */
function noticed(channel: ModelChannel, { kind, actor, subject }: Operation): ModelChannel {
  const revision = channel.revision + 1;
  const who = kind === "leave" || kind === "erase" ? actor : kind === "rename" || kind === "delete" ? "" : subject;
  return { ...channel, revision, outbox: { ...channel.outbox, [revision]: `${actor} ${who}` } };
}

/** Returns the rules that a state breaks in which no operation is under way. */
export function brokenRules({ channels, erased }: ModelState): string[] {
  return Object.entries(channels).flatMap(([id, { kind, members, revision, outbox }]) => {
    const users = Object.keys(members);
    const owners = users.filter((user) => members[user]?.role === "owner");
    const rows = Object.keys(outbox).map(Number);
    const expectedRows = Array.from({ length: revision }, (_, at) => at + 1);
    return [
      kind === "group" && users.length > 0 && owners.length !== 1 ? `${id} has ${owners.length} owners` : "",
      kind === "group" && users.some((user) => erased.includes(user)) ? `${id} has an erased member` : "",
      users.length > GROUP_MEMBERS ? `${id} has ${users.length} members` : "",
      same(rows, expectedRows) ? "" : `${id} has revision ${revision} and the outbox rows ${rows}`,
    ].filter(Boolean);
  });
}
