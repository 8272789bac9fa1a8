import type { Pin, Reactions, Replies } from "../../protocol";

/** What surrounds a message to which nothing has happened. */
export const bare: { reactions: Reactions; replies: Replies; pin: Pin } = {
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
};
