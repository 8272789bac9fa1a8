// Annotations of a message: its reactions, its thread and its pin. A change replaces the whole
// value. The version of a value is the seq of the entry that made it.
import { limits, type Pin, type Reactions, type Replies } from "../protocol";
import { ChatError } from "./error";

export interface Annotations {
  reactions: Reactions;
  replies: Replies;
  pin: Pin;
}

export const noAnnotations: Annotations = {
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
};

/** Throws `too_many_reactions` if the message already has the maximum of different emoji. */
export function addReaction({ items }: Reactions, emoji: string, user: string, version: number): Reactions {
  const known = items.find((item) => item.emoji === emoji);
  if (!known && items.length >= limits.reactionsPerMessage) throw new ChatError("too_many_reactions");
  if (!known) return { version, items: [...items, { emoji, users: [user] }] };
  if (known.users.includes(user)) return { version, items };
  return {
    version,
    items: items.map((item) => (item === known ? { emoji, users: [...item.users, user] } : item)),
  };
}

export function removeReaction({ items }: Reactions, emoji: string, user: string, version: number): Reactions {
  const updated = items.map((item) =>
    item.emoji === emoji ? { emoji, users: item.users.filter((other) => other !== user) } : item,
  );
  return { version, items: updated.filter((item) => item.users.length > 0) };
}

/** The replies of a thread that are not deleted: their number, and the newest ones first. */
export interface ThreadTail {
  count: number;
  newest: readonly { author: string; at: number }[];
}

/**
 * Returns the thread summary of a root after an entry changed its thread. `newFollowers`: the
 * author of the reply and the author of the root follow the thread from then on.
 */
export function summariseThread(
  before: Replies,
  tail: ThreadTail,
  version: number,
  newFollowers: readonly string[],
): Replies {
  const participants = [...new Set(tail.newest.map((reply) => reply.author))].slice(0, limits.threadParticipants);
  return {
    version,
    count: tail.count,
    lastAt: tail.newest[0]?.at ?? null,
    participants,
    followers: [...new Set([...before.followers, ...newFollowers])].slice(0, limits.groupMembers),
  };
}

export const follow = (before: Replies, user: string, version: number): Replies => ({
  ...before,
  version,
  followers: [...new Set([...before.followers, user])].slice(0, limits.groupMembers),
});

export const unfollow = (before: Replies, user: string, version: number): Replies => ({
  ...before,
  version,
  followers: before.followers.filter((follower) => follower !== user),
});
