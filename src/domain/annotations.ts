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

/**
 * Throws `too_many_reactions` if the message already has the maximum of different emoji, or the
 * emoji the maximum of people.
 */
export function addReaction({ items }: Reactions, emoji: string, user: string, version: number): Reactions {
  const known = items.find((item) => item.emoji === emoji);
  if (!known && items.length >= limits.reactionsPerMessage) throw new ChatError("too_many_reactions");
  if (!known) return { version, items: [...items, { emoji, users: [user] }] };
  if (known.users.includes(user)) return { version, items };
  if (known.users.length >= limits.reactionUsers) throw new ChatError("too_many_reactions");
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

/** A reply that is not deleted. `at` is in epoch milliseconds. */
export interface TailReply {
  seq: number;
  author: string;
  at: number;
}

/**
 * The newest replies of a thread, stored with the thread, so that a new or deleted reply reads no
 * other reply.
 */
export interface ThreadTail {
  /** All replies from `from` on that are not deleted, ascending by seq. */
  replies: readonly TailReply[];
  /** Replies before this seq are not in the tail, deleted or not. */
  from: number;
}

/** The most replies of a tail. */
const TAIL_MAX = 50;
/** How many of the newest replies are searched for the participants of a thread. */
const PARTICIPANT_REPLIES = 25;

/** The tail of a thread without replies. */
export const emptyTail: ThreadTail = { replies: [], from: 1 };

export function withReply({ replies, from }: ThreadTail, reply: TailReply): ThreadTail {
  const all = [...replies, reply];
  if (all.length <= TAIL_MAX) return { replies: all, from };
  const kept = all.slice(-TAIL_MAX);
  return { replies: kept, from: kept[0]?.seq ?? from };
}

export const withoutReplies = ({ replies, from }: ThreadTail, gone: readonly number[]): ThreadTail => ({
  replies: replies.filter(({ seq }) => !gone.includes(seq)),
  from,
});

/** Whether a tail lacks older replies to show the participants of a thread of `count` replies. */
export const isTailShort = ({ replies, from }: ThreadTail, count: number): boolean =>
  from > 1 && replies.length < Math.min(count, PARTICIPANT_REPLIES);

/**
 * Returns the thread summary of a root after an entry changed its thread. `count` is the number of
 * replies that are not deleted. If the tail is empty although there are replies, which only happens
 * after the deletion of hundreds of replies in a row, the summary keeps its last authors and time.
 */
export function summariseThread(
  before: Replies,
  tail: ThreadTail,
  count: number,
  version: number,
  followers: readonly string[],
): Replies {
  const newest = tail.replies.slice(-PARTICIPANT_REPLIES).reverse();
  const isKnown = newest.length > 0 || count === 0;
  const participants = [...new Set(newest.map((reply) => reply.author))].slice(0, limits.threadParticipants);
  return {
    version,
    count,
    lastAt: isKnown ? (newest[0]?.at ?? null) : before.lastAt,
    participants: isKnown ? participants : before.participants,
    followers: [...followers],
  };
}

/**
 * Returns the followers of a thread after `added` follow it, at most `groupMembers`. Followers who
 * left the channel make room for new ones, the oldest first, so that every member of a group can
 * follow. In a larger channel the oldest followers make room.
 */
export function addFollowers(
  before: readonly string[],
  added: readonly string[],
  isMember: (user: string) => boolean,
): string[] {
  const all = [...new Set([...before, ...added])];
  let excess = all.length - limits.groupMembers;
  if (excess <= 0) return all;
  return all.filter((follower) => isMember(follower) || excess-- <= 0).slice(-limits.groupMembers);
}

export const follow = (
  before: Replies,
  user: string,
  version: number,
  isMember: (user: string) => boolean,
): Replies => ({
  ...before,
  version,
  followers: addFollowers(before.followers, [user], isMember),
});

export const unfollow = (before: Replies, user: string, version: number): Replies => ({
  ...before,
  version,
  followers: before.followers.filter((follower) => follower !== user),
});
